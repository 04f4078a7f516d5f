/** Two restricted day fields: either matches here; where both have to, one form of the day of week says the same. */

import { DAY_OF_WEEK } from '../../domain/spec/cron-fields.js';
import { readCron } from '../../domain/spec/grammar.js';
import type { Pattern } from '../../domain/spec/pattern.js';
import { Refusal } from './draft.js';

/** First day of each run of seven that a form such as `MON#1` stands for. */
const WEEKS = [1, 8, 15, 22, 29];
const LONGEST_MONTH = 31;
const NAMES = DAY_OF_WEEK.names;

export interface Days {
  date: string;
  weekday: string;
  notes: string[];
}

/** Of the expression that they belong to. */
export interface AroundDays {
  before: readonly string[];
  month: string;
  dialect: { name: string };
}

/** Throws a Refusal where both have to match and no form says so. */
export function joinedDays(
  date: string,
  weekday: string,
  meaning: 'or' | 'and' | 'refused',
  around: AroundDays,
): Days {
  const as = { date, weekday, notes: [] };
  if (date === '*' || weekday === '*' || meaning === 'or') return as;
  const { name } = around.dialect;
  if (meaning === 'refused') {
    throw new Refusal(`both day fields are restricted, and ${name} takes only one of them (? in the other)`);
  }
  const values = valuesOf(date, weekday);
  if (values) {
    const { dates, weekdays } = values;
    if (weekdays.length === NAMES.length) return { ...as, weekday: '*' };
    if (dates.length === LONGEST_MONTH) return { ...as, date: '*' };
    const week = weekOf(dates);
    if (week !== undefined) {
      const forms = weekdays.map((day) => `${NAMES[day]}#${week}`);
      const note = `${name} joins the day fields with AND: ${date} and ${weekday} is ${forms.join(',')}`;
      return { date: '*', weekday: forms.join(','), notes: [note] };
    }
  }
  throw new Refusal(noCounterpart(date, weekday, values?.weekdays, around));
}

function weekOf(dates: readonly number[]): number | undefined {
  const index = WEEKS.findIndex((first) => {
    const length = Math.min(7, LONGEST_MONTH - first + 1);
    return dates.length === length && dates.every((day, at) => day === first + at);
  });
  return index < 0 ? undefined : index + 1;
}

/** Plain values, sorted; undefined where a field has a form such as `L`, or is not valid. */
function valuesOf(
  date: string,
  weekday: string,
): { dates: readonly number[]; weekdays: readonly number[] } | undefined {
  let days: Pattern['days'];
  try {
    days = readCron(`0 0 ${date} * ${weekday}`, '').pattern.days;
  } catch {
    return undefined;
  }
  const { ofMonth, ofWeek } = days;
  if (!ofMonth || ofMonth.last || ofMonth.nearestWeekday !== null) return undefined;
  if (!ofWeek || ofWeek.last.length > 0 || ofWeek.nth.length > 0) return undefined;
  return { dates: ofMonth.dates, weekdays: ofWeek.weekdays };
}

/** With what to write instead, where there is something. */
function noCounterpart(
  date: string,
  weekday: string,
  weekdays: readonly number[] | undefined,
  { before, month, dialect }: AroundDays,
): string {
  const why = `${dialect.name} joins the day fields with AND, and here either matches: ${date} and ${weekday} has no counterpart`;
  if (!weekdays) return why;
  const others = NAMES.filter((_, day) => !weekdays.includes(day)).join(',');
  const cron = [...before, date, month, '*'].join(' ');
  return `${why} in one expression; by hand: cron: "${cron}" with exclude: [{ cron: "* * * * ${others}" }]`;
}
