/** The run a schedule had last: the latest of its instants that fired, by its ledger, and what its task is now. */

import { formatInstant } from '../domain/input/instants.js';
import { dueOf } from '../domain/schedule/expand.js';
import { lastFired } from '../domain/schedule/last-fired.js';
import type { TaskState } from '../domain/task/task.js';
import type { ReadStore, ScheduleRow } from '../store/contract/index.js';
import { ledgerOf } from './ledger-of.js';
import { runIdOf, runStatesOf } from './runs-of.js';

export interface LastRun {
  nominalAt: string;
  /** Nominal time and jitter, as the schedule stands now. */
  dueAt: string;
  taskId: string;
  /** null once the task is deleted. */
  state: TaskState | null;
}

export type LastRunsOf = (rows: readonly ScheduleRow[], now: number) => Promise<(LastRun | null)[]>;

export function createLastRuns(store: Pick<ReadStore, 'runStates'>): LastRunsOf {
  return async (rows, now) => {
    const names = rows.flatMap((row, index) => {
      const nominal = latestOf(row, now);
      return nominal === null ? [] : [{ index, schedule: row.schedule, nominal }];
    });
    const states = names.length === 0 ? [] : await runStatesOf(store, names);
    const runs: (LastRun | null)[] = rows.map(() => null);
    for (const [i, { index, nominal }] of names.entries()) {
      const row = rows[index];
      if (!row) continue;
      runs[index] = {
        nominalAt: formatInstant(nominal),
        dueAt: formatInstant(dueOf(row.schedule.definition, nominal)),
        taskId: runIdOf(row.schedule, { nominal }),
        state: states[i] ?? null,
      };
    }
    return runs;
  };
}

function latestOf(row: ScheduleRow, now: number): number | null {
  if (row.runs <= 0) return null;
  const { schedule, cursor, singles = [] } = row;
  try {
    const until = Math.min(now, (cursor ?? Number.POSITIVE_INFINITY) - 1);
    return lastFired(ledgerOf(row), schedule.definition, until, singles);
  } catch {
    // Refused by this release, or whatever it stumbles over: the schedule is shown as faulty.
    return null;
  }
}
