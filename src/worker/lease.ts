/** Keeps a worker's lease while it holds something, and notices in time when it cannot be kept. */

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

const NEVER = Number.POSITIVE_INFINITY;

export class Lease {
  readonly #options: LeaseOptions;
  /** When the lease is over unless renewed, on the monotonic clock: counted from before the request. */
  #until = NEVER;
  #cancelBeat: (() => void) | null = null;
  #cancelWatch = (): void => {};
  #stopped = false;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** A claim sent at `sentAt` (monotonic ms) has set the lease. */
  renewed(sentAt: number): void {
    if (this.#stopped) return;
    const until = sentAt + this.#options.leaseMs;
    this.#until = this.#until === NEVER ? until : Math.max(this.#until, until);
    if (this.#cancelBeat) return;
    this.#armBeat();
    this.#watch();
  }

  stop(): void {
    this.#stopped = true;
    this.#rest();
  }

  #rest(): void {
    this.#until = NEVER;
    this.#cancelBeat?.();
    this.#cancelBeat = null;
    this.#cancelWatch();
  }

  #armBeat(): void {
    this.#cancelBeat = after(this.#options.leaseMs / 3, () => {
      this.#beat().catch(this.#broken);
    });
  }

  readonly #broken = (error: unknown): void => {
    this.#options.log.error({ error: error as Error }, 'Keeping the lease failed');
  };

  /** Fires at the end of the lease even while a beat hangs, and first thing after the process was stopped. */
  #watch(): void {
    this.#cancelWatch = after(Math.max(1, this.#until - mono()), () => {
      if (mono() < this.#until) this.#watch();
      else if (this.#options.holding().length > 0) this.#lose();
      else this.#rest();
    });
  }

  async #beat(): Promise<void> {
    const queues = this.#options.holding();
    // Nothing held: the lease may lapse; the next claim sets it again.
    if (queues.length === 0) return this.#rest();
    const sent = mono();
    try {
      const words = await Promise.all(queues.map((queue) => this.#options.beat(queue)));
      if (this.#stopped || this.#until === NEVER) return;
      if (words.includes('lost')) return this.#lose();
      this.#until = Math.max(this.#until, sent + this.#options.leaseMs);
    } catch (error) {
      this.#options.log.warn({ error: error as Error }, 'The lease could not be renewed');
    }
    if (!this.#stopped && this.#until !== NEVER) this.#armBeat();
  }

  #lose(): void {
    this.#rest();
    this.#options.lost();
  }
}
