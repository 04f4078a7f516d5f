/** Who edited a schedule, when and why, as a sentence says it. */

import { type Asked, type Ledger, rangeAt } from '../domain/schedule/ledger.js';
import type { ScheduleDefinition, StoredSchedule } from '../domain/schedule/schedule.js';
import { revisionsOf } from './revisions.js';
import { saidTime } from './said-times.js';

/** `an edit by api at … (revision 7)`: the one that was in force at a time. */
export function editAt(schedule: StoredSchedule, at: number, definition: ScheduleDefinition): string {
  const found = revisionsOf(schedule).find((one) => one.at <= at);
  if (!found) return 'an edit of long ago';
  return `an edit by ${found.by} at ${saidTime(found.at, definition)} (revision ${found.revision})`;
}

/** What keeps a schedule from running now: `is paused since …`, `is disabled`. */
export function restText(schedule: StoredSchedule): string {
  const { paused, definition } = schedule;
  if (definition.enabled === false) return 'is disabled (enabled: false)';
  if (!paused) return 'is a shadow (enabled: shadow)';
  const end = paused.until === undefined ? '' : ` until ${saidTime(paused.until, definition)}`;
  return `is paused since ${saidTime(paused.at, definition)}${end}${byAndWhy(paused)}`;
}

/** Of a pause that covers an instant, over by now or not. */
export function pausedText(
  { paused }: StoredSchedule,
  ledger: Ledger,
  nominal: number,
  definition: ScheduleDefinition,
): string {
  const asked = paused && paused.at <= nominal ? paused : pauseOver(ledger, nominal);
  if (!asked) return 'the schedule was paused';
  return `the schedule was paused at ${saidTime(asked.at, definition)}${byAndWhy(asked)}`;
}

/** A run that was withdrawn lies before the pause it was withdrawn for. */
function pauseOver(ledger: Ledger, nominal: number): Asked | undefined {
  const range = rangeAt(ledger, nominal);
  if (range?.word === 'paused') return range.asked;
  return ledger.ranges.find(({ from, word }) => word === 'paused' && from > nominal)?.asked;
}

export function skippedOnRequest(asked: Asked | undefined, definition: ScheduleDefinition): string {
  if (!asked) return 'somebody asked to skip it before it came';
  const why = asked.reason === undefined ? '' : ` ("${asked.reason}")`;
  return `${asked.by} asked at ${saidTime(asked.at, definition)} to skip it${why}`;
}

function byAndWhy({ by, reason }: { by?: string; reason?: string }): string {
  return `${by === undefined ? '' : ` by ${by}`}${reason === undefined ? '' : ` ("${reason}")`}`;
}
