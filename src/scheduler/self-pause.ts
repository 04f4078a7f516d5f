/** Pauses schedules whose runs keep dying, in office only. */

import { faultOf } from '../domain/input/fault.js';
import { isLive } from '../schedules/planned-ahead.js';
import { pauseItself, streakOf } from '../schedules/streak.js';
import { timeOf } from '../store/contract/clock.js';
import type { Fenced, ScheduleRow, Term } from '../store/contract/index.js';
import type { DutyContext } from './duty.js';

/** Schedules looked at in one turn. */
const AT_ONCE = 100;
/** One that cannot be looked at is left alone for this long, ms. */
const AFTER_FAULT = 60_000;

export interface SelfPauseOptions extends DutyContext {
  term: Term;
  onFenced(): Promise<void>;
}

export class SelfPause {
  readonly #options: SelfPauseOptions;
  /** Who takes office does not know which schedules pause themselves. */
  #looks = true;
  /** When each is looked at again, ms. */
  readonly #again = new Map<string, number>();

  constructor(options: SelfPauseOptions) {
    this.#options = options;
  }

  /** Schedules were edited, or may have been. */
  look(): void {
    this.#looks = true;
  }

  /** Answers in how many ms it wants to look again; nothing is asked where no schedule pauses itself. */
  async tick(): Promise<number> {
    const { queue, store, onFenced } = this.#options;
    if (this.#looks) await this.#read();
    if (this.#again.size === 0) return Number.POSITIVE_INFINITY;
    const now = await timeOf(store, queue);
    const due = [...this.#again].flatMap(([id, at]) => (at <= now ? [id] : [])).slice(0, AT_ONCE);
    const rows = due.length === 0 ? [] : await store.schedulesOf(due);
    for (const [i, id] of due.entries()) {
      if ((await this.#one(id, rows[i] ?? null, now)) !== 'fenced') continue;
      await onFenced();
      return AFTER_FAULT;
    }
    return this.#looks || due.length === AT_ONCE ? 0 : Math.max(0, Math.min(...this.#again.values()) - now);
  }

  async #read(): Promise<void> {
    const { queue, store } = this.#options;
    this.#looks = false;
    const ids = await store.watched(queue);
    this.#again.clear();
    for (const id of ids) this.#again.set(id, 0);
  }

  async #one(id: string, row: ScheduleRow | null, now: number): Promise<undefined | Fenced> {
    const { queue, store, term, log } = this.#options;
    if (!row || row.schedule.definition.pauseAfter === undefined || !isLive(row.schedule)) {
      // An edit of it is told.
      this.#again.delete(id);
      return undefined;
    }
    try {
      const { dead, again } = await streakOf(store, row, now);
      this.#again.set(id, again);
      if (dead < row.schedule.definition.pauseAfter) return undefined;
      const { word, row: after } = await pauseItself(store, row, now, term);
      if (word === 'fenced') return word;
      if (word === 'stale') this.#again.set(id, now);
      const reason = after?.schedule.paused?.reason;
      if (word === 'changed')
        log.warn(
          { event: 'schedule.pausedItself', queue, schedule: id, reason },
          `${id} paused itself: ${reason}`,
        );
    } catch (error) {
      // A spec that this release stumbles over is told by the planner; Redis that is away by everybody.
      this.#again.set(id, now + AFTER_FAULT);
      log.debug(
        { event: 'store.failed', queue, schedule: id, error },
        `its runs cannot be looked at: ${faultOf(error)}`,
      );
    }
    return undefined;
  }
}
