/** From a cron text to its pattern: our grammar decides what is legal, cron-parser expands the plain values. */

import { CronExpressionParser } from 'cron-parser';
import { daysInMonth } from './civil.js';
import { notesOn } from './cron-notes.js';
import { splitFields } from './cron-text.js';
import { plainText } from './cron-values.js';
import { type FieldReading, readField } from './field-reading.js';
import type { DayOfMonthRule, DayOfWeekRule, Pattern, ReadCron } from './pattern.js';
import { refuse } from './refusal.js';

export { LONGEST_CRON } from './cron-text.js';

type Six<T> = [T, T, T, T, T, T];

/** Nothing of its search is used; without a date and a seed it would ask the clock and chance. */
const LIBRARY_OPTIONS = { tz: 'UTC', currentDate: new Date(0), hashSeed: 'unused' };

/** One value of each field, and a month of 31 days. */
const STAND_INS = ['0', '0', '0', '1', '1', '0'];

/** Field texts and what they stand for. */
const expanded = new Map<string, readonly number[]>();
const MOST_KEPT = 2_000;

/** Any leap year: it shows each month at its longest. */
const LEAP_YEAR = 2000;

/** Throws `invalid_cron`. `id`: the schedule's, from which `H` is hashed. */
export function readCron(expression: unknown, id: string | undefined): ReadCron {
  const readings = splitFields(expression).map((part) => readField(part, id)) as Six<FieldReading>;
  const [seconds, minutes, hours, dates, months, weekdays] = readings.map(valuesOf) as Six<readonly number[]>;
  const pattern: Pattern = {
    seconds,
    minutes,
    hours,
    months,
    days: { ofMonth: dateRule(readings[3], dates), ofWeek: weekdayRule(readings[5], weekdays) },
  };
  refuseDatesThatNeverCome(readings[3], pattern);
  return { pattern, notes: notesOn(readings) };
}

/** The plain values of a field, sorted, each once. */
function valuesOf({ restricted, plain, part }: FieldReading, place: number): readonly number[] {
  if (!restricted) return part.field.all;
  return plain.length === 0 ? [] : expand(plainText(plain, part.field), place);
}

/**
 * What the library makes of one field, beside stand-ins for the others: next to a February it would drop the 30th
 * without a word. It takes 20 µs, and the same few texts come again and again.
 */
function expand(text: string, place: number): readonly number[] {
  const key = `${place} ${text}`;
  const known = expanded.get(key);
  if (known) return known;
  const texts = STAND_INS.map((standIn, index) => (index === place ? text : standIn));
  const { fields } = CronExpressionParser.parse(texts.join(' '), LIBRARY_OPTIONS);
  const { second, minute, hour, dayOfMonth, month, dayOfWeek } = fields;
  const field = [second, minute, hour, dayOfMonth, month, dayOfWeek][place];
  const values = Object.freeze(field?.values.map(Number) ?? []);
  if (expanded.size >= MOST_KEPT) expanded.clear();
  expanded.set(key, values);
  return values;
}

function dateRule({ restricted, forms }: FieldReading, dates: readonly number[]): DayOfMonthRule | null {
  if (!restricted) return null;
  const nearest = forms.find((form) => form.form === 'nearest');
  return { dates, last: forms.some(({ form }) => form === 'last'), nearestWeekday: nearest?.date ?? null };
}

function weekdayRule({ restricted, forms }: FieldReading, weekdays: readonly number[]): DayOfWeekRule | null {
  if (!restricted) return null;
  const last = new Set<number>();
  const nth = new Map<number, { weekday: number; n: number }>();
  for (const form of forms) {
    if (form.form === 'lastWeekday') last.add(form.weekday);
    if (form.form === 'nthWeekday') nth.set(form.weekday * 10 + form.n, { weekday: form.weekday, n: form.n });
  }
  const sorted = [...nth].sort(([a], [b]) => a - b).map(([, day]) => day);
  return { weekdays, last: [...last].sort((a, b) => a - b), nth: sorted };
}

/** `30 2`, `31W 4,6`. A day of the week comes some time in every month, the fifth Sunday of February included. */
function refuseDatesThatNeverCome({ part }: FieldReading, { months, days }: Pattern): void {
  const { ofMonth, ofWeek } = days;
  if (ofMonth === null || ofWeek !== null || ofMonth.last || ofMonth.nearestWeekday === 'last') return;
  const longest = Math.max(...months.map((month) => daysInMonth(LEAP_YEAR, month)));
  const earliest = Math.min(ofMonth.nearestWeekday ?? Number.POSITIVE_INFINITY, ...ofMonth.dates);
  if (earliest <= longest) return;
  const which = months.length === 1 ? `month ${months[0]} has` : `months ${months.join(', ')} have`;
  const advice = 'write "L" for the last day of the month';
  throw refuse(part, `that day never comes: ${which} at most ${longest} days; ${advice}`);
}
