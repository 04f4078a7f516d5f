/** Rows of schedules made into what people see: what comes next, the last run, the latest ones where they are asked for. */

import { CarillonError } from '../domain/input/errors.js';
import { timeOf } from '../store/contract/clock.js';
import type { ScheduleRow, Store } from '../store/contract/index.js';
import { createComing } from './coming.js';
import { createLastRuns } from './last-runs.js';
import { latestRuns } from './latest-runs.js';
import { type ScheduleView, scheduleView } from './view.js';

export interface Show {
  /** `runs`: so many of the latest runs of each. */
  all(rows: readonly ScheduleRow[], runs?: number): Promise<ScheduleView[]>;
  one(row: ScheduleRow, runs?: number): Promise<ScheduleView>;
}

/** Keeps what is worked out: one for a process. */
export function createShow(store: Store): Show {
  const coming = createComing();
  const lastRuns = createLastRuns(store);
  const all = async (rows: readonly ScheduleRow[], runs = 0): Promise<ScheduleView[]> => {
    const now = await timeOf(store);
    const last = await lastRuns(rows, now);
    const latest = runs === 0 ? [] : await Promise.all(rows.map((row) => latestRuns(store, row, now, runs)));
    return rows.map((row, i) => scheduleView(row, coming(row, now), last[i] ?? null, latest[i]));
  };
  return {
    all,
    async one(row, runs) {
      const [shown] = await all([row], runs);
      if (!shown) throw new CarillonError('internal', 'One schedule is one view.');
      return shown;
    },
  };
}
