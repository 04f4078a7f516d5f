/** Queues at rest: they cost nothing, however many there are, and whatever begins in one is found in time, heard or not. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startPurge } from '../../../src/operations/purge.js';
import { packSet } from '../../../src/sets/body.js';
import { propose } from '../../../src/sets/propose.js';
import type { Signal } from '../../../src/store/contract/index.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import { counting, leads as lead, passes as pass } from './leading.js';
import { declare, definition, draft, QUEUE, START } from './support.js';

// Fake timers replace the global performance, not the one node:perf_hooks exports.
vi.mock('../../../src/runtime/clock.js', () => ({ mono: () => performance.now() }));

const STEP = 50;
const SECONDS = 1_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const passes = (store: ModelStore, ms: number): Promise<void> => pass([store], ms);

async function leads(store: ModelStore, { deaf = false } = {}) {
  const { asked, store: counted } = counting(store, { deaf });
  const node = await lead(counted);
  const stop = async (): Promise<void> => {
    const stopped = node.stop();
    await passes(store, SECONDS);
    await stopped;
  };
  return { asked, stop };
}

test.each([1, 200])('a leader asks the same of %i queues: whether something was told', async (many) => {
  const store = new ModelStore(START);
  await store.open(QUEUE);
  for (let i = 1; i < many; i += 1) await store.open(`queue-${i}`);
  const { asked, stop } = await leads(store);
  await passes(store, 20 * SECONDS);
  asked.clear();
  await passes(store, 60 * SECONDS);
  expect([...asked.keys()].sort()).toEqual(['announce', 'queues', 'setRecords', 'told']);
  expect(asked.get('announce')).toBeLessThanOrEqual(12);
  expect(asked.get('told')).toBeLessThanOrEqual(8);
  for (const verb of ['queues', 'setRecords']) expect([verb, asked.get(verb)]).toEqual([verb, 1]);
  await stop();
});

test('a task that comes due in an hour costs as little, and is promoted on time', async () => {
  const store = new ModelStore(START);
  await store.open(QUEUE);
  const { asked, stop } = await leads(store);
  await store.enqueue(QUEUE, [draft('a', START + 90 * SECONDS)]);
  await passes(store, 30 * SECONDS);
  asked.clear();
  await passes(store, 59 * SECONDS);
  expect(asked.get('promote')).toBeUndefined();
  await passes(store, 2 * SECONDS);
  expect(await store.queueFacts(QUEUE)).toMatchObject({ ready: 1 });
  await stop();
});

test('thousands of queues made at once are taken up one portion after the other', async () => {
  const store = new ModelStore(START);
  await store.open(QUEUE);
  const { asked, stop } = await leads(store);
  await passes(store, SECONDS);
  for (let i = 0; i < 500; i += 1) await store.open(`queue-${i}`);
  asked.clear();
  await passes(store, STEP);
  expect(asked.get('promote')).toBeLessThanOrEqual(50);
  await passes(store, 2 * SECONDS);
  expect(asked.get('promote')).toBeGreaterThanOrEqual(500);
  await stop();
});

describe('when signals are lost, within ten seconds', () => {
  const within = 10 * SECONDS;

  async function resting() {
    const store = new ModelStore(START);
    await store.open(QUEUE);
    const node = await leads(store, { deaf: true });
    await passes(store, 20 * SECONDS);
    const signals: Signal[] = [];
    await store.subscribe((signal) => signals.push(signal));
    return { store, signals, ...node };
  }

  test('a delayed task in a queue at rest is found', async () => {
    const { store, stop } = await resting();
    await store.enqueue(QUEUE, [draft('a', store.now + SECONDS)]);
    await passes(store, within);
    expect(await store.queueFacts(QUEUE)).toMatchObject({ ready: 1 });
    await stop();
  });

  test('a new schedule is planned', async () => {
    const { store, stop } = await resting();
    await declare(store, definition('s'), Math.ceil(store.now / SECONDS) * SECONDS);
    await passes(store, within);
    const facts = await store.queueFacts(QUEUE);
    expect(facts.scheduled + facts.ready).toBeGreaterThan(5);
    await stop();
  });

  test('a new queue is taken up', async () => {
    const { store, asked, stop } = await resting();
    await store.open('new');
    await store.enqueue('new', [draft('a', store.now + SECONDS)]);
    asked.clear();
    await passes(store, within);
    expect(await store.queueFacts('new')).toMatchObject({ ready: 1 });
    await stop();
  });

  test('files that were proposed are carried out', async () => {
    const { store, stop } = await resting();
    const definitions = [{ definition: definition('s'), place: { file: 'a.yaml', line: 1, column: 1 } }];
    const packed = await packSet(definitions);
    const from = { set: 'files', node: 'n', process: 'n~1', directory: '/s' };
    await propose(store, { ...from, packed, nonce: 'one' }, store.now);
    await passes(store, within);
    expect((await store.schedule('s'))?.schedule.source).toMatchObject({ kind: 'file', set: 'files' });
    await stop();
  });

  test('an operation is carried out', async () => {
    const { store, stop } = await resting();
    await store.enqueue(QUEUE, [draft('a', store.now + 1_000 * SECONDS)]);
    const { id } = await startPurge(store, QUEUE, { count: 1 }, store.now, 'ann');
    await passes(store, within);
    expect(await store.operation(id)).toMatchObject({ state: 'done', done: 1 });
    await stop();
  });

  test('a worker that dies is reaped', async () => {
    const { store, signals, stop } = await resting();
    await store.enqueue(QUEUE, [draft('a', 0)]);
    await store.claim(QUEUE, {
      ...{ worker: 'w~1', nonce: 1, want: 1, handlers: ['h'], leaseMs: SECONDS, completions: [] },
    });
    await passes(store, within + SECONDS);
    expect(signals).toContainEqual({ kind: 'due', queue: QUEUE, due: 0 });
    expect(await store.queueFacts(QUEUE)).toMatchObject({ running: 0 });
    await stop();
  });
});
