/** The latest runs of schedules, newest first: when each was for, how late it began, how long it took. */

import { formatInstant } from '../domain/input/instants.js';
import { dueOf } from '../domain/schedule/expand.js';
import { latestFired } from '../domain/schedule/last-fired.js';
import type { TaskState } from '../domain/task/task.js';
import type { OverviewStore, RunTimes, ScheduleRow } from '../store/contract/index.js';
import { ledgerOf } from './ledger-of.js';
import { runIdOf, runTimesOf } from './runs-of.js';

/** Of one schedule. */
export const MOST_RUNS = 60;

export interface RunView {
  nominalAt: string;
  /** Nominal time and jitter, as the schedule stands now. */
  dueAt: string;
  taskId: string;
  /** `pruned` once the task is deleted. */
  state: TaskState | 'pruned';
  /** From its due time to the start of its first attempt. */
  latenessMs?: number;
  /** Of its last attempt that has ended. */
  runMs?: number;
}

/** Of each row, in their order: looked up together, however many they are. */
export async function latestRuns(
  store: Pick<OverviewStore, 'runTimes'>,
  rows: readonly ScheduleRow[],
  now: number,
  count: number,
): Promise<RunView[][]> {
  const asked = rows.map((row) => ({ schedule: row.schedule, nominals: latestOf(row, now, count) }));
  const found = await runTimesOf(store, asked);
  return rows.map((row, i) =>
    (asked[i]?.nominals ?? []).map((nominal) => runView(row, nominal, found[i]?.get(nominal))),
  );
}

function runView(
  { schedule }: ScheduleRow,
  nominal: number,
  run: { id: string; times: RunTimes } | undefined,
): RunView {
  const due = dueOf(schedule.definition, nominal);
  const { state = 'pruned', startedAt, last } = run?.times ?? {};
  return {
    nominalAt: formatInstant(nominal),
    dueAt: formatInstant(due),
    taskId: run?.id ?? runIdOf(schedule, { nominal }),
    state,
    ...(startedAt === undefined ? {} : { latenessMs: Math.max(0, startedAt - due) }),
    ...(last ? { runMs: last.finishedAt - last.startedAt } : {}),
  };
}

/** Instants that fired, latest first. */
function latestOf(row: ScheduleRow, now: number, count: number): number[] {
  const { schedule, cursor, runs, singles = [] } = row;
  try {
    const until = Math.min(now, (cursor ?? Number.POSITIVE_INFINITY) - 1);
    return latestFired(ledgerOf(row), schedule.definition, until, singles, Math.min(count, runs));
  } catch {
    // Refused by this release, or whatever it stumbles over: the schedule is shown as faulty.
    return [];
  }
}
