/** Finishes what an edit began and its process did not live to end: ready runs of a schedule at rest are taken back. */

import { withdrawReady } from '../schedules/withdraw.js';
import type { DutyContext } from './duty.js';

/** Whoever made the edit takes them back right after it; this much later (ms) it is taken for dead. */
const EDITORS_TURN = 2_000;

export class Withdrawals {
  readonly #context: DutyContext;
  /** Who takes office does not know what was left before. */
  #looks = true;

  constructor(context: DutyContext) {
    this.#context = context;
  }

  /** Schedules were edited, or may have been. */
  look(): void {
    this.#looks = true;
  }

  /** Answers in how many ms it wants to look again; nothing is asked while no schedule is edited. */
  async tick(): Promise<number> {
    if (!this.#looks) return Number.POSITIVE_INFINITY;
    const { queue, store, log } = this.#context;
    const clock = store.clock(queue);
    this.#looks = false;
    let wait = Number.POSITIVE_INFINITY;
    for (const open of await store.openWithdrawals(queue)) {
      // Far ahead it lies only after the clock was put back.
      const left = EDITORS_TURN - Math.abs(clock.until(open.at));
      if (left > 0) {
        wait = Math.min(wait, left);
        continue;
      }
      await withdrawReady(store, open, open.at);
      log.info(
        { event: 'schedule.withdrawn', queue, schedule: open.id },
        'took back the ready runs that an edit had left',
      );
    }
    this.#looks = wait < Number.POSITIVE_INFINITY;
    return wait;
  }
}
