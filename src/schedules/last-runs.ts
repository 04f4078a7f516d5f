/** The run a schedule had last: the latest of its instants that was planned, and what its task is now. */

import { isInvalid } from '../domain/input/errors.js';
import { formatInstant } from '../domain/input/instants.js';
import { dueOf, firstAfter } from '../domain/schedule/expand.js';
import { latestInstants } from '../domain/schedule/look-back.js';
import type { StoredSchedule } from '../domain/schedule/schedule.js';
import type { TaskState } from '../domain/task/task.js';
import type { ReadStore, ScheduleRow } from '../store/contract/index.js';

export interface LastRun {
  nominalAt: string;
  /** Nominal time and jitter, as the schedule stands now. */
  dueAt: string;
  taskId: string;
  /** null once the task is deleted. */
  state: TaskState | null;
}

/**
 * How many of a schedule's latest instants are asked for. Not found, and so told as null: a run before more than
 * this many instants that went unfired, and one of an instant that the schedule as it stands now does not have.
 */
const LOOKED_AT = 8;

export type LastRunsOf = (rows: readonly ScheduleRow[], now: number) => Promise<(LastRun | null)[]>;

export function createLastRuns(store: Pick<ReadStore, 'plannedRuns'>): LastRunsOf {
  /** Good from one instant to the next; the store answers the same object until the schedule is edited. */
  const known = new WeakMap<StoredSchedule, { from: number; until: number; nominals: number[] }>();

  const nominalsOf = ({ schedule, runs }: ScheduleRow, now: number): number[] => {
    if (runs === 0) return [];
    const before = known.get(schedule);
    if (before && before.from <= now && now < before.until) return before.nominals;
    const fresh = { from: now, ...lookBack(schedule, now) };
    known.set(schedule, fresh);
    return fresh.nominals;
  };

  return async (rows, now) => {
    const questions = rows.map((row) => ({
      schedule: row.schedule.definition.id,
      nominals: nominalsOf(row, now),
    }));
    const asked = questions.filter(({ nominals }) => nominals.length > 0);
    const runs = asked.length === 0 ? [] : await store.plannedRuns(asked);
    const byId = new Map(asked.map(({ schedule }, index) => [schedule, runs[index] ?? null]));
    return rows.map(({ schedule: { definition } }) => {
      const run = byId.get(definition.id);
      if (!run) return null;
      return {
        nominalAt: formatInstant(run.nominal),
        dueAt: formatInstant(dueOf(definition, run.nominal)),
        taskId: `${definition.id}@${run.nominal}`,
        state: run.state,
      };
    });
  };
}

/** While it rests nothing is planned: then the instants before it came to rest are the latest that matter. */
function lookBack(
  { definition, paused, createdAt, updatedAt }: StoredSchedule,
  now: number,
): { until: number; nominals: number[] } {
  const rests = paused ? paused.at : definition.enabled === true ? undefined : updatedAt;
  const end = Math.min(now, rests ?? now);
  try {
    const next = rests === undefined ? firstAfter(definition, now) : null;
    return {
      until: next ?? Number.POSITIVE_INFINITY,
      nominals: latestInstants(definition, createdAt, end, LOOKED_AT),
    };
  } catch (error) {
    // Stored by another release and refused by this one: the schedule is shown as faulty.
    if (!isInvalid(error)) throw error;
    return { until: Number.POSITIVE_INFINITY, nominals: [] };
  }
}
