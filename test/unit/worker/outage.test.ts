/** A worker whose Redis is away for longer than its lease: nothing runs twice unknown to it, nothing is forgotten. */

import { describe, expect, test, vi } from 'vitest';
import { gate, holding, LEASE, never, outcomes, pass, put, store, unavailable, work } from './shaky.js';

// Fake timers replace the global performance, not the one node:perf_hooks exports.
vi.mock('../../../src/runtime/clock.js', async (original) => ({
  ...(await original<typeof import('../../../src/runtime/clock.js')>()),
  mono: () => performance.now(),
}));

describe('in an outage longer than its lease', () => {
  test('what had ended is still recorded, as it was', async () => {
    const { hold, release } = holding();
    const worker = await work({
      hold,
      fail: async () => {
        await release.passed;
        throw new Error('no');
      },
    });
    const { id: before } = worker;
    const ids = [await put('hold'), await put('fail')];
    const back = store.away();
    release.open();
    await pass(3 * LEASE);
    expect(worker.id).not.toBe(before);
    back();
    await pass(5_000);
    expect(await store.find(ids[0] ?? '')).toMatchObject({ state: 'completed', attempt: 1, failures: 0 });
    expect(await store.find(ids[1] ?? '')).toMatchObject({ state: 'retrying', attempt: 1, failures: 1 });
    expect((await store.find(ids[0] ?? ''))?.history).toMatchObject([
      { worker: before, outcome: 'completed' },
    ]);
  });

  test('what was claimed under the old id goes back without a failure and runs under the new one', async () => {
    const { hold, release } = holding();
    const ran: number[] = [];
    const worker = await work({ hold, note: (_, ctx) => void ran.push(ctx.attempt) });
    const { id: before } = worker;
    await put('hold');
    // The claim has its effect, but its answer is lost, and then nothing answers.
    store.after = (verb) => {
      if (verb !== 'claim') return;
      store.away();
      throw unavailable();
    };
    const id = await put('note');
    expect(await store.find(id)).toMatchObject({ state: 'running' });
    await pass(3 * LEASE);
    expect(worker.id).not.toBe(before);
    store.after = () => {};
    store.before = () => {};
    await pass(5_000);
    expect(ran).toEqual([2]);
    expect(await store.find(id)).toMatchObject({ state: 'completed', attempt: 2, failures: 0 });
    expect(await outcomes(id)).toEqual(['released', 'completed']);
    release.open();
  });

  test('a claim that is answered after the lease it set is not run: others may have its tasks', async () => {
    const ran: number[] = [];
    const answered = gate();
    await work({ note: (_, ctx) => void ran.push(ctx.attempt) });
    store.after = (verb) => (verb === 'claim' && ran.length === 0 ? answered.passed : undefined);
    const id = await put('note');
    expect(await store.find(id)).toMatchObject({ state: 'running', attempt: 1 });
    await pass(2 * LEASE);
    store.after = () => {};
    answered.open();
    await pass(1_000);
    expect(ran).toEqual([2]);
    expect(await store.find(id)).toMatchObject({ state: 'completed', failures: 0 });
    expect(await outcomes(id)).toEqual(['released', 'completed']);
  });

  test('that never ends it still stops, and leaves nothing that goes on trying', async () => {
    const { hold, release } = holding();
    const worker = await work({ hold }, { drain: '100ms' });
    await put('hold');
    store.away();
    release.open();
    await pass(3 * LEASE);
    const stopped = worker.stop();
    await pass(30_000);
    await stopped;
    const calls = store.calls.length;
    await pass(60_000);
    expect(store.calls.length).toBe(calls);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a loaded worker whose tasks have ended stops soon: what cannot be told is left to the lease', async () => {
    const { hold, release } = holding();
    const worker = await work({ hold }, { drain: '1m' });
    await put('hold');
    store.away();
    let ended = false;
    const stopped = worker.stop().then(() => {
      ended = true;
    });
    await pass(LEASE / 2);
    expect(ended).toBe(false);
    release.open();
    await pass(5_000);
    expect(ended).toBe(true);
    await stopped;
    expect(vi.getTimerCount()).toBe(0);
  });

  test('what ended since under the new id is recorded before it stops', async () => {
    const { hold, release } = holding();
    const second = gate();
    const worker = await work({ hold, second: () => second.passed });
    await put('hold');
    const { id: before } = worker;
    const former = gate();
    const latter = gate();
    let fails = 1;
    store.before = (verb, _, by) => {
      if (verb === 'beat') return never;
      if (verb === 'claim' && by === before) return former.passed;
      return undefined;
    };
    const id = await put('second');
    await pass(LEASE);
    expect(worker.id).not.toBe(before);
    expect(await store.find(id)).toMatchObject({ held: { worker: worker.id } });
    store.before = async (verb, _, by) => {
      if (verb !== 'claim' || by === before) return;
      await latter.passed;
      if (fails-- > 0) throw unavailable();
    };
    second.open();
    await pass(1);
    let over = false;
    const stopped = worker.stop().then(() => {
      over = true;
    });
    // Of the two that have something to send, the one of the old id is done first.
    former.open();
    await pass(1_000);
    expect(over).toBe(false);
    latter.open();
    await pass(5_000);
    await stopped;
    expect(await store.find(id)).toMatchObject({ state: 'completed', attempt: 1 });
    release.open();
  });
});
