/** Queues on two masters whose clocks are apart: each is led by its own time, and neither seems to step. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Store } from '../../../src/store/contract/index.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import { leads, passes } from './leading.js';
import { draft, START } from './support.js';

// Fake timers replace the global performance, not the one node:perf_hooks exports.
vi.mock('../../../src/runtime/clock.js', () => ({ mono: () => performance.now() }));

const SECONDS = 1_000;
/** The second is ahead by so much. */
const APART = 20;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Queue `second` lies on the second one, everything else, the registry included, on the first. */
function joined(first: ModelStore, second: ModelStore): Store {
  const of = (queue: unknown): ModelStore => (queue === 'second' ? second : first);
  return new Proxy<Store>(first, {
    get: (_, verb: keyof Store) => {
      if (verb === 'queues') return async () => ['first', 'second'];
      if (verb === 'told') {
        return (queues: string[]) =>
          Promise.all(queues.map(async (queue) => (await of(queue).told([queue]))[0] ?? ''));
      }
      return (...args: unknown[]) => {
        const target = of(args[0]);
        return ((target as Store)[verb] as (...given: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}

test('what dead workers held is taken back on both, and nothing is early by its own clock', async () => {
  const first = new ModelStore(START);
  const second = new ModelStore(START + APART);
  const stores = { first, second };
  for (const [queue, store] of Object.entries(stores)) {
    await store.open(queue);
    await store.enqueue(queue, [draft('held', 0), draft('waits', START + 30 * SECONDS)]);
    const held = await store.claim(queue, {
      ...{ worker: 'dead', nonce: 1, want: 1, handlers: ['h'], leaseMs: SECONDS, completions: [] },
    });
    expect(held.tasks).toHaveLength(1);
  }
  const node = await leads(joined(first, second));
  await passes(Object.values(stores), 5 * SECONDS);
  for (const [queue, store] of Object.entries(stores)) {
    expect(await store.queueFacts(queue)).toMatchObject({ running: 0 });
    const promote = store.promote.bind(store);
    store.promote = async (...args) => {
      const reply = await promote(...args);
      if (reply.moved > 0) promoted.set(queue, store.now);
      return reply;
    };
  }
  const promoted = new Map<string, number>();
  await passes(Object.values(stores), 40 * SECONDS);
  expect([...promoted.keys()].sort()).toEqual(['first', 'second']);
  for (const at of promoted.values()) expect(at).toBeGreaterThanOrEqual(START + 30 * SECONDS);
  const stopped = node.stop();
  await passes(Object.values(stores), SECONDS);
  await stopped;
});
