/**
 * How many runs all schedules together may catch up in a minute: one of the leader, shared by the planners of its queues and
 * by backfills.
 */

import { afterOthers, paced } from '../domain/schedule/pace.js';
import type { StoreClock } from '../store/contract/index.js';

/** A queue that asked for room and was not heard of for so long (ms) wants none any more. */
const GIVEN_UP = 1_000;

/** Another queue may have its turn first, ms. */
const SHORTEST_WAIT = 10;

export class CatchUpRate {
  readonly #perMinute: number;
  readonly #clock: StoreClock;
  /** What an earlier leader caught up a moment ago is not known here. */
  #at: number;
  /** Queues that want room and when they said so last; the one that has waited longest first. */
  readonly #wanting = new Map<string, number>();

  constructor(perMinute: number, clock: StoreClock) {
    this.#perMinute = perMinute;
    this.#clock = clock;
    this.#at = clock.now() + afterOthers(perMinute);
  }

  /** How many runs this queue may catch up now; `taken` says what came of it. */
  room(queue: string): number {
    const now = this.#clock.now();
    this.#wanting.set(queue, now);
    for (const [other, since] of this.#wanting) {
      if (Math.abs(now - since) > GIVEN_UP) this.#wanting.delete(other);
    }
    const [first] = this.#wanting.keys();
    return first === queue ? paced(this.#perMinute, this.#at, now, Number.POSITIVE_INFINITY).starts : 0;
  }

  /** So many were caught up. It is the turn of the next queue. */
  taken(queue: string, runs: number): void {
    this.#wanting.delete(queue);
    if (runs > 0) this.#at = paced(this.#perMinute, this.#at, this.#clock.now(), runs).at;
  }

  /** ms until it is worth asking again, soon enough to keep one's turn. */
  get wait(): number {
    return Math.min(GIVEN_UP / 2, Math.max(SHORTEST_WAIT, this.#clock.until(this.#at)));
  }
}
