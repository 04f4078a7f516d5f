/** Plans the schedules of one queue up to the horizon, in office only. */

import type { PlanEntry, ScheduleRow, Term } from '../store/contract/index.js';
import type { DutyContext } from './duty.js';
import { BYTES_PER_CALL, planEntry } from './plan-entry.js';

/** Schedules read at a time: expanding them must not hold up the other duties. */
const PAGE = 200;
const OCCURRENCES_PER_CALL = 1_000;

export interface PlannerOptions extends DutyContext {
  term: Term;
  /** How far ahead the due set is kept filled, ms. */
  horizon: number;
  onFenced(): Promise<void>;
}

export class Planner {
  readonly #options: PlannerOptions;
  /** Schedules passed over in this sweep, so that they do not stand in the way of the others. */
  readonly #skipped = new Set<string>();
  /** Last fault told, by schedule: each is told once. */
  readonly #faults = new Map<string, string>();
  #staleInARow = 0;

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  async tick(): Promise<number> {
    const { queue, store, clock, term, horizon, onFenced } = this.#options;
    const now = clock.now();
    const until = now + horizon;
    const limit = PAGE + this.#skipped.size;
    const { rows, next } = await store.plannable(queue, until, limit);
    const { entries, rest } = this.#entries(rows, now, until);
    if (entries.length > 0) {
      const words = await store.plan(queue, term, entries);
      if (words === 'fenced') {
        await onFenced();
        return Number.POSITIVE_INFINITY;
      }
      if (words.includes('stale')) return this.#stale(words.includes('planned'));
    }
    this.#staleInARow = 0;
    const cursors = [next, ...entries.map((entry) => entry.next)].filter((cursor) => cursor !== null);
    const earliest = Math.min(...cursors);
    if (rest || earliest <= until) return 0;
    this.#skipped.clear();
    return this.#refillAt(earliest);
  }

  /** What one call to the store may carry; `rest`: there were more rows. */
  #entries(
    rows: readonly ScheduleRow[],
    now: number,
    until: number,
  ): { entries: PlanEntry[]; rest: boolean } {
    const entries: PlanEntry[] = [];
    let occurrences = 0;
    let bytes = 0;
    for (const row of rows) {
      if (this.#skipped.has(row.schedule.definition.id)) continue;
      const sized = this.#entry(row, now, until);
      if (!sized) continue;
      occurrences += sized.entry.occurrences.length;
      bytes += sized.bytes;
      const full = occurrences > OCCURRENCES_PER_CALL || bytes > BYTES_PER_CALL;
      if (full && entries.length > 0) return { entries, rest: true };
      entries.push(sized.entry);
    }
    return { entries, rest: false };
  }

  #entry(row: ScheduleRow, now: number, until: number): ReturnType<typeof planEntry> | null {
    const { schedule, cursor } = row;
    const { id, enabled } = schedule.definition;
    if (cursor === null || enabled !== true || schedule.paused) {
      this.#skipped.add(id);
      return null;
    }
    try {
      const sized = planEntry(row, cursor, now, until);
      this.#faults.delete(id);
      return sized;
    } catch (error) {
      this.#skipped.add(id);
      this.#tellFault(id, error);
      return null;
    }
  }

  #tellFault(schedule: string, error: unknown): void {
    const fault = error instanceof Error ? error.message : String(error);
    if (this.#faults.get(schedule) === fault) return;
    this.#faults.set(schedule, fault);
    this.#options.log.error({ queue: this.#options.queue, schedule, error }, `cannot be planned: ${fault}`);
  }

  /** Somebody edited a schedule meanwhile: read again at once; not at full speed when that never helps. */
  #stale(progress: boolean): number {
    this.#staleInARow = progress ? 0 : this.#staleInARow + 1;
    return this.#staleInARow < 3 ? 0 : Math.min(10 * 2 ** this.#staleInARow, 1_000);
  }

  /** Not for every single instant, but when a quarter of the horizon can be filled at once. */
  #refillAt(cursor: number): number {
    const { clock, horizon } = this.#options;
    return cursor === Number.POSITIVE_INFINITY ? cursor : clock.until(cursor) - horizon * 0.75;
  }
}
