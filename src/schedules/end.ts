/** Whether a schedule has come to its end, for verbs that need one that has not. */

import { CarillonError } from '../domain/input/errors.js';
import { firstAfter, runsLeft } from '../domain/schedule/expand.js';
import type { ScheduleRow } from '../store/contract/index.js';
import { whyFinished } from './finished.js';
import { plannedAhead } from './planned-ahead.js';

/** Throws `conflict` when no run of it is to come any more; `advice` says what follows from that. */
export function refuseFinished(row: ScheduleRow, now: number, advice: string): void {
  const why = reasonOf(row, now);
  if (why === null) return;
  const { id } = row.schedule.definition;
  throw new CarillonError('conflict', `The schedule ${id} has finished, because ${why}: ${advice}.`);
}

function reasonOf(row: ScheduleRow, now: number): string | null {
  const { definition } = row.schedule;
  try {
    if (plannedAhead(row, now).length > 0) return null;
    const over = runsLeft(definition, row.runs) === 0 || firstAfter(definition, now) === null;
    return over ? whyFinished(row, now) : null;
  } catch {
    // A stored spec that this release refuses, or stumbles over: the schedule is shown as faulty.
    return null;
  }
}
