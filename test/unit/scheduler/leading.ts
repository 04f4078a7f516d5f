/** A leader on model stores, whose time passes together with that of its timers. */

import { vi } from 'vitest';
import { silentLog } from '../../../src/runtime/silent-log.js';
import { SchedulerNode } from '../../../src/scheduler/node.js';
import type { Store } from '../../../src/store/contract/index.js';
import type { ModelStore } from '../../../src/testing/model-store.js';

const STEP = 50;

/** Fake timers are in use. */
export async function passes(stores: readonly ModelStore[], ms: number): Promise<void> {
  for (let at = 0; at < ms; at += STEP) {
    for (const store of stores) store.advance(STEP);
    await vi.advanceTimersByTimeAsync(STEP);
  }
}

/** Counts the questions to a store, those about several queues as one for each; `deaf`: no signal of it is heard. */
export function counting(store: Store, { deaf = false } = {}) {
  const asked = new Map<string, number>();
  const counted: Store = new Proxy(store, {
    get: (target, verb: keyof Store) => {
      const value = (target as Store)[verb];
      if (typeof value !== 'function' || verb === 'clock') return value;
      if (verb === 'subscribe' && deaf) return async () => () => {};
      return (...args: unknown[]) => {
        if (verb === 'queuesFacts') {
          asked.set('queueFacts', (asked.get('queueFacts') ?? 0) + (args[0] as string[]).length);
        } else asked.set(verb, (asked.get(verb) ?? 0) + 1);
        return (value as (...given: unknown[]) => unknown).apply(target, args);
      };
    },
  });
  return { asked, store: counted };
}

/** In office from the start. `stop` needs time to pass. */
export async function leads(store: Store) {
  const term = await store.allocateTerm('a~1', 'lock');
  if (!term) throw new Error('no term');
  const abort = new AbortController();
  const node = new SchedulerNode({
    ...{ store, log: silentLog, leaderTtlMs: 2_000, leaseMs: 1_000 },
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
  return node;
}
