/** Why a schedule has no instant at a time: which bound, exclusion or change of the clocks leaves it out, or none does. */

import { compileExclusions } from '../spec/exclude.js';
import { type Calendar, onCalendar } from './calendar.js';
import { writtenExclusions } from './exclusions.js';
import { firstAfter } from './expand.js';
import type { ExcludedCron, Exclusions, ScheduleDefinition } from './schedule.js';

export type OffCalendar =
  | { why: 'startAt' | 'endAt'; bound: number }
  /** `item`: as it is written, a date, a range, a cron or the name of a calendar. */
  | { why: 'excluded'; item: string | ExcludedCron; kind: 'date' | 'cron' | 'calendar' }
  /** Its local time was left out, and `gap: skip` passes over it. */
  | { why: 'gap' }
  /** Its local time comes twice that day: this is the pass that `fold` leaves out. */
  | { why: 'fold'; pass: 'first' | 'second' }
  | { why: 'spec' };

export function hasInstant(definition: ScheduleDefinition, at: number): boolean {
  return firstAfter(definition, at - 1) === at;
}

/** The definition must have no instant at `at`. */
export function whyOffCalendar(definition: ScheduleDefinition, at: number): OffCalendar {
  const { spec, startAt, endAt, exclude } = definition;
  const bare = onCalendar(definition, { spec });
  if (!hasInstant(bare, at)) return clockChange(bare, at);
  if (startAt !== undefined && at < startAt) return { why: 'startAt', bound: startAt };
  if (endAt !== undefined && at >= endAt) return { why: 'endAt', bound: endAt };
  const item = exclude?.items.find((one) => leavesOut(definition.id, { ...exclude, items: [one] }, at));
  return item && exclude ? excluded(item, exclude.timezone) : { why: 'spec' };
}

/** Each rule for changes of the clocks is turned round: the one that brings the instant in is what leaves it out. */
function clockChange(bare: ScheduleDefinition, at: number): OffCalendar {
  const { spec } = bare;
  if (spec.kind !== 'cron') return { why: 'spec' };
  const having = (calendar: Calendar): boolean => hasInstant(onCalendar(bare, calendar), at);
  if (spec.gap === 'skip' && having({ spec: { ...spec, gap: 'shift' } })) return { why: 'gap' };
  if (spec.fold === 'both' || !having({ spec: { ...spec, fold: 'both' } })) return { why: 'spec' };
  return { why: 'fold', pass: spec.fold === 'first' ? 'second' : 'first' };
}

type Item = Exclusions['items'][number];

function leavesOut(id: string, exclude: Exclusions, at: number): boolean {
  return compileExclusions(exclude, id)(at) !== at;
}

function excluded(item: Item, timezone: string): OffCalendar {
  const kind = 'calendar' in item ? 'calendar' : 'cron' in item ? 'cron' : 'date';
  const [written = ''] = writtenExclusions({ timezone, items: [item] });
  return { why: 'excluded', item: written, kind };
}
