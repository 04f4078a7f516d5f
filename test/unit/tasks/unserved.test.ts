/** What the log is told of tasks that nobody can run: after a while, once, and not again before long. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Log } from '../../../src/runtime/log.js';
import { silentLog } from '../../../src/runtime/silent-log.js';
import { Unserved } from '../../../src/tasks/unserved.js';
import { ModelStore } from '../../../src/testing/model-store.js';

// Fake timers replace the global performance, not the one node:perf_hooks exports.
vi.mock('../../../src/runtime/clock.js', async (original) => ({
  ...(await original<typeof import('../../../src/runtime/clock.js')>()),
  mono: () => performance.now(),
}));

let store: ModelStore;
let told: string[];
let leading: boolean;
let unserved: Unserved;
const log: Log = { ...silentLog, warn: (_: object | string, text?: string) => told.push(text ?? '') } as Log;

beforeEach(() => {
  vi.useFakeTimers();
  store = new ModelStore();
  told = [];
  leading = true;
  unserved = new Unserved({ store, log, mayTell: () => leading });
});
afterEach(async () => {
  await unserved.stop();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

async function put(handler: string, queue: string): Promise<void> {
  const id = `${await store.open(queue)}-${handler}${Math.random()}`;
  const draft = { id, handler, priority: 'normal' as const, due: 0, createdAt: store.now, payload: '' };
  await store.enqueue(queue, [draft]);
}

async function serve(queue: string, handlers: string[]): Promise<void> {
  const facts = { host: 'h', pid: 1, version: '1', startedAt: store.now, seenAt: store.now };
  await store.announce(
    'worker',
    { id: `w~${queue}`, name: 'w', queues: [queue], handlers, ...facts },
    3_600_000,
  );
}

test('a handler that stays without a worker is told once in ten minutes, with how many wait', async () => {
  await put('mail.send', 'mail');
  await put('mail.send', 'mail');
  unserved.start();
  await pass(9_000);
  expect(told).toEqual([]);
  await pass(60_000);
  const line = '2 tasks wait in the queue mail for the handler mail.send, which no worker of that queue has';
  expect(told).toEqual([line]);
  await pass(600_000);
  expect(told).toEqual([line, line]);
});

test('a worker that comes back in time, or has the handler, is no word worth', async () => {
  await put('mail.send', 'mail');
  await put('other', 'q');
  await serve('q', ['other']);
  unserved.start();
  await pass(9_000);
  await serve('mail', ['mail.send']);
  await pass(3_000_000);
  expect(told).toEqual([]);
});

test('each of several queues has its turn, and one under suspicion comes first', async () => {
  for (let i = 0; i < 100; i += 1) await store.open(`q${i}`);
  await put('a', 'q0');
  await put('b', 'q99');
  unserved.start();
  unserved.suspect('q0');
  unserved.suspect('q99');
  await pass(45_000);
  expect(told.map((line) => / handler (\w)/.exec(line)?.[1]).sort()).toEqual(['a', 'b']);
});

test('many handlers are a few lines', async () => {
  for (let i = 0; i < 40; i += 1) await put(`h${i}`, 'mail');
  unserved.start();
  await pass(30_000);
  expect(told).toHaveLength(11);
  expect(told.at(-1)).toBe('no worker of the queue mail has 30 more handlers that tasks wait for');
});

test('whoever does not lead asks nothing and tells nothing', async () => {
  leading = false;
  await put('mail.send', 'mail');
  const asked = vi.spyOn(store, 'queueFacts');
  unserved.start();
  await pass(100_000);
  expect([told, asked.mock.calls]).toEqual([[], []]);
});
