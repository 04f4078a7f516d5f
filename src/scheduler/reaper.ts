/** Takes back what workers held whose lease ran out, in one queue. */

import type { StoreClock } from '../store/contract/index.js';
import { takeBackLost } from '../tasks/take-back.js';
import type { DutyContext } from './duty.js';

/** So many steps of the clock within one lease are told apart. */
const STEPS = 10;
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
  readonly #clock: StoreClock;
  #nextLease: number | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #advanced: number;
  /** Steps forward within the last lease, oldest first. */
  #steps: { by: number; at: number }[] = [];

  constructor(options: ReaperOptions) {
    this.#options = options;
    this.#clock = options.store.clock(options.queue);
    this.#advanced = this.#clock.advanced;
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
    const { queue, store, log, onLooked } = this.#options;
    const clock = this.#clock;
    this.#lookedAt = clock.now();
    const { more } = await takeBackLost(store, queue, () => clock.now(), log);
    if (more) return 0;
    this.#nextLease = null;
    onLooked();
    return Number.POSITIVE_INFINITY;
  }

  #wait(): number {
    const { lag, leaseMs } = this.#options;
    const clock = this.#clock;
    this.#noteSteps();
    if (this.#nextLease === null) return Number.POSITIVE_INFINITY;
    const pause = clock.until(this.#lookedAt + PAUSE);
    // It outlasts what a lease is here: of a worker with a longer one, or the clock was stepped back and it must be cut.
    if (clock.until(this.#nextLease) > leaseMs + PAUSE) {
      return Math.max(pause, clock.until(this.#lookedAt + leaseMs));
    }
    // A lease includes its last ms.
    return Math.max(pause, clock.until(this.#judgedFrom(this.#nextLease) + 1 + lag()));
  }

  #noteSteps(): void {
    const { leaseMs } = this.#options;
    const clock = this.#clock;
    const now = clock.now();
    this.#steps = this.#steps.filter(({ at }) => at > now - leaseMs && at <= now);
    const by = clock.advanced - this.#advanced;
    if (by <= 0) return;
    this.#advanced = clock.advanced;
    const last = this.#steps.at(-1);
    // Small ones that follow each other closely, as while a clock is slewed, count as one.
    if (last && last.at > now - leaseMs / STEPS) last.by += by;
    else this.#steps.push({ by, at: now });
  }

  /**
   * When a lease that ends at `end` is over in truth. A step forward cuts those that were set before it by as much;
   * whoever lives has renewed within one lease of it.
   */
  #judgedFrom(end: number): number {
    const last = this.#steps.at(-1);
    if (!last) return end;
    const cut = this.#steps.reduce((sum, { by }) => sum + by, 0);
    return Math.max(end, Math.min(end + cut, last.at + this.#options.leaseMs));
  }
}
