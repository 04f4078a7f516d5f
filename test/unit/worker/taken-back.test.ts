/** A worker whose tasks were taken back, or that is handed what it cannot run: it lets go, and goes on. */

import { describe, expect, test, vi } from 'vitest';
import { gate, holding, LEASE, never, outcomes, pass, put, reap, store, work } from './shaky.js';

// Fake timers replace the global performance, not the one node:perf_hooks exports.
vi.mock('../../../src/runtime/clock.js', async (original) => ({
  ...(await original<typeof import('../../../src/runtime/clock.js')>()),
  mono: () => performance.now(),
}));

describe('whose tasks were taken back', () => {
  test('is told by its beat, drops what it runs and goes on under a new id', async () => {
    const { hold, release, signals } = holding();
    const worker = await work({ hold });
    const { id: before } = worker;
    const id = await put('hold');
    await reap();
    await pass(LEASE / 3);
    expect(worker.id).not.toBe(before);
    expect(signals[0]?.aborted).toBe(true);
    await pass(1);
    expect(await outcomes(id)).toEqual(['lost', 'completed']);
    release.open();
    await pass(LEASE);
    expect(await store.find(id)).toMatchObject({ state: 'completed', attempt: 2, failures: 1 });
    expect(await outcomes(id)).toEqual(['lost', 'completed']);
  });

  test('is told by its next claim while a beat hangs', async () => {
    const { hold } = holding();
    store.before = (verb) => (verb === 'beat' ? never : undefined);
    const worker = await work({ hold, note: () => 'noted' });
    const { id: before } = worker;
    const id = await put('hold');
    await reap();
    const note = await put('note');
    expect(worker.id).not.toBe(before);
    await pass(1);
    expect(await store.find(note)).toMatchObject({ state: 'completed', attempt: 1 });
    expect(await store.find(id)).toMatchObject({ state: 'completed', attempt: 2, failures: 1 });
  });

  test('is told by a refused ending while its claims hang', async () => {
    const release = gate();
    const worker = await work({
      fail: async (_, ctx) => {
        if (ctx.attempt > 1) return 'done';
        await release.passed;
        throw new Error('no');
      },
    });
    const { id: before } = worker;
    const id = await put('fail');
    await reap();
    store.before = (verb, _, by) => (verb === 'claim' && by === before ? never : undefined);
    release.open();
    await pass(2);
    expect(worker.id).not.toBe(before);
    expect(await store.find(id)).toMatchObject({ state: 'completed', attempt: 2, failures: 1 });
    expect(await outcomes(id)).toEqual(['lost', 'completed']);
  });
});

describe('that is handed what it cannot run', () => {
  test('hands it back without a failure, and not to itself at once', async () => {
    store.strange = 'note';
    const ran: number[] = [];
    await work({ note: (_, ctx) => void ran.push(ctx.attempt) });
    const id = await put('note');
    await pass(20);
    expect(await store.find(id)).toMatchObject({ state: 'retrying', failures: 0 });
    expect(store.calls.filter((call) => call === 'settle a')).toHaveLength(1);
    store.strange = '';
    store.advance(60_000);
    await pass(30_000);
    expect(ran).toEqual([2]);
    expect(await store.find(id)).toMatchObject({ state: 'completed', failures: 0 });
  });
});
