/** Who edited a schedule, when and why, as a sentence says it. */

import { type Ledger, rangeAt } from '../domain/schedule/ledger.js';
import type { ScheduleDefinition, StoredSchedule } from '../domain/schedule/schedule.js';
import { revisionsOf } from './revisions.js';
import { saidTime } from './said-times.js';

/** `an edit by api at … (revision 7)`: the one that was in force at a time. */
export function editAt(schedule: StoredSchedule, at: number, definition: ScheduleDefinition): string {
  const found = revisionsOf(schedule).find((one) => Date.parse(one.at) <= at);
  if (!found) return 'an edit of long ago';
  return `an edit by ${found.by} at ${saidTime(Date.parse(found.at), definition)} (revision ${found.revision})`;
}

/** What keeps a schedule from running now: `is paused since …`, `is disabled`. */
export function restText(schedule: StoredSchedule): string {
  const { paused, definition } = schedule;
  if (definition.enabled === false) return 'is disabled (enabled: false)';
  if (paused)
    return `is paused since ${saidTime(paused.at, definition)}${byAndWhy(schedule, paused.at, paused.reason)}`;
  return 'is a shadow (enabled: shadow)';
}

/** Of a pause that covers an instant, over by now or not. */
export function pausedText(
  schedule: StoredSchedule,
  ledger: Ledger,
  nominal: number,
  definition: ScheduleDefinition,
): string {
  const { paused } = schedule;
  const range = rangeAt(ledger, nominal);
  const begun = range?.word === 'paused' ? range.from - 1 : nominal;
  const now = paused && paused.at <= nominal ? paused : undefined;
  const at = now?.at ?? begun;
  return `the schedule was paused at ${saidTime(at, definition)}${byAndWhy(schedule, at, now?.reason)}`;
}

function byAndWhy(schedule: StoredSchedule, at: number, reason: string | undefined): string {
  const found = revisionsOf(schedule).find((one) => Date.parse(one.at) <= at);
  return `${found ? ` by ${found.by}` : ''}${reason === undefined ? '' : ` ("${reason}")`}`;
}
