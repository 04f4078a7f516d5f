/** The latest runs of a schedule, newest first: when each was for, how late it began, how long it took. */

import { formatInstant } from '../domain/input/instants.js';
import { dueOf } from '../domain/schedule/expand.js';
import { lastFired } from '../domain/schedule/last-fired.js';
import type { TaskState } from '../domain/task/task.js';
import type { ReadStore, ScheduleRow, TaskFacts } from '../store/contract/index.js';
import { ledgerOf } from './ledger-of.js';
import { runIdOf, runsOf } from './runs-of.js';

/** Of one schedule. */
export const MOST_RUNS = 20;

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

export async function latestRuns(
  store: Pick<ReadStore, 'runs'>,
  row: ScheduleRow,
  now: number,
  count: number,
): Promise<RunView[]> {
  const nominals = latestOf(row, now, count);
  const found = await runsOf(store, row.schedule, nominals);
  return nominals.map((nominal) => runView(row, nominal, found.get(nominal)));
}

function runView({ schedule }: ScheduleRow, nominal: number, run?: TaskFacts): RunView {
  const { definition } = schedule;
  const due = dueOf(definition, nominal);
  const startedAt = run?.history[0]?.startedAt ?? run?.held?.startedAt;
  const ended = run?.history.at(-1);
  return {
    nominalAt: formatInstant(nominal),
    dueAt: formatInstant(due),
    taskId: run?.id ?? runIdOf(schedule, { nominal }),
    state: run?.state ?? 'pruned',
    ...(startedAt === undefined ? {} : { latenessMs: Math.max(0, startedAt - due) }),
    ...(ended ? { runMs: ended.finishedAt - ended.startedAt } : {}),
  };
}

/** Instants that fired, latest first. */
function latestOf(row: ScheduleRow, now: number, count: number): number[] {
  const { schedule, cursor, runs, singles = [] } = row;
  const nominals: number[] = [];
  try {
    const ledger = ledgerOf(row);
    let until = Math.min(now, (cursor ?? Number.POSITIVE_INFINITY) - 1);
    while (nominals.length < Math.min(count, runs)) {
      const nominal = lastFired(ledger, schedule.definition, until, singles);
      if (nominal === null) break;
      nominals.push(nominal);
      until = nominal - 1;
    }
  } catch {
    // Refused by this release, or whatever it stumbles over: the schedule is shown as faulty.
  }
  return nominals;
}
