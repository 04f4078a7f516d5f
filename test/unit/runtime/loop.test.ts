import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Log } from '../../../src/runtime/log.js';
import { startLoop } from '../../../src/runtime/loop.js';
import { after, sleep } from '../../../src/runtime/timers.js';

// Fake timers replace the global performance, not the one node:perf_hooks exports.
vi.mock('../../../src/runtime/clock.js', () => ({ mono: () => performance.now() }));

const lines: string[] = [];
const write = (fields: object | string, message?: string): void => {
  lines.push(message ?? String(fields));
};
const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log };

beforeEach(() => {
  lines.length = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A tick that answers the delays given, then never wants to run again. */
function ticking(...delays: number[]) {
  const at: number[] = [];
  const tick = async (): Promise<number> => {
    at.push(performance.now());
    return delays[at.length - 1] ?? Number.POSITIVE_INFINITY;
  };
  const start = performance.now();
  return { tick, times: () => at.map((time) => time - start) };
}

test('ticks at once, then after each delay, never early', async () => {
  const { tick, times } = ticking(10.2, 0, 30);
  const loop = startLoop('x', tick, { log });
  await vi.advanceTimersByTimeAsync(100);
  const [first = -1, second = -1, third = -1, fourth = -1] = times();
  expect(first).toBeLessThanOrEqual(1);
  expect(second).toBeGreaterThanOrEqual(first + 10.2);
  expect(third).toBeLessThanOrEqual(second + 1);
  expect(fourth).toBeGreaterThanOrEqual(third + 30);
  expect(times()).toHaveLength(4);
  await loop.stop();
});

test('Infinity means until woken, or until maxDelay when wake-ups get lost', async () => {
  const { tick, times } = ticking();
  const loop = startLoop('x', tick, { log, maxDelay: 2_000 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(times()).toHaveLength(1);
  loop.wake();
  await vi.advanceTimersByTimeAsync(1);
  expect(times()).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(times()).toHaveLength(3);
  await loop.stop();
});

test('no wait is longer than five seconds unless asked for', async () => {
  const { tick, times } = ticking();
  const loop = startLoop('x', tick, { log });
  await vi.advanceTimersByTimeAsync(5_001);
  expect(times()).toHaveLength(2);
  await loop.stop();
});

test('a wake during a tick causes exactly one more tick right after it', async () => {
  let ticks = 0;
  let finish = (): void => {};
  const loop = startLoop(
    'x',
    () => {
      ticks += 1;
      return new Promise((resolve) => {
        finish = () => resolve(Number.POSITIVE_INFINITY);
      });
    },
    { log },
  );
  await vi.advanceTimersByTimeAsync(1);
  loop.wake();
  loop.wake();
  await vi.advanceTimersByTimeAsync(50);
  expect(ticks).toBe(1);
  finish();
  await vi.advanceTimersByTimeAsync(1);
  expect(ticks).toBe(2);
  finish();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ticks).toBe(2);
  await loop.stop();
});

test('stop waits for the running tick and lets no further one start', async () => {
  let ticks = 0;
  let finish = (): void => {};
  const tick = (): Promise<number> => {
    ticks += 1;
    return new Promise((resolve) => {
      finish = () => resolve(0);
    });
  };
  const loop = startLoop('x', tick, { log });
  await vi.advanceTimersByTimeAsync(1);
  let stopped = false;
  const stopping = loop.stop().then(() => {
    stopped = true;
  });
  loop.wake();
  await vi.advanceTimersByTimeAsync(10);
  expect(stopped).toBe(false);
  finish();
  await stopping;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(ticks).toBe(1);
});

test('a loop stopped before its first tick never ticks', async () => {
  const { tick, times } = ticking();
  await startLoop('x', tick, { log }).stop();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(times()).toEqual([]);
});

test('errors back off, are told once per streak, and so is recovery', async () => {
  let broken = true;
  let ticks = 0;
  const loop = startLoop(
    'plan',
    async () => {
      ticks += 1;
      if (broken) throw new Error('no Redis');
      return Number.POSITIVE_INFINITY;
    },
    { log },
  );
  await vi.advanceTimersByTimeAsync(20_000);
  expect(lines).toEqual(['plan: no Redis; trying again']);
  expect(ticks).toBeLessThan(12);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(lines).toHaveLength(2);
  broken = false;
  loop.wake();
  await vi.advanceTimersByTimeAsync(1);
  expect(lines.at(-1)).toBe('plan: works again');
  await loop.stop();
});

test('a delay that is no number is an error, not a busy loop', async () => {
  const { tick, times } = ticking(Number.NaN);
  const loop = startLoop('x', tick, { log });
  await vi.advanceTimersByTimeAsync(50);
  expect(times()).toHaveLength(1);
  expect(lines).toEqual(['x: x answered no delay; trying again']);
  await loop.stop();
});

test('sleep ends with its time or its signal', async () => {
  const over: string[] = [];
  const abort = new AbortController();
  void sleep(20).then(() => over.push('slept'));
  void sleep(1e12, abort.signal).then(() => over.push('aborted'));
  void sleep(10, AbortSignal.abort()).then(() => over.push('at once'));
  await vi.advanceTimersByTimeAsync(0);
  expect(over).toEqual(['at once']);
  await vi.advanceTimersByTimeAsync(21);
  expect(over).toEqual(['at once', 'slept']);
  abort.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(over).toEqual(['at once', 'slept', 'aborted']);
  expect(vi.getTimerCount()).toBe(0);
});

test('a timer longer than Node can count is not due at once', async () => {
  let called = 0;
  const cancel = after(40 * 86_400_000, () => {
    called += 1;
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(called).toBe(0);
  cancel();
  expect(vi.getTimerCount()).toBe(0);
});
