/** Which instants of a schedule are planned already although they lie ahead. */

import { expand } from '../domain/schedule/expand.js';
import { decidedFrom } from '../domain/schedule/fates.js';
import type { StoredSchedule } from '../domain/schedule/schedule.js';
import type { ScheduleRow } from '../store/contract/index.js';
import { ledgerOf } from './ledger-of.js';

/** No more of one schedule are planned ahead, and so no more are named in one edit. */
export const MOST_AHEAD = 1_000;

/** Whether it is to be planned at all. */
export function isLive({ definition, paused }: StoredSchedule): boolean {
  return definition.enabled === true && !paused;
}

/** Planned nominal instants after `after`, in order. A schedule that rests has withdrawn its own. */
export function plannedAhead(row: ScheduleRow, after: number): number[] {
  const { schedule, cursor } = row;
  if (!isLive(schedule)) return [];
  const ledger = ledgerOf(row);
  const { definition } = schedule;
  const last = ledger.ranges.at(-1);
  // Without a cursor the spec has come to its end, or the schedule has had its runs.
  const end = cursor ?? (last?.word === 'limit' ? last.from : Number.POSITIVE_INFINITY);
  const decided = decidedFrom(ledger, definition, after + 1);
  const { occurrences } = expand(definition, after, end - 1, 2 * MOST_AHEAD);
  const singles = new Map(row.singles);
  return occurrences
    .map(({ nominal }) => nominal)
    .filter((nominal) => !decided?.(nominal) && !singles.has(nominal));
}
