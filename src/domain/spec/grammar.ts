/** From a cron text to its pattern: our grammar decides what is legal, cron-parser expands the plain values. */

import { CronExpressionParser } from 'cron-parser';
import { daysInMonth } from './civil.js';
import { notesOn } from './cron-notes.js';
import { splitFields } from './cron-text.js';
import { plainText } from './cron-values.js';
import { type FieldReading, readField } from './field-reading.js';
import type { DayOfMonthRule, DayOfWeekRule, Pattern, ReadCron } from './pattern.js';
import { type FieldPart, refuse } from './refusal.js';

export { LONGEST_CRON } from './cron-text.js';

type Six<T> = [T, T, T, T, T, T];

/** Nothing of its search is used; without a date and a seed it would ask the clock and chance. */
const LIBRARY_OPTIONS = { tz: 'UTC', currentDate: new Date(0), hashSeed: 'unused' };

/** One value of each field, and a month of 31 days. */
const STAND_INS = ['0', '0', '0', '1', '1', '0'];

/** The same few field texts come again and again: what they mean is read once. */
const known = new Map<string, Field>();
const MOST_KEPT = 2_000;

/** Any leap year: it shows each month at its longest. */
const LEAP_YEAR = 2000;

/** A field as read, and its plain values, sorted, each once. */
interface Field extends FieldReading {
  values: readonly number[];
}

/** Throws `invalid_cron`. `id`: the schedule's, from which `H` is hashed. */
export function readCron(expression: unknown, id: string | undefined): ReadCron {
  const fields = splitFields(expression).map((part, place) => fieldOf(part, place, id)) as Six<Field>;
  const [seconds, minutes, hours, dates, months, weekdays] = fields;
  const pattern: Pattern = {
    seconds: seconds.values,
    minutes: minutes.values,
    hours: hours.values,
    months: months.values,
    days: { ofMonth: dateRule(dates), ofWeek: weekdayRule(weekdays) },
  };
  refuseDatesThatNeverCome(dates, pattern);
  return { pattern, notes: () => notesOn(fields, pattern) };
}

/** A text means the same wherever it stands, unless it is hashed. */
function fieldOf(part: FieldPart, place: number, id: string | undefined): Field {
  const key = `${place} ${part.text}`;
  const before = known.get(key);
  if (before) return { ...before, part };
  const reading = readField(part, id);
  const field = { ...reading, values: valuesOf(reading, place) };
  if (part.text.includes('H')) return field;
  if (known.size >= MOST_KEPT) known.clear();
  known.set(key, field);
  return field;
}

function valuesOf({ restricted, plain, part }: FieldReading, place: number): readonly number[] {
  if (!restricted) return part.field.all;
  return plain.length === 0 ? [] : expand(plainText(plain, part.field), place);
}

/**
 * What the library makes of one field, beside stand-ins for the others: next to a February it would drop the 30th
 * without a word.
 */
function expand(text: string, place: number): readonly number[] {
  const texts = STAND_INS.map((standIn, index) => (index === place ? text : standIn));
  const { fields } = CronExpressionParser.parse(texts.join(' '), LIBRARY_OPTIONS);
  const { second, minute, hour, dayOfMonth, month, dayOfWeek } = fields;
  const field = [second, minute, hour, dayOfMonth, month, dayOfWeek][place];
  return Object.freeze(field?.values.map(Number) ?? []);
}

function dateRule({ restricted, forms, values }: Field): DayOfMonthRule | null {
  if (!restricted) return null;
  const nearest = forms.find((form) => form.form === 'nearest');
  return {
    dates: values,
    last: forms.some(({ form }) => form === 'last'),
    nearestWeekday: nearest?.date ?? null,
  };
}

function weekdayRule({ restricted, forms, values }: Field): DayOfWeekRule | null {
  if (!restricted) return null;
  const last = new Set<number>();
  const nth = new Map<number, { weekday: number; n: number }>();
  for (const form of forms) {
    if (form.form === 'lastWeekday') last.add(form.weekday);
    if (form.form === 'nthWeekday') nth.set(form.weekday * 10 + form.n, { weekday: form.weekday, n: form.n });
  }
  const sorted = [...nth].sort(([a], [b]) => a - b).map(([, day]) => day);
  return { weekdays: values, last: [...last].sort((a, b) => a - b), nth: sorted };
}

/** `30 2`, `31W 4,6`. A day of the week comes some time in every month, the fifth Sunday of February included. */
function refuseDatesThatNeverCome({ part }: FieldReading, { months, days }: Pattern): void {
  const { ofMonth, ofWeek } = days;
  if (ofMonth === null || ofWeek !== null || ofMonth.last || ofMonth.nearestWeekday === 'last') return;
  const longest = Math.max(...months.map((month) => daysInMonth(LEAP_YEAR, month)));
  const earliest = Math.min(ofMonth.nearestWeekday ?? Number.POSITIVE_INFINITY, ...ofMonth.dates);
  if (earliest <= longest) return;
  const which = months.length === 1 ? `month ${months[0]} has` : `months ${months.join(', ')} have`;
  const advice =
    'write "L" for the last day of the month; for a schedule that only runs when triggered, enabled: false';
  throw refuse(part, `that day never comes: ${which} at most ${longest} days; ${advice}`);
}
