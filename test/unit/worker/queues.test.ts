/** A worker in several queues, and one that no scheduler node helps: each queue has its turn and what is owed to it. */

import { describe, expect, test, vi } from 'vitest';
import type { TaskContext } from '../../../src/worker/context.js';
import { gate, holding, LEASE, never, outcomes, pass, put, reap, store, work } from './shaky.js';

// Fake timers replace the global performance, not the one node:perf_hooks exports.
vi.mock('../../../src/runtime/clock.js', async (original) => ({
  ...(await original<typeof import('../../../src/runtime/clock.js')>()),
  mono: () => performance.now(),
}));

describe('in several queues', () => {
  test('an empty claim under way in one of them does not cost the lease', async () => {
    const { hold, release, signals } = holding();
    store.before = (verb, queue) => (verb === 'claim' && queue === 'b' ? never : undefined);
    const worker = await work({ hold }, { queues: ['a', 'b'] });
    const { id: before } = worker;
    const id = await put('hold');
    await pass(5 * LEASE);
    expect(store.calls).toContain('claim b');
    expect(store.calledFor('beat')).toEqual(['a']);
    expect(worker.id).toBe(before);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    release.open();
    await pass(1);
    expect(await store.find(id)).toMatchObject({ state: 'completed', attempt: 1 });
  });

  test('one that is idle makes it deaf to no other', async () => {
    const began: number[] = [];
    const note = async () => void began.push(performance.now());
    await work({ note }, { queues: ['a', 'b'], concurrency: 10 });
    for (let i = 0; i < 20; i += 1) {
      await pass(130 + ((i * 37) % 90));
      const sent = performance.now();
      await put('note');
      await pass(5);
      expect(began).toHaveLength(i + 1);
      expect((began.at(-1) ?? 0) - sent).toBeLessThan(5);
    }
  });

  test.each([1, 2, 5])('with %i slots each has its turn, however long handlers take', async (concurrency) => {
    const ran: string[] = [];
    const slow = async (_: unknown, ctx: TaskContext) => {
      ran.push(ctx.task.queue);
      await new Promise((resolve) => setTimeout(resolve, 20 + (ran.length % 3)));
    };
    const queues = ['a', 'b', 'c'];
    for (const queue of queues) for (let i = 0; i < 40; i += 1) await put('slow', queue);
    const worker = await work({ slow }, { queues, concurrency });
    await pass(40 * 23 * (3 / concurrency));
    const begun = queues.map((queue) => ran.slice(0, 90).filter((one) => one === queue).length);
    expect(ran.length).toBeGreaterThanOrEqual(90);
    for (const count of begun) expect(Math.abs(count - 30)).toBeLessThanOrEqual(concurrency);
    expect(worker.running).toBeLessThanOrEqual(concurrency);
  });

  test('what is lost in one of them ends nothing in another', async () => {
    const { hold, release, signals } = holding();
    await work({ hold }, { queues: ['a', 'b'] });
    const [inA, inB] = [await put('hold', 'a'), await put('hold', 'b')];
    await reap();
    await pass(2 * LEASE);
    expect(signals.slice(0, 2).map(({ aborted }) => aborted)).toEqual([true, false]);
    release.open();
    await pass(LEASE);
    expect(await store.find(inB)).toMatchObject({ state: 'completed', attempt: 1 });
    expect(await outcomes(inA)).toEqual(['lost', 'completed']);
  });

  test('one refused ending ends only its own attempt', async () => {
    const { hold, release, signals } = holding();
    const only = gate();
    const worker = await work(
      { hold, once: (_: unknown, ctx: TaskContext) => (ctx.attempt === 1 ? only.passed : 'again') },
      { queues: ['a', 'b'], concurrency: 5 },
    );
    const { id: before } = worker;
    const [kept, elsewhere, taken] = [await put('hold', 'a'), await put('hold', 'b'), await put('once', 'a')];
    store.beatAnswer = 'ok';
    store.refuses = taken;
    only.open();
    await pass(LEASE);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
    expect(worker.id).toBe(before);
    release.open();
    await pass(LEASE);
    for (const id of [kept, elsewhere])
      expect(await store.find(id)).toMatchObject({ state: 'completed', attempt: 1 });
  });
});

describe('without a scheduler node', () => {
  test('takes back what a dead worker held, in every queue, and deletes what is past its retention', async () => {
    const ids = [await put('note', 'a'), await put('note', 'b')];
    for (const queue of ['a', 'b']) {
      const request = { nonce: 2, want: 1, handlers: ['note'], leaseMs: LEASE, completions: [] };
      await store.claim(queue, { worker: 'dead~1', ...request });
    }
    await work({ note: () => 'noted' }, { queues: ['a', 'b'] });
    store.advance(2 * LEASE);
    await pass(15_000);
    for (const id of ids) expect(await outcomes(id)).toEqual(['lost', 'completed']);
    store.advance(8 * 86_400_000);
    await pass(200_000);
    for (const id of ids) expect(await store.find(id)).toBeNull();
  });
});
