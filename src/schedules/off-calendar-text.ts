/** Why a schedule has no instant at a time, in words. */

import { formatDuration } from '../domain/input/durations.js';
import { formatInstant } from '../domain/input/instants.js';
import { nthFromEnd } from '../domain/schedule/catch-up.js';
import { firstAfter } from '../domain/schedule/expand.js';
import { hasInstant, type OffCalendar, whyOffCalendar } from '../domain/schedule/off-calendar.js';
import type { ScheduleDefinition, Spec, StoredSchedule } from '../domain/schedule/schedule.js';
import { unshiftedWall } from '../domain/spec/clock-change.js';
import { editAt } from './said-edits.js';
import { saidTime, saidWall } from './said-times.js';

/** How far back the instant before it is looked for, ms. */
const LOOK_BACK = 400 * 86_400_000;

/** A definition with a calendar that was put aside, and from when on it did not count. */
export interface Earlier {
  definition: ScheduleDefinition;
  until: number;
}

export function supersededText(schedule: StoredSchedule, { definition, until }: Earlier): string {
  const edit = editAt(schedule, until, definition);
  return `did not fire: an earlier definition (${specText(definition.spec)}) had it, until ${edit}`;
}

/** `then`: the definition with the calendar that counted at that time. */
export function offCalendarText(schedule: StoredSchedule, then: ScheduleDefinition, at: number): string {
  const off = whyOffCalendar(then, at);
  if (off.why !== 'spec') return `is not on the calendar: ${leftOutText(off, then, at)}`;
  const calendar = `(${specText(then.spec)}${neighbours(then, at)})`;
  if (then === schedule.definition || !hasInstant(schedule.definition, at))
    return `is not on the calendar ${calendar}`;
  const edit = editAt(schedule, schedule.updatedAt, then);
  return `was not on the calendar that counted then ${calendar}, and came with ${edit}`;
}

function leftOutText(
  off: Exclude<OffCalendar, { why: 'spec' }>,
  definition: ScheduleDefinition,
  at: number,
): string {
  switch (off.why) {
    case 'startAt':
      return `the schedule starts at ${saidTime(off.bound, definition)} (startAt)`;
    case 'endAt':
      return `the schedule ends at ${saidTime(off.bound, definition)} (endAt)`;
    case 'excluded': {
      const { item, kind } = off;
      const named = typeof item === 'string' ? item : item.cron;
      return `exclude leaves it out (${kind === 'date' ? '' : `${kind} `}"${named}")`;
    }
    case 'gap': {
      const wall = unshiftedWall(definition.spec, at) ?? at;
      return `the clocks left ${saidWall(wall)} out, and dst.gap is skip`;
    }
    case 'fold': {
      const other = off.pass === 'second' ? 'first' : 'second';
      return `the clocks showed that time twice, this is the ${off.pass} time, and dst.fold is ${other}`;
    }
  }
}

/** What people wrote. */
export function specText(spec: Spec): string {
  switch (spec.kind) {
    case 'at':
      return `at ${formatInstant(spec.at)}`;
    case 'every':
      return `every ${formatDuration(spec.every)}${spec.phase === 0 ? '' : `, phase ${formatDuration(spec.phase)}`}`;
    case 'cron':
      return `cron ${spec.expressions.join(' | ')} in ${spec.timezone}`;
  }
}

function neighbours(definition: ScheduleDefinition, at: number): string {
  const before = nthFromEnd(definition, Math.max(0, at - LOOK_BACK), at, 1);
  const after = firstAfter(definition, at);
  const named = [
    ...(before === undefined ? [] : [`${saidTime(before, definition)} before it`]),
    ...(after === null ? [] : [`${saidTime(after, definition)} after it`]),
  ];
  return named.length === 0 ? '' : `, with ${named.join(' and ')}`;
}
