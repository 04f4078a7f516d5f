/** What a Worker puts around its attempts sees every one of them, can fail it, and cannot make it look better. */

import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, test, vi } from 'vitest';
import { Fatal, RetryAfter, Snooze } from '../../../src/domain/task/judge.js';
import type { Around } from '../../../src/worker/around.js';
import { readWorkerOptions } from '../../../src/worker/options.js';
import type { Worker } from '../../../src/worker/worker.js';
import { gate, outcomes, pass, put, store, work } from './shaky.js';

vi.mock('../../../src/runtime/clock.js', async (original) => ({
  ...(await original<typeof import('../../../src/runtime/clock.js')>()),
  mono: () => performance.now(),
}));

const fatal = () => {
  throw new Fatal('no such customer');
};

/** The task's facts after `handler` has run within `around`. */
async function ran(handler: () => unknown, around: Around) {
  await work({ h: handler }, { around });
  const id = await put('h');
  await pass(50);
  const facts = await store.find(id);
  return { ...facts, last: facts?.history.at(-1), id };
}

describe('around', () => {
  test('sees the result, the error and the attempt, and the handler sees what it has put around it', async () => {
    const seen: unknown[] = [];
    const storage = new AsyncLocalStorage<string>();
    const around: Around = async (ctx, next) => {
      try {
        const result = await storage.run(ctx.task.id, next);
        seen.push([ctx.task.handler, ctx.attempt, result]);
        return result;
      } catch (error) {
        seen.push([ctx.task.handler, ctx.attempt, (error as Error).message]);
        throw error;
      }
    };
    await work({ good: async () => storage.getStore(), bad: fatal }, { around });
    const good = await put('good');
    const bad = await put('bad');
    await pass(50);
    expect(seen).toEqual([
      ['good', 1, good],
      ['bad', 1, 'no such customer'],
    ]);
    expect(await store.find(good)).toMatchObject({ history: [{ result: JSON.stringify(good) }] });
    expect(await store.find(bad)).toMatchObject({ state: 'dead' });
  });

  test.each<[string, Around]>([
    ['answers nothing', async (_, next) => void (await next())],
    ['answers something else', (_, next) => next().then(() => 'mine')],
    ['does not wait', (_, next) => void next()],
    ['calls it twice', async (_, next) => [await next(), await next()]],
  ])('that %s leaves the result as it is', async (_what, around) => {
    const runs: number[] = [];
    const slow = () => new Promise((resolve) => setTimeout(resolve, 20)).then(() => runs.push(1));
    const facts = await ran(slow, around);
    expect(facts).toMatchObject({ state: 'completed', last: { result: '1' } });
    expect(runs).toEqual([1]);
  });

  test.each<[string, Around]>([
    ['catches the error', (_, next) => next().catch(() => 'fine')],
    ['looks away', (_, next) => void next()],
  ])('that %s does not make the attempt a good one', async (_what, around) => {
    expect(await ran(fatal, around)).toMatchObject({
      state: 'dead',
      last: { outcome: 'failed', error: { message: 'no such customer' } },
    });
  });

  test('may throw another error in the place of one, or after a result', async () => {
    const instead: Around = (_, next) =>
      next().catch((error: unknown) => {
        throw new RetryAfter('5m', `known: ${(error as Error).message}`);
      });
    const translated = await ran(fatal, instead);
    expect(translated).toMatchObject({
      state: 'retrying',
      last: { error: { message: 'known: no such customer' } },
    });
    expect(translated.dueAt).toBeGreaterThanOrEqual((translated.last?.finishedAt ?? 0) + 300_000);
  });

  test('may refuse a result, and put a task off before its handler runs', async () => {
    const refuses: Around = async (_, next) => {
      throw new Fatal(`got ${await next()}`);
    };
    expect(await ran(() => 5, refuses)).toMatchObject({
      state: 'dead',
      last: { error: { message: 'got 5' } },
    });
  });

  test('may put a task off before its handler runs, without a failure', async () => {
    const handler = vi.fn();
    const facts = await ran(handler, () => {
      throw new Snooze('1h');
    });
    expect(facts).toMatchObject({ state: 'retrying', failures: 0, last: { outcome: 'snoozed' } });
    expect(handler).not.toHaveBeenCalled();
  });

  test('that ends without a call of next fails the attempt, in words', async () => {
    expect(
      await ran(
        () => 1,
        () => 'done',
      ),
    ).toMatchObject({
      last: { outcome: 'failed', error: { message: '`around` has ended without calling next()' } },
    });
  });

  test('that gives up early waits for its handler all the same: the slot is busy until then', async () => {
    const hold = gate();
    const giveUp: Around = async (_, next) => {
      next();
      throw new Fatal('enough');
    };
    const worker = await work({ h: () => hold.passed }, { around: giveUp });
    const id = await put('h');
    await pass(50);
    expect([worker.running, (await store.find(id))?.state]).toEqual([1, 'running']);
    hold.open();
    await pass(50);
    expect([worker.running, (await store.find(id))?.state]).toEqual([0, 'dead']);
  });

  test('hears of a timeout and of a cancel as the handler does, and the outcome is theirs', async () => {
    const reasons: unknown[] = [];
    const around: Around = async (ctx, next) => {
      try {
        return await next();
      } finally {
        reasons.push((ctx.signal.reason as Error).name);
      }
    };
    const obey = (_: unknown, ctx: { signal: AbortSignal }) =>
      new Promise((_, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)));
    await work({ obey }, { around, lease: '60s' });
    const late = await put('obey', 'a', null, { timeout: 100, retry: ONCE });
    await pass(150);
    expect(await outcomes(late)).toEqual(['timeout']);
    const stopped = await put('obey');
    await pass(50);
    await store.cancel('a', stopped);
    await pass(1_000);
    expect(await outcomes(stopped)).toEqual(['cancelled']);
    expect(reasons).toEqual(['TimedOut', 'Cancelled']);
  });

  test('lets a handler stop its worker without waiting for itself', async () => {
    let stopped = false;
    const around: Around = async (_, next) => await next();
    const worker: Worker = await work(
      {
        h: async () => {
          await worker.stop();
          stopped = true;
          return 'last words';
        },
      },
      { around },
    );
    const id = await put('h');
    await pass(100);
    expect(stopped).toBe(true);
    expect(await store.find(id)).toMatchObject({ state: 'completed' });
  });

  test('absent, the handlers are the very ones that were given', () => {
    const handlers = { h: () => 1 };
    expect(readWorkerOptions({ handlers }).handlers).toBe(handlers);
  });
});

const ONCE = { maxAttempts: 1, backoff: 'fixed', delay: 0, maxDelay: 0, jitter: false } as const;
