/** Cancel of many tasks over the model: what matched is cancelled, once, whoever carries it out, and nothing else. */

import { beforeEach, describe, expect, test } from 'vitest';
import { previewMany, startMany } from '../../../src/operations/many-tasks.js';
import { abortOperation } from '../../../src/operations/operations.js';
import type { TaskSelection } from '../../../src/operations/task-filter.js';
import type { Store, Term } from '../../../src/store/contract/index.js';
import { fingerprintOf } from '../../../src/tasks/fingerprint.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import { START } from '../scheduler/support.js';
import { carried, claim, draftOf, fail, recordOf, replacing } from './carried.js';

let store: ModelStore;
let term: Term;

beforeEach(async () => {
  store = new ModelStore(START);
  const won = await store.allocateTerm('a~1', 'lock');
  if (!won) throw new Error('no term');
  term = won;
});

const put = (queue: string, n: number, over = {}) =>
  store.enqueue(
    queue,
    Array.from({ length: n }, (_, i) => draftOf(store, `${queue}-${i}`, over)),
  );

async function start(
  filter: TaskSelection,
  over: { perMinute?: number; reason?: string } = {},
): Promise<string> {
  const { count } = await previewMany(store, 'cancel', filter);
  return (await startMany(store, 'cancel', { filter, count, ...over }, store.now, 'test')).id;
}

const counts = async (queue: string) => {
  const { scheduled, ready, running, cancelled } = await store.queueFacts(queue);
  return { scheduled, ready, running, cancelled };
};

describe('cancel of many tasks', () => {
  test('ends what waits in every way, asks what runs to stop, in all queues or in one', async () => {
    await put('a', 3);
    await put('b', 3);
    await store.enqueue('a', [draftOf(store, 'a-later', { due: START + 60_000 })]);
    await claim(store, 'a', 1);
    await fail(store, 'a', 1, 'broken', { to: 'retry', due: START + 1_000 });
    expect(await previewMany(store, 'cancel', { queue: 'a' })).toMatchObject({
      count: 4,
      sample: [{ id: 'a-later', state: 'scheduled', queue: 'a', handler: 'work' }, {}, {}, {}],
    });
    const done = await carried(store, await start({ queue: 'a' }, { reason: 'no need' }), term);
    expect(done).toMatchObject({ kind: 'cancel', state: 'done', matched: 4, done: 4, failed: 0 });
    expect(done).not.toHaveProperty('problem');
    expect(await counts('a')).toEqual({ scheduled: 0, ready: 0, running: 1, cancelled: 3 });
    expect(await store.find('a-0')).toMatchObject({ cancelRequested: true, reason: 'no need' });
    expect(await counts('b')).toEqual({ scheduled: 0, ready: 3, running: 0, cancelled: 0 });
    expect((await carried(store, await start({}), term)).done).toBe(3);
    expect(await counts('b')).toEqual({ scheduled: 0, ready: 0, running: 0, cancelled: 3 });
  });

  test('is refused with the number unless it is as many as was said, and nothing is done', async () => {
    await put('a', 3);
    const wish = { filter: { queue: 'a' }, count: 2 };
    await expect(startMany(store, 'cancel', wish, store.now, 'test')).rejects.toMatchObject({
      ...{ code: 'conflict', count: 3, errors: [{ pointer: '/count', detail: 'must be 3' }] },
    });
    expect(await store.operations()).toEqual([]);
    await expect(previewMany(store, 'cancel', { state: ['dead', 'ready'] })).rejects.toMatchObject({
      errors: [{ pointer: '/filter/state' }],
    });
  });

  test('means by handler, state, schedule, label, due time and the fingerprint of the latest error', async () => {
    await put('a', 2);
    await fail(store, 'a', 2, 'user 1 is gone', { to: 'retry', due: START + 1_000 });
    await store.enqueue('a', [
      draftOf(store, 'h-1', { handler: 'other' }),
      draftOf(store, 'l-1', { options: { labels: { tier: 'gold' } } }),
      draftOf(store, 's@1700000000000', { due: START + 5_000 }),
    ]);
    const ids = async (filter: TaskSelection) =>
      (await previewMany(store, 'cancel', filter)).sample.map(({ id }) => id).sort();
    expect(await ids({ handler: 'other' })).toEqual(['h-1']);
    expect(await ids({ label: [['tier', 'gold']] })).toEqual(['l-1']);
    expect(await ids({ schedule: 's' })).toEqual(['s@1700000000000']);
    expect(await ids({ state: ['retrying'] })).toEqual(['a-0', 'a-1']);
    expect(await ids({ from: START + 1_000 })).toEqual(['a-0', 'a-1', 's@1700000000000']);
    const one = await store.find('a-0');
    const error = one ? fingerprintOf(one) : undefined;
    expect(await ids({ ...(error === undefined ? {} : { error }) })).toEqual(['a-0', 'a-1']);
  });

  test('leaves alone what is made after it began, and does not miss what moves on meanwhile', async () => {
    await put('a', 4, { due: START + 1_000 });
    const id = await start({ queue: 'a' });
    store.advance(2_000);
    await store.enqueue('a', [draftOf(store, 'a-new')]);
    // Between the look at what is scheduled and the one at what is ready all of them become ready.
    const list: Store['list'] = async (queue, states, ...rest) => {
      const page = await store.list(queue, states, ...rest);
      await store.promote('a', 100);
      return page;
    };
    const over = replacing(store, { list });
    expect(await carried(store, id, term, { over })).toMatchObject({ state: 'done', done: 4, failed: 0 });
    expect(await counts('a')).toEqual({ scheduled: 0, ready: 1, running: 0, cancelled: 4 });
  });

  test('goes on where a leader died between its deed and the record of it, and counts none twice', async () => {
    await put('a', 1_200);
    const id = await start({ queue: 'a' });
    let writes = 0;
    const changeOperation: Store['changeOperation'] = (...args) => {
      writes += 1;
      return writes === 2 ? Promise.reject(new Error('killed')) : store.changeOperation(...args);
    };
    const dies = replacing(store, { changeOperation });
    await expect(carried(store, id, term, { over: dies })).rejects.toThrow('killed');
    const after = await recordOf(store, id);
    expect([after.done, (await counts('a')).cancelled]).toEqual([0, 500]);
    const next = await store.allocateTerm('b~1', 'lock of b');
    if (!next) throw new Error('no term');
    await expect(carried(store, id, term)).rejects.toThrow('fenced');
    expect(await carried(store, id, next)).toMatchObject({
      state: 'done',
      matched: 1_200,
      done: 1_200,
      failed: 0,
    });
  });

  test('keeps its pace', async () => {
    await put('a', 10);
    const id = await start({ queue: 'a' }, { perMinute: 60 });
    await carried(store, id, term);
    expect(store.now - START).toBeGreaterThanOrEqual(10_000);
    expect(store.now - START).toBeLessThan(11_000);
  });

  test('aborted leaves what it has not come to, and says what could not be done', async () => {
    await put('a', 10);
    const id = await start({ queue: 'a' }, { perMinute: 60 });
    await carried(store, id, term, { slices: 6 });
    await abortOperation(store, id, store.now, 'enough');
    expect(await carried(store, id, term)).toMatchObject({ state: 'aborted', done: 3 });
    expect(await counts('a')).toMatchObject({ ready: 7, cancelled: 3 });
    const other = await start({ queue: 'a' });
    const [task] = await claim(store, 'a', 1);
    if (!task) throw new Error('nothing to claim');
    await store.settle('a', 'w~1', [
      {
        ...{ id: task.id, token: task.token, failure: true, next: { to: 'dead' } },
        record: { attempt: 1, worker: 'w~1', startedAt: 1, finishedAt: 2, outcome: 'failed' },
      },
    ]);
    expect(await carried(store, other, term)).toMatchObject({
      ...{ state: 'done', matched: 7, done: 6, failed: 1, problem: '1 had moved on by themselves' },
    });
  });
});
