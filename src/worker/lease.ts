/** Keeps the lease of one account while it holds something, and notices in time when it cannot be kept. */

import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { after } from '../runtime/timers.js';

export interface LeaseOptions {
  leaseMs: number;
  log: Log;
  /** Something is held under it. */
  holds: () => boolean;
  beat: () => Promise<'ok' | 'lost'>;
  lost: () => void;
}

const NEVER = Number.POSITIVE_INFINITY;

export class Lease {
  readonly #options: LeaseOptions;
  /** When the lease is over unless renewed, on the monotonic clock: counted from before the request. */
  #until = NEVER;
  #cancelBeat: (() => void) | null = null;
  #cancelWatch = (): void => {};
  #beating = false;
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
    this.#armBeat(this.#options.leaseMs / 3);
    this.#watch();
  }

  /** Beats now instead of at the usual time: something made it doubtful. */
  check(): void {
    if (!this.#cancelBeat || this.#beating) return;
    this.#cancelBeat();
    this.#armBeat(0, true);
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

  #armBeat(wait: number, always = false): void {
    this.#cancelBeat = after(wait, () => {
      this.#beat(always).catch(this.#broken);
    });
  }

  readonly #broken = (error: unknown): void => {
    this.#options.log.error({ error: error as Error }, 'Keeping the lease failed');
  };

  /** Fires at the end of the lease even while a beat hangs, and first thing after the process was stopped. */
  #watch(): void {
    this.#cancelWatch = after(Math.max(1, this.#until - mono()), () => {
      if (mono() < this.#until) this.#watch();
      else if (this.#options.holds()) this.#lose();
      else this.#rest();
    });
  }

  async #beat(always: boolean): Promise<void> {
    // Nothing held: the lease may lapse; the next claim sets it again.
    if (!always && !this.#options.holds()) return this.#rest();
    const sent = mono();
    this.#beating = true;
    try {
      const word = await this.#options.beat();
      if (this.#stopped || this.#until === NEVER) return;
      if (word === 'lost') return this.#lose();
      this.#until = Math.max(this.#until, sent + this.#options.leaseMs);
    } catch (error) {
      this.#options.log.warn({ error: error as Error }, 'The lease could not be renewed');
    } finally {
      this.#beating = false;
    }
    if (!this.#stopped && this.#until !== NEVER) this.#armBeat(this.#options.leaseMs / 3);
  }

  #lose(): void {
    this.#rest();
    this.#options.lost();
  }
}
