/** Promotes what is due in one queue, and sleeps until the next task comes due. */

import { type DutyContext, timed } from './duty.js';

/** Tasks per call, so that no script holds up the others. */
const BATCH = 1_000;

export interface PromoterOptions extends DutyContext {
  /** ms a due task is left to the leader: 0 for the leader itself. */
  lag(): number;
  /** When the earliest worker lease ends; null when no worker holds one. */
  onLease(at: number | null): void;
}

export class Promoter {
  readonly #options: PromoterOptions;
  #nextDue: number | null = null;
  #hinted = false;

  constructor(options: PromoterOptions) {
    this.#options = options;
  }

  /** A task arrived that is due at `due`; answers whether the loop must be woken for it. */
  hint(due: number): boolean {
    if (this.#nextDue !== null && this.#nextDue <= due) return false;
    this.#nextDue = due;
    this.#hinted = true;
    return true;
  }

  async tick(): Promise<number> {
    const { queue, store, clock, onLease } = this.#options;
    const hinted = this.#hinted;
    this.#hinted = false;
    const wait = this.#wait();
    if (hinted && wait > 0) return wait;
    const reply = await timed(clock, () => store.promote(queue, BATCH));
    // A hint that came in meanwhile may tell of a task this reply has not seen; it asks once more.
    if (!this.#hinted || reply.nextDue === null) this.#nextDue = reply.nextDue;
    onLease(reply.nextLease);
    return reply.moved >= BATCH ? 0 : this.#wait();
  }

  #wait(): number {
    const { clock, lag } = this.#options;
    return this.#nextDue === null ? Number.POSITIVE_INFINITY : clock.until(this.#nextDue) + lag();
  }
}
