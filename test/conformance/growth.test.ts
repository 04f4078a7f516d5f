/** What nobody serves does not grow for ever: cancelled entries of ready lists, and lanes of mistyped handlers. */

import { describe, expect, it } from 'vitest';
import { partitionKeys } from '../../src/store/redis/keys.js';
import { onRedis } from './suite/on-redis.js';
import { takeTallies } from './suite/tallied.js';

const KEEP_NOTHING = { completed: { count: 0, age: 0 }, dead: { count: 0, age: 0 }, atLeast: 0 };

const on = onRedis();
const { stage } = on;
const keys = () => partitionKeys(on.namespace, 'main');

async function prune(): Promise<void> {
  await takeTallies(stage());
  for (let pruned = 1; pruned > 0; ) {
    await stage().elapse(2);
    pruned = (await stage().store.prune('main', KEEP_NOTHING)).pruned;
  }
}

async function left(): Promise<string[]> {
  const { prefix } = keys();
  const names = (await on.connection.keys('*')).filter((key) => key.startsWith(prefix));
  return names.map((key) => key.slice(prefix.length)).sort();
}

describe('cancelled tasks of a lane that nobody serves', () => {
  it('leave nothing once they are deleted', async () => {
    const { store, queue } = stage();
    const ids: string[] = [];
    for (let i = 0; i < 3; i++)
      ids.push(...(await stage().put(Array.from({ length: 1000 }, (_, n) => `${i}-${n}`))));
    for (let i = 0; i < ids.length; i += 100) {
      await Promise.all(ids.slice(i, i + 100).map((id) => store.cancel(queue, id)));
    }
    expect((await store.queueFacts(queue)).ready).toBe(0);
    for (let i = 0; i < 20 && (await on.connection.exists(keys().gone)) === 1; i++) await prune();
    expect((await left()).filter((key) => !key.startsWith('wake:'))).toEqual(['lanes', 'layout', 'told']);
  });

  it('take none of the others with them', async () => {
    const { store, queue } = stage();
    const ids: string[] = [];
    for (let i = 0; i < 3; i++)
      ids.push(...(await stage().put(Array.from({ length: 1000 }, (_, n) => `${i}-${n}`))));
    const gone = ids.filter((_, i) => i % 3 > 0);
    for (let i = 0; i < gone.length; i += 100) {
      await Promise.all(gone.slice(i, i + 100).map((id) => store.cancel(queue, id)));
    }
    for (let i = 0; i < 20 && (await on.connection.exists(keys().gone)) === 1; i++) await prune();
    expect(await on.connection.exists(keys().gone, keys().switches)).toBe(0);
    const { tasks } = await stage().claim('w');
    expect(tasks.map(({ id }) => id)).toEqual(ids.filter((_, i) => i % 3 === 0));
  });
});

describe('lanes', () => {
  const mistyped = async (round: string) => {
    const { store, queue } = stage();
    const names = Array.from({ length: 200 }, (_, i) => `mistyped-${round}-${i}`);
    const drafts = names.map((name) => stage().draft(stage().id(name), { handler: name }));
    await store.enqueue(queue, drafts);
    for (const { id } of drafts) await store.cancel(queue, id);
  };

  it('of handlers that nobody has are forgotten with their tasks, and whoever remembers one learns it anew', async () => {
    await mistyped('a');
    expect(await on.connection.hlen(keys().lanes)).toBe(400);
    for (let i = 0; i < 250 && (await left()).length > 2; i++) await prune();
    expect(await left()).toEqual(['layout', 'told']);
    // This store remembers the codes of before.
    await mistyped('a');
    await stage().put(['x']);
    expect((await stage().claim('w')).tasks).toHaveLength(1);
  });

  it('stay while a task, waiting or ended, needs its name', async () => {
    const { store, start } = stage();
    const [later = ''] = await stage().put(['later'], { due: start + 3_600_000, handler: 'seldom' });
    await mistyped('b');
    await prune();
    expect((await stage().find(later)).handler).toBe('seldom');
    await store.cancel('main', later);
    for (let i = 0; i < 250 && (await left()).length > 2; i++) await prune();
    expect(await left()).toEqual(['layout', 'told']);
  });

  it('are not endless: a queue refuses the name of one handler more', async () => {
    await stage().put(['x']);
    const many = Array.from({ length: 20_000 }, (_, i) => [`~${i}`, '']).flat();
    await on.connection.hset(keys().lanes, ...many);
    const draft = stage().draft(stage().id('y'), { handler: 'one.more' });
    await expect(stage().store.enqueue('main', [draft])).rejects.toMatchObject({ code: 'invalid_input' });
    expect((await stage().claim('w')).tasks).toHaveLength(1);
  });
});
