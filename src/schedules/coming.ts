/** What is still to come of a schedule, worked out once and kept until it changes or the first of it has passed. */

import { isInvalid } from '../domain/input/errors.js';
import { nextRuns, runsLeft } from '../domain/schedule/expand.js';
import type { Occurrence } from '../domain/schedule/schedule.js';
import type { ScheduleRow } from '../store/contract/index.js';
import { plannedAhead } from './planned-ahead.js';

const NEXT_RUNS = 5;
/** Schedules whose coming runs are kept; beyond this they are worked out again. */
const KEPT = 5_000;

export interface Coming {
  next: readonly Occurrence[];
  /** Occurrences whose nominal time has come. */
  fired: number;
  /** Why nothing comes although it is enabled: a stored spec that this release refuses. */
  fault?: string;
}

export type ComingOf = (row: ScheduleRow, now: number) => Coming;

interface Kept {
  row: Pick<ScheduleRow, 'cursor' | 'runs'> & { revision: number };
  ahead: readonly number[];
  next: readonly Occurrence[];
  fault?: string;
}

export function createComing(): ComingOf {
  const kept = new Map<string, Kept>();
  return (row, now) => {
    const { id } = row.schedule.definition;
    if (row.schedule.paused) return { next: [], fired: row.runs };
    let known = kept.get(id);
    if (!known || !isCurrent(known, row, now)) {
      if (kept.size >= KEPT) kept.clear();
      known = lookAhead(row, now);
      kept.set(id, known);
    }
    const ahead = known.ahead.filter((nominal) => nominal > now).length;
    const { next, fault } = known;
    return { next, fired: Math.max(0, row.runs - ahead), ...(fault === undefined ? {} : { fault }) };
  };
}

function isCurrent(
  { row: known, next }: Kept,
  { schedule, cursor, runs }: ScheduleRow,
  now: number,
): boolean {
  if (known.revision !== schedule.revision || known.cursor !== cursor || known.runs !== runs) return false;
  return (next[0]?.nominal ?? Number.POSITIVE_INFINITY) > now;
}

/** What is planned and lies ahead is among the runs counted already. */
function lookAhead(row: ScheduleRow, now: number): Kept {
  const { schedule, cursor, runs } = row;
  const of = { revision: schedule.revision, cursor, runs };
  try {
    const ahead = plannedAhead(row, now);
    const left = ahead.length + runsLeft(schedule.definition, runs);
    return { row: of, ahead, next: nextRuns(schedule.definition, now, Math.min(NEXT_RUNS, left)) };
  } catch (error) {
    if (!isInvalid(error)) throw error;
    return { row: of, ahead: [], next: [], fault: error.message };
  }
}
