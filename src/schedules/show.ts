/** Rows of schedules made into what people see: what comes next, the last run, the latest ones where they are asked for. */

import { CarillonError } from '../domain/input/errors.js';
import { someAtATime } from '../runtime/some-at-a-time.js';
import { timeOf } from '../store/contract/clock.js';
import type { ScheduleRow, Store } from '../store/contract/index.js';
import { createComing } from './coming.js';
import { type ExpectationView, expectationViews, judgedRow } from './expectation-views.js';
import { createLastRuns } from './last-runs.js';
import { latestRuns } from './latest-runs.js';
import { type ScheduleView as Plain, scheduleView } from './view.js';

/**
 * A schedule: the keys of its definition with every default filled in, and how it stands. Times are RFC 3339.
 *
 * @example
 * const { state, cron, nextRuns } = await client.schedules.get('nightly-invoices');
 */
export type ScheduleView = Plain & {
  /** Where something is expected: whether it came. */
  expectations?: ExpectationView[];
};

/** Schedules whose runs are looked up at a time. */
const AT_ONCE = 20;

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
    const expected = await expectations(rows, now);
    const latest = runs === 0 ? [] : await latestRuns(store, rows, now, runs);
    return rows.map((row, i) => ({
      ...scheduleView(row, coming(row, now), last[i] ?? null, latest[i]),
      ...expected.get(row.schedule.definition.id),
    }));
  };
  /** Of those of which something is expected. */
  const expectations = async (
    rows: readonly ScheduleRow[],
    now: number,
  ): Promise<Map<string, { expectations: ExpectationView[] }>> => {
    const views = new Map<string, { expectations: ExpectationView[] }>();
    const asked = rows.filter(({ schedule }) => schedule.definition.expect);
    if (asked.length === 0) return views;
    const standing = (await store.alerts()).filter(({ state }) => state === 'raised');
    const raised = new Map(standing.map((alert) => [alert.id, alert]));
    await someAtATime(asked, AT_ONCE, async (row) => {
      const { id } = row.schedule.definition;
      const { expectations } = await judgedRow(store, row, now);
      views.set(id, { expectations: expectationViews(id, expectations, raised) });
    });
    return views;
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
