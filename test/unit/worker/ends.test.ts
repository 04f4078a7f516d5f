/** A worker whose handlers misbehave, whose process ends, or that is stopped while it starts: it leaves nothing behind. */

import { describe, expect, test, vi } from 'vitest';
import { CarillonError } from '../../../src/domain/input/errors.js';
import type { Attempt } from '../../../src/worker/attempt.js';
import type { Handlers } from '../../../src/worker/handlers.js';
import { gate, holding, make, never, newStore, outcomes, pass, put, store, work } from './shaky.js';

// Fake timers replace the global performance, not the one node:perf_hooks exports.
vi.mock('../../../src/runtime/clock.js', async (original) => ({
  ...(await original<typeof import('../../../src/runtime/clock.js')>()),
  mono: () => performance.now(),
}));

describe('whose handler does not stop', () => {
  test('takes its attempt back after the timeout and killAfter, and keeps its slot', async () => {
    const { hold, release, signals } = holding();
    const worker = await work({ hold }, { concurrency: 1, killAfter: '700ms' });
    const id = `${await store.open('a')}-t`;
    const draft = {
      id,
      handler: 'hold',
      priority: 'normal' as const,
      due: 0,
      createdAt: store.now,
      payload: '',
    };
    await store.enqueue('a', [{ ...draft, options: { timeout: 300 } }]);
    await pass(2_000 - 1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(await store.find(id)).toMatchObject({ state: 'retrying', failures: 1 });
    expect(await outcomes(id)).toEqual(['timeout']);
    expect(worker.running).toBe(1);
    release.open();
    await pass(1);
    expect(worker.running).toBe(0);
  });
});

describe('whose process is about to end', () => {
  const crashing = async (count: number) => {
    const attempts: Attempt[] = [];
    const within = (attempt: Attempt, run: () => void) => {
      attempts.push(attempt);
      run();
    };
    const worker = await work({ hang: () => never }, { concurrency: 5, within });
    const ids: string[] = [];
    for (let i = 0; i < count; i += 1) ids.push(await put('hang'));
    return { worker, attempts, ids };
  };
  const states = (ids: string[]) =>
    Promise.all(ids.map(async (id) => [(await store.find(id))?.state, (await store.find(id))?.failures]));

  test('fails the attempt it came from and hands the others back as they were', async () => {
    const { worker, attempts, ids } = await crashing(3);
    const crashed = worker.crash(new Error('stray'), attempts[1]);
    await pass(5_000);
    await crashed;
    expect(await states(ids)).toEqual([
      ['ready', 0],
      ['retrying', 1],
      ['ready', 0],
    ]);
    expect((await store.find(ids[1] ?? ''))?.history.at(-1)?.error?.message).toBe('stray');
  });

  test('not knowing which it was, hands all back to come one by one; one alone is the cause', async () => {
    const several = await crashing(3);
    const crashed = several.worker.crash('stray');
    await pass(5_000);
    await crashed;
    expect(await states(several.ids)).toEqual([
      ['retrying', 0],
      ['retrying', 0],
      ['retrying', 0],
    ]);
    const dues = await Promise.all(several.ids.map(async (id) => (await store.find(id))?.dueAt));
    expect(new Set(dues).size).toBe(3);
    newStore();
    const one = await crashing(1);
    const alone = one.worker.crash('stray');
    await pass(5_000);
    await alone;
    expect(await states(one.ids)).toEqual([['retrying', 1]]);
  });
});

describe('whose handlers or listeners misbehave', () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const throwing = () => {
    throw new Error('looked at');
  };
  test.each<[string, unknown]>([
    ['a revoked proxy', revoked.proxy],
    ['undefined', undefined],
    ['a message that throws', Object.defineProperty(new Error('x'), 'message', { get: throwing })],
    ['a toJSON that throws', { toJSON: throwing }],
  ])('%s thrown ends the attempt and frees the slot', async (_, thrown) => {
    await work(
      {
        hurl: () => {
          throw thrown;
        },
        reject: () => Promise.reject(thrown),
        note: () => 'noted',
      },
      { concurrency: 1 },
    );
    const [hurled, rejected, noted] = [await put('hurl'), await put('reject'), await put('note')];
    for (const id of [hurled, rejected]) {
      expect(await store.find(id)).toMatchObject({ state: 'retrying', failures: 1, attempt: 1 });
    }
    expect(await store.find(noted)).toMatchObject({ state: 'completed' });
  });

  test('an onAttempt that throws does no harm', async () => {
    const told = vi.fn(throwing);
    const handlers: Handlers = { fail: throwing, note: () => 'noted' };
    await work(handlers, { concurrency: 1, onAttempt: told });
    const ids = [await put('fail'), await put('note'), await put('note')];
    expect(told).toHaveBeenCalledTimes(3);
    const states = await Promise.all(ids.map(async (id) => (await store.find(id))?.state));
    expect(states).toEqual(['retrying', 'completed', 'completed']);
  });
});

describe('that is stopped', () => {
  test('gives back its leases and is not present any more, at once', async () => {
    const worker = await work({ note: () => 'noted' }, { queues: ['a', 'b'] });
    expect(await outcomes(await put('note', 'a'))).toEqual(['completed']);
    const stopped = worker.stop();
    await pass(1);
    await stopped;
    expect(store.calledFor('leave')).toEqual(['a', 'b']);
    expect(await store.present('worker')).toEqual([]);
  });

  test('leaves nothing of an outage to wait for', async () => {
    const worker = await work({ note: () => 'noted' });
    await put('note');
    store.away();
    const stopped = worker.stop();
    await pass(3_000);
    await stopped;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('that is stopped while it starts', () => {
  test('is not there afterwards', async () => {
    const announced = gate();
    store.before = (verb) => (verb === 'announce' ? announced.passed : undefined);
    const worker = make({ note: () => 1 });
    const started = worker.start();
    await pass(1);
    expect(store.calls.at(-1)).toBe('announce worker');
    const stopped = worker.stop();
    announced.open();
    await Promise.all([started, stopped]);
    expect(await store.present('worker')).toEqual([]);
    await put('note');
    await pass(60_000);
    expect(store.calledFor('claim')).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('no longer waits for a store that does not answer', async () => {
    store.away();
    const worker = make({ note: () => 1 });
    const started = worker.start().catch((error: unknown) => error);
    await pass(10_000);
    await worker.stop();
    await pass(1_000);
    expect(await started).toMatchObject({ code: 'unavailable' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('or whose start fails leaves nothing behind', async () => {
    store.before = (verb) => {
      if (verb === 'check') throw new CarillonError('redis_unsuitable', 'evicts');
    };
    const worker = make({ note: () => 1 });
    await expect(worker.start()).rejects.toMatchObject({ code: 'redis_unsuitable' });
    expect(await store.present('worker')).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
