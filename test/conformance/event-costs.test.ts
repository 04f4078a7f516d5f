/** What events cost where nobody listens: not one command more, whatever happens to tasks. */

import { expect, it } from 'vitest';
import { partitionKeys } from '../../src/store/redis/keys.js';
import { onRedis } from './suite/on-redis.js';
import { drained } from './suite/relays.js';
import { LONG } from './suite/stage.js';

const on = onRedis();
const { commandsOf, stage } = on;

/** All that moves tasks, by a worker of its own; nothing waits afterwards. */
async function lifeOf(name: string): Promise<void> {
  const { store } = stage();
  const id = (of: string) => stage().id(`${name}.${of}`);
  const put = (of: string, over = {}) => stage().put([`${name}.${of}`], over);
  const take = () => stage().take(name);
  await put('plain');
  await stage().complete(name, [stage().completion(await take(), name)]);
  await put('keyed', { options: { concurrencyKey: 'k', uniqueKey: 'u' } });
  await put('other', { options: { uniqueKey: 'u' }, unique: { mode: 'replace' }, payload: '1' });
  const due = stage().start + LONG;
  await store.settle('main', name, [stage().settlement(await take(), name, { to: 'retry', due })]);
  await store.reschedule('main', [{ id: id('keyed'), attempt: 1, due: stage().start }]);
  await store.settle('main', name, [stage().settlement(await take(), name, { to: 'dead' })]);
  await store.redrive('main', [{ id: id('keyed'), attempt: 2 }]);
  await put('child', { options: { after: [id('keyed')] }, parents: [{ queue: 'main', id: id('keyed') }] });
  await drained(store, ['main']);
  await stage().complete(name, [stage().completion(await take(), name)]);
  await drained(store, ['main']);
  await stage().complete(name, [stage().completion(await take(), name)]);
  await put('far', { due });
  await store.cancel('main', id('far'));
  // Each worker that is there is asked what it holds.
  await store.leave('main', name);
}

it('nobody listens: the same commands as if there were no events, before anybody did and after the last has left', async () => {
  const { events, switches } = partitionKeys(on.namespace, 'main');
  await lifeOf('a');
  const before = await commandsOf(() => lifeOf('b'));
  expect(before['xadd']).toBeUndefined();
  await stage().store.observe(['main'], LONG);
  const observed = await commandsOf(() => lifeOf('c'));
  expect(observed['xadd']).toBeGreaterThan(10);
  // Each of them is one more command, and nothing else is but what says how many attempts there were.
  for (const [name, calls] of Object.entries(before)) {
    if (name !== 'hget') expect([name, observed[name]]).toEqual([name, calls]);
  }
  await on.connection.del(events);
  await lifeOf('d');
  expect((await on.connection.get(switches)) ?? '').not.toContain('o');
  expect(await commandsOf(() => lifeOf('e'))).toEqual(before);
});
