/** Writes down, in office only, what queues have done: rates are worked out from it. A queue at rest is left alone. */

import { mono } from '../runtime/clock.js';
import { someAtATime } from '../runtime/some-at-a-time.js';
import type { Store } from '../store/contract/index.js';

/** Between two samples of a queue, ms. */
const EVERY = 5_000;
/** Of another node, or sent twice: closer ones say nothing, ms. */
const APART = 4_000;
const AT_ONCE = 20;

export interface SamplerOptions {
  store: Pick<Store, 'sample'>;
  /** Nothing begins or ends there before nodes are told of it. */
  atRest(queue: string): boolean;
}

export class Sampler {
  readonly #options: SamplerOptions;
  /** Queue → when it is sampled, monotonic ms; absent: when something is told of it. */
  readonly #looks = new Map<string, number>();
  /** Something was told of it, and those who say whether it rests may not know yet. */
  readonly #stirred = new Set<string>();

  constructor(options: SamplerOptions) {
    this.#options = options;
  }

  /** Something goes on in a queue, or may; answers whether it is sampled earlier for it. */
  stir(queue: string): boolean {
    this.#stirred.add(queue);
    if (this.#looks.has(queue)) return false;
    this.#looks.set(queue, mono());
    return true;
  }

  async tick(): Promise<number> {
    const { store, atRest } = this.#options;
    const now = mono();
    const due = [...this.#looks].filter(([, at]) => at <= now).map(([queue]) => queue);
    for (const queue of due) this.#looks.set(queue, now + EVERY);
    await someAtATime(due, AT_ONCE, async (queue) => {
      const isStirred = this.#stirred.delete(queue);
      await store.sample(queue, APART);
      // This one was the last: what follows is told.
      if (!isStirred && !this.#stirred.has(queue) && atRest(queue)) this.#looks.delete(queue);
    });
    return Math.min(...this.#looks.values()) - mono();
  }
}
