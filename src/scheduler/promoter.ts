/** Promotes what is due in one queue, and sleeps until the next task comes due. */

import type { PromoteReply, StoreClock } from '../store/contract/index.js';
import type { DutyContext } from './duty.js';

/** Tasks per call, so that no script holds up the others. */
const BATCH = 1_000;

export interface PromoterOptions extends DutyContext {
  /** ms a due task is left to the leader: 0 for the leader itself. */
  lag(): number;
  /** When the earliest worker lease ends; null when no worker holds one. */
  onLease(at: number | null): void;
  /** Runs came due too late and wait for the leader, or the clock was stepped: it should look back. */
  onLate(): void;
}

export class Promoter {
  readonly #options: PromoterOptions;
  readonly #clock: StoreClock;
  #nextDue: number | null = null;
  /** Earliest due time told since it last looked; Infinity: none. */
  #signalled = Number.POSITIVE_INFINITY;
  #asking = false;
  #steps = 0;
  #quiet = false;

  constructor(options: PromoterOptions) {
    this.#options = options;
    this.#clock = options.store.clock(options.queue);
    this.#steps = this.#clock.steps;
  }

  /** A task arrived that is due at `due` (0: whatever it may be); answers whether the loop must be woken for it. */
  signal(due: number): boolean {
    // What a reply on its way knows is unknown: then every signal counts.
    if (!this.#asking && this.#nextDue !== null && this.#nextDue <= due) return false;
    this.#signalled = Math.min(this.#signalled, due);
    return true;
  }

  /** The next tick asks the store. */
  look(): void {
    this.#signalled = 0;
  }

  /** How long it waits is to be thought over: the lag is another one. */
  rearm(): void {
    this.#signalled = Math.min(this.#signalled, this.#nextDue ?? this.#signalled);
  }

  /** Nobody held a lease at the last look and nothing waited to be judged: whatever begins here is told. */
  get quiet(): boolean {
    return this.#quiet;
  }

  async tick(): Promise<number> {
    if (this.#signalled !== Number.POSITIVE_INFINITY) {
      this.#nextDue = Math.min(this.#signalled, this.#nextDue ?? this.#signalled);
      this.#signalled = Number.POSITIVE_INFINITY;
      const wait = this.#wait();
      if (wait > 0) return wait;
    }
    const reply = await this.#promote();
    this.#nextDue = reply.nextDue;
    this.#quiet = reply.nextLease === null && !reply.late && !reply.owes;
    this.#options.onLease(reply.nextLease);
    const { steps } = this.#clock;
    if (reply.late || steps !== this.#steps) this.#options.onLate();
    this.#steps = steps;
    const { queue, store } = this.#options;
    if (reply.moved > 0) store.observed.tasksPromoted(queue, reply.moved);
    return reply.moved >= BATCH ? 0 : this.#wait();
  }

  async #promote(): Promise<PromoteReply> {
    const { queue, store } = this.#options;
    this.#asking = true;
    this.#quiet = false;
    try {
      return await store.promote(queue, BATCH);
    } finally {
      this.#asking = false;
    }
  }

  #wait(): number {
    const { lag } = this.#options;
    return this.#nextDue === null ? Number.POSITIVE_INFINITY : this.#clock.until(this.#nextDue) + lag();
  }
}
