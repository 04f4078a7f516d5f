/** What only the store on Redis must do: keep within its bounds in bytes, and give lanes codes that follow from names. */

import { describe, expect, it } from 'vitest';
import { shortHash } from '../../src/runtime/short-hash.js';
import { partitionKeys } from '../../src/store/redis/keys.js';
import { loadScripts } from '../../src/store/redis/scripts.js';
import { namesakes } from './suite/limits.js';
import { onRedis } from './suite/on-redis.js';

const on = onRedis();
const { stage } = on;
const keys = () => partitionKeys(on.namespace, 'main');

describe('history', () => {
  it.each([
    ['released', 4_000, 60],
    ['snoozed', 40, 1_500],
  ] as const)('of a task that is %s for ever stays near 64 KiB', async (outcome, length, times) => {
    const { store } = stage();
    const [id = ''] = await stage().put(['a']);
    const message = 'm'.repeat(length);
    for (let i = 0; i < times; i += 1) {
      const task = await stage().take('w');
      const ending = stage().settlement(
        task,
        'w',
        { to: 'head' },
        { failure: false, outcome, error: { message } },
      );
      await store.settle('main', 'w', [ending]);
    }
    const bytes = await on.connection.hstrlen(keys().history, id);
    expect(bytes).toBeGreaterThan(60_000);
    expect(bytes).toBeLessThan(65_536 + 2 * (length + 200));
    expect((await stage().find(id)).history.at(-1)).toMatchObject({ attempt: times, outcome });
  });
});

describe('lane codes', () => {
  const intern = async (...named: [name: string, hash: string][]) => {
    const { text } = loadScripts().intern;
    const reply = (await on.connection.eval(text, 1, keys().prefix, ...named.flat())) as string[];
    expect(reply[0]).toBe('ok');
    return reply.slice(1);
  };

  it('are the shortest free beginning of the hash, three characters at least', async () => {
    expect(await intern(['na', 'abcdefgh'], ['nb', 'abcdefxy'], ['nc', 'abcdefgh'], ['nd', 'abz'])).toEqual([
      'abc',
      'abcd',
      'abcde',
      'abz',
    ]);
  });

  it('stay what they are', async () => {
    await intern(['na', 'abcdefgh'], ['nb', 'abcdefgh']);
    expect(await intern(['nb', 'abcdefgh'], ['nc', 'abcdefgh'], ['na', 'abcdefgh'])).toEqual([
      'abcd',
      'abcde',
      'abc',
    ]);
  });

  it('follow from the names, in every process and after every loss', async () => {
    const before = await stage().put(['x'], { handler: 'one' });
    const code = shortHash('none').slice(0, 3);
    expect(await on.connection.hget(keys().lanes, code)).toBe('none');
    expect(await on.connection.lrange(keys().ready(code), 0, -1)).toEqual([`${code}:${before[0]}`]);
    const all = await on.connection.keys(`${keys().prefix}*`);
    await on.connection.del(...all);
    await stage().put(['y'], { handler: 'two' });
    await stage().put(['z'], { handler: 'one' });
    expect(await on.connection.hget(keys().lanes, code)).toBe('none');
  });

  it('of namesakes begin alike and are longer', async () => {
    const [one = '', two = ''] = namesakes(2);
    await stage().put(['a'], { handler: one });
    await stage().put(['b'], { handler: two });
    const [first, second] = await on.connection.hmget(keys().lanes, `:n${one}`, `:n${two}`);
    expect([first, second]).toEqual([shortHash(`n${one}`).slice(0, 3), shortHash(`n${two}`).slice(0, 4)]);
  });
});
