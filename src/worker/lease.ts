/** Keeps the lease of one account while it holds something, and notices in time when it cannot be kept. */

import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { after } from '../runtime/timers.js';
import type { StopRequest } from '../store/contract/index.js';

export interface LeaseOptions {
  leaseMs: number;
  log: Log;
  /** Something is held under it. */
  holds: () => boolean;
  beat: () => Promise<'ok' | 'lost' | { stop: StopRequest[] }>;
  lost: () => void;
  /** Tasks that are to stop, told with every beat until they have. */
  stop: (requests: readonly StopRequest[]) => void;
  /** Begins to keep it from a thread, as `Beats.keep` does. */
  keep?: (ends: Float64Array) => () => void;
}

const NEVER = Number.POSITIVE_INFINITY;

export class Lease {
  readonly #options: LeaseOptions;
  /**
   * When the lease is over unless renewed, on the monotonic clock, counted from before the request: as this thread made
   * it, and as the one did that beats while this one is blocked.
   */
  readonly #ends = new Float64Array(new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT)).fill(NEVER);
  #leave: (() => void) | null = null;
  #cancelBeat: (() => void) | null = null;
  #cancelWatch = (): void => {};
  #beating = false;
  /** What is told by the beat under way may be older than what it is to tell. */
  #again = false;
  #stopped = false;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** When it is over unless renewed; `NEVER` while nothing is held. */
  get #until(): number {
    const [own = NEVER, byThread = NEVER] = this.#ends;
    return own === NEVER ? NEVER : Math.max(own, byThread);
  }

  /** It is held, and not over. */
  get stands(): boolean {
    const until = this.#until;
    return until !== NEVER && mono() < until;
  }

  /** A claim sent at `sentAt` (monotonic ms) has set the lease. */
  renewed(sentAt: number): void {
    if (this.#stopped) return;
    const until = sentAt + this.#options.leaseMs;
    const own = this.#ends[0] as number;
    if (own === NEVER) this.#begin(until);
    else if (own < until) this.#ends[0] = until;
  }

  #begin(until: number): void {
    this.#ends[1] = 0;
    this.#ends[0] = until;
    this.#leave ??= this.#options.keep?.(this.#ends) ?? null;
    this.#armBeat(this.#options.leaseMs / 3);
    this.#watch();
  }

  /** Beats now instead of at the usual time: something made it doubtful. */
  check(): void {
    this.#again = this.#beating;
    if (!this.#cancelBeat || this.#beating) return;
    this.#cancelBeat();
    this.#armBeat(0, true);
  }

  stop(): void {
    this.#stopped = true;
    this.#rest();
    this.#leave?.();
    this.#leave = null;
  }

  #rest(): void {
    this.#ends[0] = NEVER;
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
    this.#options.log.error({ event: 'lease.failed', error: error as Error }, 'Keeping the lease failed');
  };

  /** Fires at the end of the lease even while a beat hangs, and first thing after the process was stopped. */
  #watch(): void {
    this.#cancelWatch = after(Math.max(1, this.#until - mono()), () => {
      const now = mono();
      if (now < this.#until) {
        if (now >= (this.#ends[0] as number)) this.#tellBlocked(now);
        this.#watch();
      } else if (this.#options.holds()) this.#lose();
      else this.#rest();
    });
  }

  #tellBlocked(now: number): void {
    const blockedMs = Math.round(now - (this.#ends[0] as number) + this.#options.leaseMs);
    this.#options.log.warn(
      { event: 'worker.blocked', blockedMs },
      'A handler blocked the process for longer than the lease, which a thread of its own has kept meanwhile',
    );
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
      this.#ends[0] = Math.max(this.#ends[0] as number, sent + this.#options.leaseMs);
      if (word !== 'ok') this.#options.stop(word.stop);
    } catch (error) {
      this.#options.log.warn(
        { event: 'lease.unrenewed', error: error as Error },
        'The lease could not be renewed',
      );
    } finally {
      this.#beating = false;
    }
    if (this.#stopped || this.#until === NEVER) return;
    this.#armBeat(this.#again ? 0 : this.#options.leaseMs / 3, this.#again);
    this.#again = false;
  }

  #lose(): void {
    this.#rest();
    this.#options.lost();
  }
}
