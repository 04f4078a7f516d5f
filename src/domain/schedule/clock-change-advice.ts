/** Warns of the days of the next two years on which a schedule runs not at all, twice, or on another day. */

import { CarillonError } from '../input/errors.js';
import type { FieldWarning } from '../input/warnings.js';
import { type ChangedDay, changedDays } from '../spec/changed-days.js';
import { onCalendar } from './calendar.js';
import { hasInstant } from './off-calendar.js';
import type { CronSpec, ScheduleDefinition } from './schedule.js';

const DAY = 86_400_000;
const TWO_YEARS = 731 * DAY;
/** Days that are named for one thing. */
const MOST_NAMED = 6;

const known = new Map<string, readonly ChangedDay[]>();
const MOST_KEPT = 4_096;

export function clockChangeAdvice(definition: ScheduleDefinition, now: number): FieldWarning[] {
  const { id, spec, enabled } = definition;
  if (spec.kind !== 'cron' || enabled === false) return [];
  // From midnight on, so that all schedules of a day ask the same.
  const from = Math.floor(now / DAY) * DAY;
  const days = daysOf(spec, id, from).filter((day) => counts(definition, spec, day, now));
  const of = (what: ChangedDay['what']): ChangedDay[] => days.filter((day) => day.what === what);
  return [...leftOut(spec, of('leftOut')), ...twice(spec, of('twice')), ...moved(spec, of('moved'))].map(
    (detail) => ({ path: ['cron'], detail, code: 'clock_change' }),
  );
}

/** Many schedules share a cron. */
function daysOf(spec: CronSpec, id: string, from: number): readonly ChangedDay[] {
  const { expressions, timezone, gap, fold } = spec;
  const hashed = expressions.some((text) => text.includes('H'));
  const key = JSON.stringify([expressions, timezone, gap, fold, from, hashed ? id : '']);
  let days = known.get(key);
  if (!days) {
    days = changedDays(spec, id, from, from + TWO_YEARS);
    if (known.size >= MOST_KEPT) known.clear();
    known.set(key, days);
  }
  return days;
}

/** Within the bounds of the schedule, and not left out of it for another reason. */
function counts(
  definition: ScheduleDefinition,
  spec: CronSpec,
  { instants }: ChangedDay,
  now: number,
): boolean {
  const { startAt = 0, endAt = Number.POSITIVE_INFINITY, exclude } = definition;
  if (!instants.every((at) => at > now && at >= startAt && at < endAt)) return false;
  if (!exclude) return true;
  const shifting = onCalendar(definition, { spec: { ...spec, gap: 'shift' }, exclude });
  try {
    return instants.every((at) => hasInstant(shifting, at));
  } catch (error) {
    if (error instanceof CarillonError) return false;
    throw error;
  }
}

const date = (wall: number): string => new Date(wall).toISOString().slice(0, 10);
const time = (wall: number): string => {
  const text = new Date(wall).toISOString().slice(11, 19);
  return text.endsWith(':00') ? text.slice(0, 5) : text;
};

function leftOut({ timezone }: CronSpec, days: readonly ChangedDay[]): string[] {
  return told(days, (when) => {
    return `in ${timezone} the clocks pass over ${when}: no run then (gap: skip); choose another time, or write gap: shift to run as much later`;
  });
}

function twice({ timezone }: CronSpec, days: readonly ChangedDay[]): string[] {
  return told(days, (when) => {
    return `in ${timezone} the clocks show ${when} twice: it runs both times (fold: both); choose another time, or write fold: first to run once`;
  });
}

function moved({ timezone }: CronSpec, days: readonly ChangedDay[]): string[] {
  const [first] = days;
  if (first?.shown === undefined) return [];
  const later = `at ${time(first.shown)} on the day after`;
  return told(days, (when) => {
    return `in ${timezone} the clocks pass over ${when}: no run on that day, and one more ${later}; choose another time`;
  });
}

/** `02:30 on 2027-03-28 and 2028-03-26`. */
function told(days: readonly ChangedDay[], words: (when: string) => string): string[] {
  const times = new Set(days.map(({ wall }) => time(wall)));
  return [...times].map((at) => {
    const dates = days.filter(({ wall }) => time(wall) === at).map(({ wall }) => date(wall));
    const named = dates.slice(0, MOST_NAMED);
    const more = dates.length - named.length;
    const list = [...named, ...(more > 0 ? [`${more} more days`] : [])];
    const last = list.pop() ?? '';
    return words(`${at} on ${list.length > 0 ? `${list.join(', ')} and ${last}` : last}`);
  });
}
