/** A worker that people ask something of: it follows at its next beat, says so, and loses no task by it. */

import { expect, test, vi } from 'vitest';
import { CarillonError } from '../../../src/domain/input/errors.js';
import type { Orders } from '../../../src/store/contract/index.js';
import {
  changeQueues,
  quietWorker,
  resumeWorker,
  scaleWorker,
  stopWorker,
} from '../../../src/tasks/order-worker.js';
import { findWorker, type WorkerView } from '../../../src/tasks/workers.js';
import { defineTask } from '../../../src/worker/task-definition.js';
import { gate, holding, LEASE, never, outcomes, pass, put, reap, store, unavailable, work } from './shaky.js';

// Fake timers replace the global performance, not the one node:perf_hooks exports.
vi.mock('../../../src/runtime/clock.js', async (original) => ({
  ...(await original<typeof import('../../../src/runtime/clock.js')>()),
  mono: () => performance.now(),
}));

const BEAT = LEASE / 3;
const shown = (): Promise<WorkerView> => findWorker(store, 'w');
const stateOf = async (id: string) => (await store.find(id))?.state;

test('quiet takes nothing, lets what runs go on, and takes tasks again when it is resumed', async () => {
  const { hold, release } = holding();
  await work({ hold, note: () => 'noted' });
  const held = await put('hold');
  const asked = await quietWorker(store, 'w');
  expect(asked).toMatchObject({ quiet: false, asked: { quiet: true } });
  await pass(2 * BEAT);
  expect(await shown()).toMatchObject({ quiet: true, running: [{ id: held, handler: 'hold', queue: 'a' }] });
  expect(await shown()).not.toHaveProperty('asked');
  const waiting = await put('note');
  await pass(10 * LEASE);
  expect([await stateOf(held), await stateOf(waiting)]).toEqual(['running', 'ready']);
  release.open();
  await pass(LEASE);
  expect([await stateOf(held), await stateOf(waiting)]).toEqual(['completed', 'ready']);
  await resumeWorker(store, 'w');
  await pass(2 * BEAT);
  expect(await shown()).toMatchObject({ quiet: false, runningCount: 0, processed: 2, failed: 0 });
  expect(await stateOf(waiting)).toBe('completed');
});

test('a Redis that is too full for what its handlers take keeps it neither from its work nor from what it is asked', async () => {
  const full = vi
    .spyOn(store, 'keepSchemas')
    .mockRejectedValue(new CarillonError('redis_full', 'no room is left'));
  const note = defineTask<string>({ name: 'note', schema: { type: 'string' } });
  await work(note.handle(() => 'noted'));
  const id = await put('note');
  await pass(LEASE);
  expect(await stateOf(id)).toBe('completed');
  await quietWorker(store, 'w');
  await pass(2 * BEAT);
  expect(await shown()).toMatchObject({ quiet: true });
  expect(full).toHaveBeenCalled();
});

test('a claim under way when it becomes quiet is handed back', async () => {
  const answer = gate();
  await work({ note: () => 'noted' });
  store.after = (verb) => (verb === 'claim' ? answer.passed : undefined);
  const id = await put('note');
  await quietWorker(store, 'w');
  await pass(2 * BEAT);
  answer.open();
  store.after = () => {};
  await pass(1);
  expect(await stateOf(id)).toBe('ready');
  expect(await outcomes(id)).toEqual(['released']);
});

test('scaled down it takes nothing until enough has ended, scaled up more at once', async () => {
  const gates = new Map<string, ReturnType<typeof gate<void>>>();
  const hold = async (key: unknown) => {
    const one = gate();
    gates.set(String(key), one);
    await one.passed;
  };
  await work({ hold }, { concurrency: 3 });
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) await put('hold', 'a', key);
  expect([...gates.keys()]).toEqual(['a', 'b', 'c']);
  await scaleWorker(store, 'w', 1);
  await pass(2 * BEAT);
  expect(await shown()).toMatchObject({ concurrency: 1, runningCount: 3 });
  gates.get('a')?.open();
  gates.get('b')?.open();
  await pass(LEASE);
  expect([...gates.keys()]).toEqual(['a', 'b', 'c']);
  gates.get('c')?.open();
  await pass(LEASE);
  expect([...gates.keys()]).toEqual(['a', 'b', 'c', 'd']);
  await scaleWorker(store, 'w', 5);
  await pass(2 * BEAT);
  expect([...gates.keys()]).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  for (const one of gates.values()) one.open();
});

test('a queue that it leaves ends there what it runs, and one that it joins is heard at once', async () => {
  const { hold, release } = holding();
  await work({ hold, note: () => 'noted' }, { queues: ['a', 'b'] });
  const held = await put('hold', 'a');
  await changeQueues(store, 'w', { add: ['c'], remove: ['a'] });
  await pass(2 * BEAT);
  expect(await shown()).toMatchObject({ queues: ['b', 'c'], running: [{ id: held }] });
  const [inA, inB, inC] = [await put('note', 'a'), await put('note', 'b'), await put('note', 'c')];
  await pass(5 * LEASE);
  expect(await Promise.all([held, inA, inB, inC].map(stateOf))).toEqual([
    'running',
    'ready',
    'completed',
    'completed',
  ]);
  release.open();
  await pass(LEASE);
  expect(await stateOf(held)).toBe('completed');
  expect(store.calledFor('leave')).toEqual(['a']);
  await changeQueues(store, 'w', { add: ['a'] });
  await pass(2 * BEAT);
  expect(await stateOf(inA)).toBe('completed');
});

test('a queue that it takes up again while something of it runs keeps its lease', async () => {
  const { hold, release } = holding();
  const worker = await work({ hold, note: () => 'noted' });
  const { id } = worker;
  const held = await put('hold');
  await changeQueues(store, 'w', { remove: ['a'] });
  await pass(2 * BEAT);
  expect(await shown()).toMatchObject({ queues: [] });
  await changeQueues(store, 'w', { add: ['a'] });
  await pass(2 * BEAT);
  expect(await stateOf(await put('note'))).toBe('completed');
  release.open();
  await pass(LEASE);
  expect([await stateOf(held), worker.id]).toEqual(['completed', id]);
});

test('the lease of a queue it has left may be lost like any other', async () => {
  const { hold, signals } = holding();
  await work({ hold });
  const held = await put('hold');
  await changeQueues(store, 'w', { remove: ['a'] });
  await pass(2 * BEAT);
  await reap();
  await pass(2 * LEASE);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  expect(await stateOf(held)).toBe('ready');
  expect(await shown()).toMatchObject({ queues: [], runningCount: 1 });
});

test('a worker of all queues leaves one for good, and takes up those to come', async () => {
  await store.open('a');
  await store.open('b');
  await work({ note: () => 'noted' }, { queues: ['*'] });
  expect(await shown()).toMatchObject({ queues: ['*'] });
  await changeQueues(store, 'w', { remove: ['a'] });
  await pass(2 * BEAT);
  const [inA, inB, inC] = [await put('note', 'a'), await put('note', 'b'), await put('note', 'c')];
  await pass(LEASE);
  expect((await shown()).queues.toSorted()).toEqual(['b', 'c']);
  expect(await Promise.all([inA, inB, inC].map(stateOf))).toEqual(['ready', 'completed', 'completed']);
  await changeQueues(store, 'w', { add: ['a'] });
  await pass(2 * BEAT);
  expect([await stateOf(inA), (await shown()).queues]).toEqual(['completed', ['*']]);
});

test('stop drains, is shown, takes no other order, and ends the worker', async () => {
  const { hold, release } = holding();
  const worker = await work({ hold, note: () => 'noted' });
  const ended = vi.fn();
  void worker.ended.then(ended);
  const held = await put('hold');
  await stopWorker(store, 'w');
  await expect(quietWorker(store, 'w')).rejects.toMatchObject({ code: 'conflict', state: 'stopping' });
  await pass(2 * BEAT);
  expect(await shown()).toMatchObject({ stopping: true, running: [{ id: held }] });
  await expect(scaleWorker(store, 'w', 5)).rejects.toMatchObject({ code: 'conflict', state: 'stopping' });
  expect(await stopWorker(store, 'w')).toMatchObject({ stopping: true });
  const waiting = await put('note');
  await pass(LEASE);
  expect(ended).not.toHaveBeenCalled();
  release.open();
  await pass(LEASE);
  expect(ended).toHaveBeenCalled();
  expect([await stateOf(held), await stateOf(waiting)]).toEqual(['completed', 'ready']);
  await expect(shown()).rejects.toMatchObject({ code: 'not_found' });
});

test('what was asked while the store was away, and the id changes, is followed', async () => {
  const { hold } = holding();
  const worker = await work({ hold });
  const { id } = worker;
  await put('hold');
  await quietWorker(store, 'w');
  // Nothing is heard of it for longer than its lease: another takes the task back.
  store.before = (verb) => {
    if (verb === 'announce' || verb === 'beat') throw unavailable();
  };
  await pass(LEASE + BEAT);
  await reap();
  store.before = () => {};
  await pass(6 * LEASE);
  expect(worker.id).not.toBe(id);
  expect(await shown()).toMatchObject({ id: worker.id, quiet: true });
  expect((await store.present('worker')).map((one) => one.id)).toEqual([worker.id]);
});

test('an announcement whose answer was lost loses no order', async () => {
  await work({ note: () => 'noted' });
  await quietWorker(store, 'w');
  let lost = 0;
  store.after = (verb) => {
    if (verb === 'announce' && lost++ < 2) throw unavailable();
  };
  await pass(5 * LEASE);
  expect(await shown()).toMatchObject({ quiet: true });
});

test('several who ask at once are all heard, each once', async () => {
  await work({ note: () => 'noted' });
  const answers = await Promise.all([
    quietWorker(store, 'w'),
    scaleWorker(store, 'w', 7),
    changeQueues(store, 'w', { add: ['b'] }),
    changeQueues(store, 'w', { add: ['c'] }),
  ]);
  expect(answers).toHaveLength(4);
  await pass(2 * BEAT);
  expect(await shown()).toMatchObject({ quiet: true, concurrency: 7, queues: ['a', 'b', 'c'] });
});

test('a call whose answer was lost is found to have been made', async () => {
  await work({ note: () => 'noted' });
  const order = store.order;
  let calls = 0;
  store.order = async (worker, change) => {
    const word = await order(worker, change);
    calls += 1;
    // Made, and then others were sooner with the next one than its answer.
    if (calls > 1) return word;
    const orders: Orders = { ...change.orders, nonces: [...change.orders.nonces, 'other'], concurrency: 9 };
    await order(worker, { expect: change.orders, orders });
    return 'stale';
  };
  await quietWorker(store, 'w');
  expect(calls).toBe(1);
  await pass(2 * BEAT);
  expect(await shown()).toMatchObject({ quiet: true, concurrency: 9 });
});

test('idle or not it beats each third of its lease, and tells what it did', async () => {
  const boom = () => {
    throw new Error('boom');
  };
  await work({ boom, note: () => 'noted' });
  await put('note');
  await put('boom');
  await put('boom', 'a', null, {
    retry: { maxAttempts: 1, backoff: 'fixed', delay: 1, maxDelay: 1, jitter: false },
  });
  const before = store.calls.filter((call) => call.startsWith('announce')).length;
  await pass(10 * BEAT);
  expect(store.calls.filter((call) => call.startsWith('announce')).length - before).toBe(10);
  expect(await shown()).toMatchObject({ processed: 3, failed: 2, retried: 1, running: [], runningCount: 0 });
  expect((await shown()).memoryBytes).toBeGreaterThan(1_000_000);
});

test('a claim that hangs does not keep a quiet worker from saying so', async () => {
  await work({ note: () => 'noted' });
  store.before = (verb) => (verb === 'claim' ? never : undefined);
  await put('note');
  await quietWorker(store, 'w');
  await pass(2 * BEAT);
  expect(await shown()).toMatchObject({ quiet: true });
});
