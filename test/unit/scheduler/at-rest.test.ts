/** Queues at rest: they cost nothing, however many there are, and whatever begins in one is found in time, heard or not. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SchedulerNode } from '../../../src/scheduler/node.js';
import type { Signal, Store } from '../../../src/store/contract/index.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import { declare, definition, draft, ModelClock, office, QUEUE, START, world } from './support.js';

// Fake timers replace the global performance, not the one node:perf_hooks exports.
vi.mock('../../../src/runtime/clock.js', () => ({ mono: () => performance.now() }));

const STEP = 50;
const SECONDS = 1_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function passes(store: ModelStore, ms: number): Promise<void> {
  for (let at = 0; at < ms; at += STEP) {
    store.advance(STEP);
    await vi.advanceTimersByTimeAsync(STEP);
  }
}

/** A leader; `deaf`: no signal reaches it. */
async function leads(store: ModelStore, { deaf = false } = {}) {
  const asked = new Map<string, number>();
  const told: Store = new Proxy(store, {
    get: (target, verb: keyof Store) => {
      const value = (target as Store)[verb];
      if (typeof value !== 'function') return value;
      if (verb === 'subscribe' && deaf) return async () => () => {};
      return (...args: unknown[]) => {
        asked.set(verb, (asked.get(verb) ?? 0) + 1);
        return (value as (...given: unknown[]) => unknown).apply(target, args);
      };
    },
  });
  const term = await office(store);
  const abort = new AbortController();
  const node = new SchedulerNode({
    ...{ store: told, clock: new ModelClock(store), log: (await world()).context.log },
    ...{ leaderTtlMs: 2_000, leaseMs: 1_000 },
    presence: { id: 'a~1', name: 'a', host: 'h', pid: 1, version: '0' },
    campaign: (lead) => {
      const led = lead(term, abort.signal);
      const stop = (): Promise<void> => {
        abort.abort();
        return led;
      };
      return { stop, resign: async () => {}, wake() {} };
    },
  });
  await node.start();
  return {
    asked,
    stop: async () => {
      const stopped = node.stop();
      await passes(store, SECONDS);
      await stopped;
    },
  };
}

test.each([1, 200])('a leader asks the same of %i queues: whether something was told', async (many) => {
  const store = new ModelStore(START);
  await store.open(QUEUE);
  for (let i = 1; i < many; i += 1) await store.open(`queue-${i}`);
  const { asked, stop } = await leads(store);
  await passes(store, 20 * SECONDS);
  asked.clear();
  await passes(store, 60 * SECONDS);
  expect([...asked.keys()].sort()).toEqual(['announce', 'queues', 'setRecords', 'told']);
  expect(asked.get('told')).toBeLessThanOrEqual(8);
  await stop();
});

test('a task that comes due in an hour costs as little, and is promoted on time', async () => {
  const store = new ModelStore(START);
  await store.open(QUEUE);
  const { asked, stop } = await leads(store);
  await store.enqueue(QUEUE, [draft('a', START + 90 * SECONDS)]);
  await passes(store, 30 * SECONDS);
  asked.clear();
  await passes(store, 59 * SECONDS);
  expect(asked.get('promote')).toBeUndefined();
  await passes(store, 2 * SECONDS);
  expect(await store.queueFacts(QUEUE)).toMatchObject({ ready: 1 });
  await stop();
});

test('thousands of queues made at once are taken up one portion after the other', async () => {
  const store = new ModelStore(START);
  await store.open(QUEUE);
  const { asked, stop } = await leads(store);
  await passes(store, SECONDS);
  for (let i = 0; i < 500; i += 1) await store.open(`queue-${i}`);
  asked.clear();
  await passes(store, STEP);
  expect(asked.get('promote')).toBeLessThanOrEqual(50);
  await passes(store, 2 * SECONDS);
  expect(asked.get('promote')).toBeGreaterThanOrEqual(500);
  await stop();
});

describe('when signals are lost, within ten seconds', () => {
  const within = 10 * SECONDS;

  async function resting() {
    const store = new ModelStore(START);
    await store.open(QUEUE);
    const node = await leads(store, { deaf: true });
    await passes(store, 20 * SECONDS);
    const signals: Signal[] = [];
    await store.subscribe((signal) => signals.push(signal));
    return { store, signals, ...node };
  }

  test('a delayed task in a queue at rest is found', async () => {
    const { store, stop } = await resting();
    await store.enqueue(QUEUE, [draft('a', store.now + SECONDS)]);
    await passes(store, within);
    expect(await store.queueFacts(QUEUE)).toMatchObject({ ready: 1 });
    await stop();
  });

  test('a new schedule is planned', async () => {
    const { store, stop } = await resting();
    await declare(store, definition('s'), Math.ceil(store.now / SECONDS) * SECONDS);
    await passes(store, within);
    const facts = await store.queueFacts(QUEUE);
    expect(facts.scheduled + facts.ready).toBeGreaterThan(5);
    await stop();
  });

  test('a new queue is taken up', async () => {
    const { store, asked, stop } = await resting();
    await store.open('new');
    await store.enqueue('new', [draft('a', store.now + SECONDS)]);
    asked.clear();
    await passes(store, within);
    expect(await store.queueFacts('new')).toMatchObject({ ready: 1 });
    await stop();
  });

  test('a worker that dies is reaped', async () => {
    const { store, signals, stop } = await resting();
    await store.enqueue(QUEUE, [draft('a', 0)]);
    await store.claim(QUEUE, {
      ...{ worker: 'w~1', nonce: 1, want: 1, handlers: ['h'], leaseMs: SECONDS, completions: [] },
    });
    await passes(store, within + SECONDS);
    expect(signals).toContainEqual({ kind: 'due', queue: QUEUE, due: 0 });
    expect(await store.queueFacts(QUEUE)).toMatchObject({ running: 0 });
    await stop();
  });
});
