/** Keeps a worker's lease while it holds something, and notices when it cannot be kept. */

import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { after } from '../runtime/timers.js';

export interface LeaseOptions {
  leaseMs: number;
  log: Log;
  /** Queues in whose partitions something is held. */
  holding: () => string[];
  beat: (queue: string) => Promise<'ok' | 'lost'>;
  lost: () => void;
}

export class Lease {
  readonly #options: LeaseOptions;
  /** When the lease surely still holds, on the monotonic clock: counted from before the request. */
  #until = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | null = null;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** A claim has just set the lease. */
  renewed(): void {
    this.#until = mono() + this.#options.leaseMs;
    if (!this.#cancel) this.#arm();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = () => {};
  }

  #arm(): void {
    this.#cancel = after(this.#options.leaseMs / 3, () => void this.#tick());
  }

  async #tick(): Promise<void> {
    const queues = this.#options.holding();
    if (queues.length === 0) {
      // Nothing held: the lease may lapse; the next claim sets it again.
      this.#cancel = null;
      return;
    }
    const sent = mono();
    try {
      const words = await Promise.all(queues.map((queue) => this.#options.beat(queue)));
      if (words.includes('lost')) this.#lose();
      else this.#until = sent + this.#options.leaseMs;
    } catch (error) {
      this.#options.log.warn({ error: error as Error }, 'The lease could not be renewed');
      if (mono() >= this.#until) this.#lose();
    }
    this.#arm();
  }

  #lose(): void {
    this.#until = Number.POSITIVE_INFINITY;
    this.#options.lost();
  }
}
