/** What waits for the leader in one queue besides the cursors: runs to be judged, and instants to be decided on. */

import type { LateRun, PlanEntry, ScheduleRow, Store } from '../store/contract/index.js';

/** Late runs, and schedules with undecided instants, read at a time. */
const RUNS = 1_000;
const SCHEDULES = 200;

export interface LateRunsOptions {
  queue: string;
  store: Pick<Store, 'late' | 'undecided'>;
  mayCatchUp(): boolean;
}

export class LateRuns {
  readonly #options: LateRunsOptions;
  /** Somebody who takes office does not know what waits there. */
  #looks = true;
  #runs = new Map<string, LateRun[]>();

  constructor(options: LateRunsOptions) {
    this.#options = options;
  }

  look(): void {
    this.#looks = true;
  }

  get more(): boolean {
    return this.#looks;
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

  /** The schedules that something waits for; nothing is asked unless there may be something. */
  async read(): Promise<ScheduleRow[]> {
    this.#runs = new Map();
    if (!this.#looks) return [];
    this.#looks = false;
    const { queue, store, mayCatchUp } = this.#options;
    const late = await store.late(queue, RUNS);
    for (const run of late.runs) this.#runs.set(run.schedule, [...(this.#runs.get(run.schedule) ?? []), run]);
    const undecided = mayCatchUp() ? await store.undecided(queue, SCHEDULES) : [];
    return [...late.rows, ...undecided];
  }
}
