/** Purge over the model: what waits is cancelled, records are deleted, and as many as there were. */

import { beforeEach, describe, expect, test } from 'vitest';
import type { TaskState } from '../../../src/domain/task/task.js';
import { previewPurge, startPurge } from '../../../src/operations/purge.js';
import type { Term } from '../../../src/store/contract/index.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import { START } from '../scheduler/support.js';
import { carried, claim, draftOf, fail } from './carried.js';

let store: ModelStore;
let term: Term;

/** Three ready, two later, one that runs, one to be retried, four dead, two cancelled. */
beforeEach(async () => {
  store = new ModelStore(START);
  const won = await store.allocateTerm('a~1', 'lock');
  if (!won) throw new Error('no term');
  term = won;
  const put = (n: number, over = {}) =>
    store.enqueue(
      'q',
      Array.from({ length: n }, (_, i) => draftOf(store, `q-${i}${JSON.stringify(over).length}`, over)),
    );
  await put(4);
  await fail(store, 'q', 4);
  await put(2, { payload: '12' });
  for (const { id } of (await store.list('q', 'ready', 10)).items) await store.cancel('q', id);
  await put(1, { payload: '123' });
  await fail(store, 'q', 1, 'again', { to: 'retry', due: START + 60_000 });
  await put(1, { payload: '1234' });
  await claim(store, 'q', 1);
  await put(2, { due: START + 60_000 });
  await put(3, { payload: '12345' });
  await store.open('other');
  await store.enqueue('other', [draftOf(store, 'other-1')]);
});

const facts = async () => {
  const { scheduled, retrying, ready, running, dead, cancelled } = await store.queueFacts('q');
  return { scheduled, retrying, ready, running, dead, cancelled };
};
const start = async (count: number, states?: TaskState[], over = {}) =>
  (await startPurge(store, 'q', { count, ...(states ? { states } : {}), ...over }, store.now, 'test')).id;

describe('a purge', () => {
  test('cancels what waits, with the reason purged, and leaves what runs and has ended', async () => {
    expect(await facts()).toEqual({
      ...{ scheduled: 2, retrying: 1, ready: 3 },
      ...{ running: 1, dead: 4, cancelled: 2 },
    });
    expect(await previewPurge(store, 'q', {})).toMatchObject({ count: 6, sample: { length: 6 } });
    const id = await start(6);
    expect(await carried(store, id, term)).toMatchObject({
      ...{ kind: 'purge', state: 'done', matched: 6, done: 6, failed: 0 },
      filter: { queue: 'q', states: ['scheduled', 'ready', 'retrying'] },
    });
    expect(await facts()).toEqual({
      ...{ scheduled: 0, retrying: 0, ready: 0 },
      ...{ running: 1, dead: 4, cancelled: 8 },
    });
    const [last] = (await store.list('q', 'cancelled', 1)).items;
    expect(last?.reason).toBe('purged');
    expect((await store.queueFacts('other')).ready).toBe(1);
  });

  test('means some of the states that wait', async () => {
    expect((await previewPurge(store, 'q', { states: ['retrying'] })).count).toBe(1);
    expect(await carried(store, await start(5, ['scheduled', 'ready']), term)).toMatchObject({ done: 5 });
    expect(await facts()).toMatchObject({ scheduled: 0, retrying: 1, ready: 0, running: 1 });
    expect((await store.list('q', 'retrying', 10)).items).toHaveLength(1);
  });

  test('deletes the records of what had ended by then, whatever the retention, and of nothing that ends later', async () => {
    store.advance(1_000);
    const id = await start(4, ['dead']);
    store.advance(100);
    await fail(store, 'q', 1, 'later');
    expect(await carried(store, id, term)).toMatchObject({ state: 'done', matched: 4, done: 4 });
    expect(await facts()).toMatchObject({ dead: 1, cancelled: 2, scheduled: 2, retrying: 1 });
  });

  test('does both, and a leader that died between a slice and its record leaves no other count', async () => {
    const id = await start(8, ['ready', 'dead', 'retrying']);
    const on = await carried(store, id, term, { slices: 4 });
    expect(on).toMatchObject({ state: 'running', done: 4 });
    store.advance(60_000);
    // Deleted, and nobody wrote it down.
    await store.prune(
      'q',
      { completed: { count: 9, age: 1e9 }, dead: { count: 0, age: 0 }, atLeast: 0 },
      { limit: 2 },
    );
    expect(await carried(store, id, term)).toMatchObject({ state: 'done', done: 8, failed: 0 });
    expect(await facts()).toMatchObject({ ready: 0, scheduled: 2, dead: 0, cancelled: 6 });
  });

  test('keeps its pace while it deletes', async () => {
    store.advance(60_000);
    const before = store.now;
    await carried(store, await start(4, ['dead'], { perMinute: 60 }), term);
    expect(store.now - before).toBeGreaterThanOrEqual(4_000);
  });

  test('is refused unless it is as many as there are, for what runs, and where there is no such queue', async () => {
    await expect(start(5)).rejects.toMatchObject({ code: 'conflict', count: 6 });
    await expect(start(1, ['running'])).rejects.toMatchObject({ errors: [{ pointer: '/states' }] });
    await expect(startPurge(store, 'none', { count: 0 }, store.now, 'test')).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await store.operations()).toEqual([]);
  });
});
