/** Redrive and reschedule of many tasks over the model: each once, and none that came to match later. */

import { beforeEach, describe, expect, test } from 'vitest';
import { previewMany, startMany } from '../../../src/operations/many-tasks.js';
import type { TaskDeedName } from '../../../src/operations/task-deeds.js';
import type { TaskSelection } from '../../../src/operations/task-filter.js';
import type { Store, Term } from '../../../src/store/contract/index.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import { START } from '../scheduler/support.js';
import { carried, draftOf, fail, replacing } from './carried.js';

let store: ModelStore;
let term: Term;

beforeEach(async () => {
  store = new ModelStore(START);
  const won = await store.allocateTerm('a~1', 'lock');
  if (!won) throw new Error('no term');
  term = won;
});

async function start(
  kind: TaskDeedName,
  filter: TaskSelection,
  over: { delay?: number; perMinute?: number } = {},
) {
  const { count } = await previewMany(store, kind, filter);
  return (await startMany(store, kind, { filter, count, ...over }, store.now, 'test')).id;
}

const put = (n: number, over = {}, name = 'q') =>
  store.enqueue(
    'q',
    Array.from({ length: n }, (_, i) => draftOf(store, `${name}-${i}`, over)),
  );

describe('redrive of many tasks', () => {
  test('puts each back once, also where it dies again meanwhile, and leaves those that die later', async () => {
    await put(3);
    await fail(store, 'q', 3);
    const id = await start('redrive', { queue: 'q', state: ['dead'] }, { perMinute: 240 });
    await put(1, {}, 'new');
    store.advance(1_000);
    await fail(store, 'q', 1);
    let slices = 0;
    // Whatever is put back dies at once.
    const redrive: Store['redrive'] = async (...args) => {
      const words = await store.redrive(...args);
      store.advance(10);
      await fail(store, 'q', 10);
      slices += 1;
      return words;
    };
    const done = await carried(store, id, term, { over: replacing(store, { redrive }) });
    expect(done).toMatchObject({ kind: 'redrive', state: 'done', matched: 3, done: 3, failed: 0 });
    expect(slices).toBe(3);
    const dead = (await store.list('q', 'dead', 10)).items;
    expect(dead.map(({ id, attempt }) => [id, attempt]).sort()).toEqual([
      ['new-0', 1],
      ...['q-0', 'q-1', 'q-2'].map((one) => [one, 2]),
    ]);
  });

  test('goes on where a leader died after the deed, and puts back none twice', async () => {
    await put(600);
    await fail(store, 'q', 600);
    const id = await start('redrive', {});
    let writes = 0;
    const changeOperation: Store['changeOperation'] = (...args) => {
      writes += 1;
      return writes === 2 ? Promise.reject(new Error('killed')) : store.changeOperation(...args);
    };
    await expect(carried(store, id, term, { over: replacing(store, { changeOperation }) })).rejects.toThrow(
      'killed',
    );
    expect((await store.queueFacts('q')).ready).toBe(500);
    expect(await carried(store, id, term)).toMatchObject({ state: 'done', done: 600, failed: 0 });
    expect(await store.queueFacts('q')).toMatchObject({ ready: 600, dead: 0 });
  });

  test('puts back those that are named, over several queues, and goes on where a leader died between two of them', async () => {
    await put(300);
    await store.enqueue('r', [draftOf(store, 'a-0'), draftOf(store, 'z-0'), draftOf(store, 'z-1')]);
    await fail(store, 'q', 250);
    await fail(store, 'r', 2);
    const named = ['a-0', 'z-0', 'z-1', 'nobody-0', ...Array.from({ length: 240 }, (_, n) => `q-${n + 15}`)];
    const filter = { ids: named };
    // Of q 15 to 249 are dead; 250 to 254 are not, nor is the last of r.
    const { count, unknown, unfit } = await previewMany(store, 'redrive', filter);
    expect({ count, unknown, unfit }).toEqual({ count: 237, unknown: 1, unfit: 6 });
    const wrong = startMany(store, 'redrive', { filter, count: 244 }, store.now, 'test');
    await expect(wrong).rejects.toThrow(/237 tasks now, not 244 \(no task has 1 of the ids, 6 of them/);
    expect(await store.operations()).toEqual([]);
    const id = await start('redrive', filter);
    let writes = 0;
    const changeOperation: Store['changeOperation'] = (...args) => {
      writes += 1;
      return writes === 4 ? Promise.reject(new Error('killed')) : store.changeOperation(...args);
    };
    await expect(carried(store, id, term, { over: replacing(store, { changeOperation }) })).rejects.toThrow(
      'killed',
    );
    expect(await carried(store, id, term)).toMatchObject({
      ...{ state: 'done', matched: 237, done: 237, failed: 0 },
      filter: { ids: named },
    });
    expect(await store.queueFacts('q')).toMatchObject({ ready: 285, dead: 15 });
    expect(await store.queueFacts('r')).toMatchObject({ ready: 3, dead: 0 });
  });

  test('of those that are named takes what the rest of the filter means', async () => {
    await put(4);
    await fail(store, 'q', 3);
    const ids = ['q-0', 'q-1', 'q-2'];
    const of = (more: TaskSelection) => previewMany(store, 'redrive', { ids, ...more });
    expect(await of({ queue: 'q', handler: 'work' })).toMatchObject({ count: 3, unknown: 0, unfit: 0 });
    for (const more of [{ queue: 'other' }, { handler: 'other' }, { schedule: 'q' }, { error: 'none' }])
      expect(await of(more)).toMatchObject({ count: 0, unfit: 3 });
    expect(await carried(store, await start('cancel', { ids: ['q-0', 'q-3'] }), term)).toMatchObject({
      ...{ state: 'done', matched: 1, done: 1 },
    });
    expect(await store.queueFacts('q')).toMatchObject({ cancelled: 1, dead: 3 });
  });

  test('tells of those whose unique key is taken by now', async () => {
    await put(1, { options: { uniqueKey: 'k' } });
    await put(1, {}, 'plain');
    await fail(store, 'q', 2);
    await put(1, { options: { uniqueKey: 'k' } }, 'taker');
    expect(await carried(store, await start('redrive', {}), term)).toMatchObject({
      ...{ state: 'done', matched: 2, done: 1, failed: 1, problem: '1 refused it' },
    });
  });
});

describe('reschedule of many tasks', () => {
  test('gives all that wait for time one other time, and meets none twice', async () => {
    await put(3, { due: START + 60_000 });
    await put(1, {}, 'retry');
    await fail(store, 'q', 1, 'broken', { to: 'retry', due: START + 90_000 });
    await put(1, {}, 'ready');
    const id = await start('reschedule', { queue: 'q' }, { delay: 3_600_000 });
    store.advance(5);
    expect(await carried(store, id, term)).toMatchObject({ state: 'done', matched: 4, done: 4, failed: 0 });
    const waiting = (await store.list('q', ['scheduled', 'retrying'], 10)).items;
    expect(waiting.map(({ dueAt }) => dueAt)).toEqual(Array.from({ length: 4 }, () => START + 3_600_000));
    const now = await carried(store, await start('reschedule', {}, { delay: 0 }), term);
    expect(now).toMatchObject({ state: 'done', done: 4 });
    expect(await store.queueFacts('q')).toMatchObject({ ready: 5, scheduled: 0 });
  });
});
