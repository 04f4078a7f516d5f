/** Plans the schedules of one queue up to the horizon, in office only. */

import { mono } from '../runtime/clock.js';
import { tellDecided } from '../schedules/decided.js';
import { timeOf } from '../store/contract/clock.js';
import type { PlanEntry, ScheduleRow, Term } from '../store/contract/index.js';
import type { CatchUpRate } from './catch-up-rate.js';
import { pulledBack } from './cursor-guard.js';
import type { DutyContext } from './duty.js';
import { Faults } from './faults.js';
import { LateRuns } from './late-runs.js';
import { BYTES_PER_CALL, planEntry, type SizedEntry } from './plan-entry.js';
import { Resumptions } from './resumptions.js';
import { Withdrawals } from './withdrawals.js';

/** Schedules read at a time: expanding them must not hold up the other duties. */
const PAGE = 200;
const OCCURRENCES_PER_CALL = 1_000;

export interface PlannerOptions extends DutyContext {
  term: Term;
  /** How far ahead the due set is kept filled, ms. */
  horizon: number;
  /** Whether instants that passed may be decided on; until then they wait. */
  mayCatchUp(): boolean;
  /** The pace of what all schedules together catch up; absent: each has only its own. */
  rate?: CatchUpRate | undefined;
  onFenced(): Promise<void>;
}

/** What one call to the store carries, and how it goes on. */
interface Batch {
  entries: PlanEntry[];
  /** There were more rows. */
  rest: boolean;
  /** When those that are planned as far as may be want to be looked at again. */
  full: number[];
  /** Runs that are caught up. */
  caughtUp: number;
}

export class Planner {
  readonly #options: PlannerOptions;
  readonly #late: LateRuns;
  readonly #withdrawals: Withdrawals;
  readonly #resumptions: Resumptions;
  /** Schedules passed over in this sweep, so that they do not stand in the way of the others. */
  readonly #skipped = new Set<string>();
  readonly #faults: Faults;
  #staleInARow = 0;
  /** Steps of the clock for which cursors were looked at. */
  #guarded: number | undefined;
  #behindSince: number | null = null;

  constructor(options: PlannerOptions) {
    this.#options = options;
    this.#late = new LateRuns(options);
    this.#withdrawals = new Withdrawals(options);
    this.#faults = new Faults(options);
    this.#resumptions = new Resumptions(options);
  }

  /** Runs may wait to be judged, or instants to be decided on. */
  lookBack(): void {
    this.#late.look();
  }

  /** Schedules changed, or may have. */
  edited(): void {
    this.#withdrawals.look();
    this.#resumptions.look();
  }

  /** Monotonic time of the first look that has not ended well yet; null: nothing is under way. */
  get behindSince(): number | null {
    return this.#behindSince;
  }

  async tick(): Promise<number> {
    this.#behindSince ??= mono();
    const delay = await this.#look();
    this.#behindSince = null;
    return delay;
  }

  async #look(): Promise<number> {
    const { queue, store, horizon } = this.#options;
    const clock = store.clock(queue);
    const now = await timeOf(store, queue);
    const until = now + horizon;
    if (this.#guarded !== clock.steps && !(await this.#guard(now, until))) return Number.POSITIVE_INFINITY;
    const resumes = await this.#resumptions.tick(now);
    if (resumes === 'fenced') {
      await this.#options.onFenced();
      return Number.POSITIVE_INFINITY;
    }
    const { rate } = this.#options;
    const asks = rate !== undefined && this.#late.mayFire(now);
    const all = rate === undefined ? Number.POSITIVE_INFINITY : 0;
    const room = asks ? rate.room(queue) : all;
    const waiting = await this.#late.read(now, room, this.#faults.size);
    const { rows, next } = await store.plannable(queue, until, PAGE + this.#skipped.size);
    // Live instants first: what passed goes on when they are planned.
    const batch = this.#batch([...rows, ...waiting], { now, until, room });
    if (asks && room > 0) rate.taken(queue, batch.caughtUp);
    batch.entries.push(...this.#late.orphans(waiting));
    if (batch.entries.length > 0) {
      const words = await this.#plan(batch.entries);
      if (words === 'fenced') return Number.POSITIVE_INFINITY;
      if (words.includes('stale')) {
        this.#late.look();
        return this.#stale(words.includes('planned'));
      }
    }
    if (waiting.length > 0) this.#late.done(now, batch.entries.length > 0);
    this.#staleInARow = 0;
    const cursors = [next, ...batch.entries.map((entry) => entry.next)].filter((cursor) => cursor !== null);
    const earliest = Math.min(...cursors);
    if (batch.rest || earliest <= until || this.#late.more) return 0;
    this.#skipped.clear();
    const again = await this.#withdrawals.tick();
    const looks = [...batch.full, this.#late.backlogAt, resumes].map((at) => clock.until(at));
    if (asks && this.#late.backlogAt === Number.POSITIVE_INFINITY) rate.taken(queue, 0);
    // Nobody had room: whoever has waited longest asks again when there is some.
    const paced = asks && batch.caughtUp >= room ? rate.wait : 0;
    return Math.max(paced, Math.min(again, this.#refillAt(earliest), ...looks));
  }

  async #plan(entries: readonly PlanEntry[]): ReturnType<PlannerOptions['store']['plan']> {
    const { queue, store, term, onFenced } = this.#options;
    const words = await store.plan(queue, term, entries);
    if (words === 'fenced') await onFenced();
    else tellDecided(store.observed, queue, entries, words);
    return words;
  }

  /** After a step of the clock, and once in office: false when fenced. */
  async #guard(now: number, until: number): Promise<boolean> {
    const { queue, store, log } = this.#options;
    const { steps } = store.clock(queue);
    for (let offset = 0; ; offset += PAGE) {
      const rows = await store.ahead(queue, until, offset, PAGE);
      const entries = rows.flatMap((row) => pulledBack(row, now, until) ?? []);
      if (entries.length > 0) {
        if ((await this.#plan(entries)) === 'fenced') return false;
        const ids = entries.map(({ schedule }) => schedule);
        log.warn(
          { event: 'schedule.ahead', queue, schedules: ids },
          'planned beyond now by a clock that was ahead; planning goes on from now',
        );
        offset = -PAGE;
      }
      if (rows.length < PAGE) break;
    }
    this.#guarded = steps;
    return true;
  }

  #batch(rows: readonly ScheduleRow[], at: { now: number; until: number; room: number }): Batch {
    const batch: Batch = { entries: [], rest: false, full: [], caughtUp: 0 };
    const seen = new Set<string>();
    let occurrences = 0;
    let bytes = 0;
    for (const row of rows) {
      const { id } = row.schedule.definition;
      if ((this.#skipped.has(id) && !this.#late.of(id)) || seen.has(id)) continue;
      seen.add(id);
      const sized = this.#entry(row, { ...at, room: at.room - batch.caughtUp });
      if (sized.full !== undefined) batch.full.push(sized.full);
      if (!sized.entry) {
        this.#skipped.add(id);
        continue;
      }
      occurrences += sized.entry.occurrences.length;
      bytes += sized.bytes;
      const full = occurrences > OCCURRENCES_PER_CALL || bytes > BYTES_PER_CALL;
      if (full && batch.entries.length > 0) return { ...batch, rest: true };
      batch.entries.push(sized.entry);
      this.#late.waits(sized.entry.ledger?.undecided ?? null);
      batch.caughtUp += sized.caughtUp ?? 0;
    }
    return batch;
  }

  /** Without an entry where it cannot be planned. */
  #entry(row: ScheduleRow, at: { now: number; until: number; room: number }): SizedEntry {
    const { revision, definition } = row.schedule;
    const again = this.#faults.until(definition.id, revision, at.now);
    if (again !== null) return { entry: null, bytes: 0, full: again };
    try {
      const late = this.#late.of(definition.id) ?? [];
      const sized = planEntry(row, { ...at, mayCatchUp: this.#options.mayCatchUp(), late });
      this.#faults.clear(definition.id);
      return sized;
    } catch (error) {
      return { entry: null, bytes: 0, full: this.#faults.tell(definition.id, revision, at.now, error) };
    }
  }

  /** Somebody edited a schedule meanwhile: read again at once; not at full speed when that never helps. */
  #stale(progress: boolean): number {
    this.#staleInARow = progress ? 0 : this.#staleInARow + 1;
    return this.#staleInARow < 3 ? 0 : Math.min(10 * 2 ** this.#staleInARow, 1_000);
  }

  /** Not for every single instant, but when a quarter of the horizon can be filled at once. */
  #refillAt(cursor: number): number {
    const { store, queue, horizon } = this.#options;
    if (cursor === Number.POSITIVE_INFINITY) return cursor;
    return store.clock(queue).until(cursor) - horizon * 0.75;
  }
}
