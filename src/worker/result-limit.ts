/** How large a result may be in one queue: asked for with the first result, and anew while results come. */

import { USUAL_RESULT } from '../domain/input/sizes.js';
import { mono } from '../runtime/clock.js';
import type { QueueStore } from '../store/contract/index.js';

/** What was answered holds for this long, ms. */
const FRESH = 5_000;

export class ResultLimit {
  readonly #store: Pick<QueueStore, 'queueSettings'>;
  readonly #queue: string;
  #known = USUAL_RESULT;
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<number> | null = null;

  constructor(store: Pick<QueueStore, 'queueSettings'>, queue: string) {
    this.#store = store;
    this.#queue = queue;
  }

  read(): number | Promise<number> {
    if (mono() - this.#askedAt < FRESH) return this.#known;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** A store that does not answer leaves what was known: a result is not lost for that. */
  async #ask(): Promise<number> {
    try {
      const { resultLimit = USUAL_RESULT } = await this.#store.queueSettings(this.#queue);
      this.#known = resultLimit;
      this.#askedAt = mono();
    } catch {
      // The next result asks again.
    }
    return this.#known;
  }
}
