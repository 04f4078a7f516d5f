/** A worker that is asked to stop what it runs: the handler is told at once, and no attempt follows. */

import { describe, expect, test, vi } from 'vitest';
import { gate, LEASE, outcomes, pass, put, reap, store, work } from './shaky.js';

vi.mock('../../../src/runtime/clock.js', async (original) => ({
  ...(await original<typeof import('../../../src/runtime/clock.js')>()),
  mono: () => performance.now(),
}));

/** Runs until its signal says otherwise, or for ever. */
function obedient() {
  const aborted: unknown[] = [];
  const obey = (_: unknown, ctx: { signal: AbortSignal }) =>
    new Promise((_, reject) => {
      ctx.signal.addEventListener('abort', () => {
        aborted.push(ctx.signal.reason);
        reject(ctx.signal.reason);
      });
    });
  return { aborted, obey };
}

describe('asked to stop a task', () => {
  test('tells the handler within a second, with the reason, and the task ends cancelled when it has settled', async () => {
    const { aborted, obey } = obedient();
    const worker = await work({ obey, note: () => 'noted' }, { concurrency: 1, lease: '60s' });
    const id = await put('obey');
    await pass(2_000);
    expect(await store.cancel('a', id, 'wrong address')).toBe('requested');
    await pass(900);
    expect(aborted).toMatchObject([{ name: 'Cancelled', message: 'the task was cancelled: wrong address' }]);
    expect(await store.find(id)).toMatchObject({ state: 'cancelled', reason: 'wrong address', failures: 0 });
    expect(await outcomes(id)).toEqual(['cancelled']);
    expect(worker.running).toBe(0);
    const note = await put('note');
    await pass(10);
    expect(await store.find(note)).toMatchObject({ state: 'completed' });
  });

  test('before anybody could wait for the request, it hears of it all the same', async () => {
    const { aborted, obey } = obedient();
    await work({ obey }, { lease: '60s' });
    const id = await put('obey');
    await store.cancel('a', id);
    await pass(900);
    expect(aborted).toMatchObject([{ message: 'the task was cancelled' }]);
  });

  test('in a queue that it joined while it listened for others', async () => {
    const { aborted, obey } = obedient();
    await work({ obey }, { queues: ['*'], lease: '60s' });
    await put('obey');
    await pass(2_100);
    const id = await put('obey', 'later');
    await pass(300);
    await store.cancel('later', id);
    await pass(900);
    expect(aborted).toHaveLength(1);
  });

  test('a lost push costs a beat at most, and being told again changes nothing', async () => {
    const { aborted, obey } = obedient();
    const waits = vi.spyOn(store, 'stopWaiter').mockReturnValue({
      ...{ wait: () => new Promise<null>(() => {}), interrupt: () => {}, close: () => {} },
    });
    await work({ obey });
    expect(waits).toHaveBeenCalled();
    const id = await put('obey');
    await store.cancel('a', id);
    await pass(LEASE / 3 + 1);
    expect(aborted).toHaveLength(1);
    await pass(2 * LEASE);
    expect(aborted).toHaveLength(1);
  });

  test('takes the attempt back after killAfter, keeps its slot, and runs no other in it', async () => {
    const release = gate();
    const worker = await work(
      { hold: () => release.passed },
      { concurrency: 1, killAfter: '700ms', lease: '60s' },
    );
    const id = await put('hold');
    await pass(400);
    await store.cancel('a', id, 'enough');
    await pass(600);
    expect(await store.find(id)).toMatchObject({ state: 'running', cancelRequested: true });
    await pass(900);
    expect(await store.find(id)).toMatchObject({ state: 'cancelled', reason: 'enough' });
    expect(worker.running).toBe(1);
    release.open();
    await pass(1);
    expect(worker.running).toBe(0);
    expect(await outcomes(id)).toEqual(['cancelled']);
  });

  test('what returns all the same ends cancelled, and one whose worker is gone is not run again', async () => {
    const release = gate();
    await work({ hold: () => release.passed }, { lease: '60s' });
    const id = await put('hold');
    await store.cancel('a', id);
    release.open();
    await pass(1);
    expect(await store.find(id)).toMatchObject({ state: 'cancelled', attempt: 1 });
    const other = gate();
    await work({ lost: () => other.passed });
    const lost = await put('lost');
    store.before = (verb) => (verb === 'beat' ? new Promise(() => {}) : undefined);
    await store.cancel('a', lost, 'gone');
    await reap();
    expect(await store.find(lost)).toMatchObject({ state: 'cancelled', reason: 'gone', attempt: 1 });
    other.open();
  });
});
