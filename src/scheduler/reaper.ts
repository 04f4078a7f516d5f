/** Takes back what workers held whose lease ran out, in one queue. */

import { takeBackLost } from '../tasks/take-back.js';
import type { DutyContext } from './duty.js';

/** Shortest time between two looks, ms. */
const PAUSE = 50;

export interface ReaperOptions extends DutyContext {
  /** ms an expired lease is left to the leader: 0 for the leader itself. */
  lag(): number;
  /** The usual worker lease, ms: what workers get to renew after a clock was stepped. */
  leaseMs: number;
  /** It has looked; somebody should ask when the next lease ends. */
  onLooked(): void;
}

export class Reaper {
  readonly #options: ReaperOptions;
  #nextLease: number | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #steps: number;
  #restUntil = Number.NEGATIVE_INFINITY;

  constructor(options: ReaperOptions) {
    this.#options = options;
    this.#steps = options.clock.steps;
  }

  /** The earliest lease ends at `at` unless renewed; answers whether the loop must be woken for it. */
  leaseSeen(at: number | null): boolean {
    const sooner = at !== null && (this.#nextLease === null || at < this.#nextLease);
    this.#nextLease = at;
    return sooner;
  }

  async tick(): Promise<number> {
    const wait = this.#wait();
    if (wait > 0) return wait;
    const { queue, store, clock, log, onLooked } = this.#options;
    this.#lookedAt = clock.now();
    const { more } = await takeBackLost(store, queue, () => clock.now(), log);
    if (more) return 0;
    this.#nextLease = null;
    onLooked();
    return Number.POSITIVE_INFINITY;
  }

  #wait(): number {
    const { clock, lag, leaseMs } = this.#options;
    if (clock.steps !== this.#steps) {
      // Leases were set by the old time: whoever lives renews within one lease, only then judge.
      this.#steps = clock.steps;
      this.#restUntil = clock.now() + leaseMs;
    }
    if (this.#nextLease === null) return Number.POSITIVE_INFINITY;
    // A lease includes its last ms.
    const end = this.#nextLease + 1 + lag();
    return Math.max(clock.until(end), clock.until(this.#restUntil), clock.until(this.#lookedAt + PAUSE));
  }
}
