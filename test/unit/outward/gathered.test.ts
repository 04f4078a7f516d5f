/** How many requests messages become: few go at once, a storm is a handful, and what hangs holds up a few. */

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AlertMessage } from '../../../src/alerts/outward.js';
import { GatheredMessages } from '../../../src/outward/gathered.js';

// Fake timers replace the global performance, not the one node:perf_hooks exports.
vi.mock('../../../src/runtime/clock.js', async (original) => ({
  ...(await original<typeof import('../../../src/runtime/clock.js')>()),
  mono: () => performance.now(),
}));
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function target(answer: () => Promise<string> = async () => 'taken') {
  const requests: string[][] = [];
  const gathered = new GatheredMessages((some) => {
    requests.push(some.map(({ id }) => id));
    return answer();
  });
  let made = 0;
  const add = (signal = new AbortController().signal): Promise<string> => {
    made += 1;
    return gathered.add({ id: `m${made}`, at: 0, message: {} as AlertMessage, signal });
  };
  return { requests, add };
}

it('a few over a while are one each, without a wait that anybody would notice', async () => {
  const { requests, add } = target();
  for (let i = 0; i < 5; i += 1) {
    const sent = add();
    await pass(1_000);
    expect(await sent).toBe('taken');
  }
  expect(requests).toEqual([['m1'], ['m2'], ['m3'], ['m4'], ['m5']]);
});

it('a storm over half a minute is a handful of requests, and loses none', async () => {
  const { requests, add } = target();
  const sent: Promise<string>[] = [];
  for (let second = 0; second < 30; second += 1) {
    sent.push(add(), add(), add());
    await pass(1_000);
  }
  await pass(20_000);
  expect(await Promise.all(sent)).toHaveLength(90);
  expect(requests.length).toBeLessThan(10);
  expect(new Set(requests.flat()).size).toBe(90);
  // Once it is over one goes at once again.
  await pass(60_000);
  const late = add();
  await pass(1_000);
  expect(await late).toBe('taken');
});

it('of one that hangs four wait for an answer, others behind them, and more come again later', async () => {
  const { requests, add } = target(() => new Promise(() => {}));
  for (let i = 0; i < 4; i += 1) {
    add().catch(() => {});
    await pass(1_000);
  }
  for (let i = 0; i < 36; i += 1) add().catch(() => {});
  await expect(add()).rejects.toMatchObject({ name: 'Snooze' });
  await pass(60_000);
  expect(requests).toHaveLength(4);
});

it('one that is given up is not sent, and holds nobody up', async () => {
  const { requests, add } = target();
  const gone = new AbortController();
  const [given, kept] = [add(gone.signal), add()];
  gone.abort(new Error('the worker is stopping'));
  await expect(given).rejects.toThrow('the worker is stopping');
  await pass(1_000);
  expect([await kept, requests]).toEqual(['taken', [['m2']]]);
});

it('where all are given up in a storm nothing is left that would keep the process alive', async () => {
  const { add } = target();
  for (let i = 0; i < 6; i += 1) {
    add().catch(() => {});
    await pass(1_000);
  }
  const stopping = new AbortController();
  const last = add(stopping.signal).catch(() => 'given up');
  await pass(1_000);
  stopping.abort(new Error('the worker is stopping'));
  expect(await last).toBe('given up');
  await pass(12_000);
  const waits = add(stopping.signal).catch(() => {});
  await waits;
  expect(vi.getTimerCount()).toBe(0);
});
