/** What waits for the leader in one queue besides the cursors: runs to be judged, and instants that passed. */

import type { LateRun, PlanEntry, ScheduleRow, Store } from '../store/contract/index.js';

/** Late runs, and schedules with instants that passed, read at a time. */
const RUNS = 1_000;
const SCHEDULES = 200;
/** Where nothing could be done, it is looked at again after this, ms. */
const AGAIN = 1_000;
const NONE = { rows: [], next: null };

export interface LateRunsOptions {
  queue: string;
  store: Pick<Store, 'late' | 'undecided'>;
  mayCatchUp(): boolean;
}

export class LateRuns {
  readonly #options: LateRunsOptions;
  /** Somebody who takes office does not know what waits there. */
  #looks = true;
  #lookedAtAll = false;
  #runs = new Map<string, LateRun[]>();
  /** When the next of the instants that passed may fire, by the pace of its schedule. */
  #backlogAt = Number.NEGATIVE_INFINITY;

  constructor(options: LateRunsOptions) {
    this.#options = options;
  }

  look(): void {
    this.#looks = true;
    this.#backlogAt = Number.NEGATIVE_INFINITY;
  }

  /** Something is to be read at once. */
  get more(): boolean {
    return this.#looks;
  }

  /** Something of what passed may fire by now, where the pace of all together lets it. */
  mayFire(now: number): boolean {
    return this.#options.mayCatchUp() && (this.#looks || this.#backlogAt <= now);
  }

  /** When that may be; Infinity: nothing waits for its pace. */
  get backlogAt(): number {
    return this.#options.mayCatchUp() ? this.#backlogAt : Number.POSITIVE_INFINITY;
  }

  of(schedule: string): readonly LateRun[] | undefined {
    return this.#runs.get(schedule);
  }

  /** Takes back runs whose schedule is gone. */
  orphans(rows: readonly ScheduleRow[]): PlanEntry[] {
    const known = new Set(rows.map(({ schedule }) => schedule.definition.id));
    const gone = [...this.#runs].filter(([schedule]) => !known.has(schedule));
    return gone.map(([schedule, runs]) => ({
      schedule,
      revision: null,
      cursor: null,
      next: null,
      occurrences: [],
      late: runs.map(({ member }) => member),
    }));
  }

  /** Something of a schedule waits until then; null: nothing does. */
  waits(until: number | null): void {
    if (until !== null) this.#backlogAt = Math.min(this.#backlogAt, until);
  }

  /** What was read is seen to, as far as it can be. */
  done(now: number, progress: boolean): void {
    if (!progress) this.#backlogAt = Math.max(this.#backlogAt, now + AGAIN);
    else if (this.#lookedAtAll) this.look();
    else this.#backlogAt = now;
  }

  /**
   * The schedules that something waits for; nothing is asked unless there may be something. `room`: so many runs may
   * fire; `idle`: so many schedules among them can do nothing and must not stand in the way of others.
   */
  async read(now: number, room: number, idle: number): Promise<ScheduleRow[]> {
    this.#runs = new Map();
    const { queue, store } = this.#options;
    const rows: ScheduleRow[] = [];
    const fires = this.mayFire(now);
    this.#lookedAtAll = this.#looks;
    if (this.#looks) {
      this.#looks = false;
      const late = await store.late(queue, RUNS);
      for (const run of late.runs)
        this.#runs.set(run.schedule, [...(this.#runs.get(run.schedule) ?? []), run]);
      rows.push(...late.rows);
    }
    if (!fires) return rows;
    // Whether they fire is decided of all at once: while they wait for room, their window must not pass.
    const open = this.#lookedAtAll ? await store.undecided(queue, 0, SCHEDULES + idle) : NONE;
    const paced =
      open.rows.length > 0 ? open : await store.undecided(queue, now, Math.min(SCHEDULES, room) + idle);
    rows.push(...paced.rows);
    // Those that were read are looked for again, with the pace that they have then.
    this.#backlogAt = paced.rows.length > 0 ? now : (paced.next ?? Number.POSITIVE_INFINITY);
    return rows;
  }
}
