/** What is legal in the two day fields but probably not meant: both given, Quartz's counting, days some months lack. */

import type { CronNote } from '../input/warnings.js';
import { daysInMonth } from './civil.js';
import { DAY_OF_WEEK } from './cron-fields.js';
import type { FieldReading } from './field-reading.js';
import type { Pattern } from './pattern.js';
import { quoted } from './refusal.js';

const ORDINALS = ['first', 'second', 'third', 'fourth'];
const WEEK = 7;

/** Any year that is no leap year: it shows each month at its shortest. */
const COMMON_YEAR = 2001;

export function notesOnDays(dates: FieldReading, weekdays: FieldReading, pattern: Pattern): CronNote[] {
  if (dates.restricted && weekdays.restricted) {
    return [{ code: 'both_day_fields', note: bothGiven(dates, weekdays) }];
  }
  return [
    ...quartzDays(dates, weekdays).map((note) => ({ code: 'quartz_days' as const, note })),
    ...missingDates(dates, pattern).map((note) => ({ code: 'missing_days' as const, note })),
  ];
}

/** `0 0 1-7 * 1`: meant as the first Monday, and Mondays as well as the first seven days. */
function bothGiven(dates: FieldReading, weekdays: FieldReading): string {
  const fields = [dates, weekdays]
    .map(({ part }) => `${quoted(part.text)} in ${part.field.name}`)
    .join(' and ');
  const instead = nthProposal(dates, weekdays) ?? 'write "*" in the one that is not meant';
  return `${fields}: a day that meets either of them matches; ${instead}`;
}

function nthProposal(dates: FieldReading, weekdays: FieldReading): string | undefined {
  const [week, day] = [onlyItem(dates), onlyItem(weekdays)];
  if (!week || !day || week.step !== 1 || day.low !== day.high) return undefined;
  const name = nameOf(day.low);
  const propose = (which: string, text: string): string =>
    `for the ${which} ${name} of the month write ${quoted(text)} in day of week and "*" in day of month`;
  const nth = (week.low - 1) / WEEK;
  if (ORDINALS[nth] !== undefined && week.high === week.low + WEEK - 1) {
    return propose(ORDINALS[nth], `${name}#${nth + 1}`);
  }
  return week.high === 31 && week.low >= 23 && week.low <= 25 ? propose('last', `${name}L`) : undefined;
}

function onlyItem({ plain, forms }: FieldReading): FieldReading['plain'][number] | undefined {
  return plain.length === 1 && forms.length === 0 ? plain[0] : undefined;
}

/** `0 30 7 ? * 2`: Quartz asks for the "?" and counts from 1, which is Sunday there. A 0 is nothing to Quartz. */
function quartzDays(dates: FieldReading, { part, plain, forms }: FieldReading): string[] {
  if (dates.part.text !== '?' || !/\d/.test(part.text)) return [];
  const digits = part.text
    .split(',')
    .flatMap((item) => item.replace(/[/#].*$/, '').match(/\d/g) ?? [])
    .map(Number);
  if (digits.length === 0 || digits.includes(0) || plain.length + forms.length === 0) return [];
  const [here, quartz] = [0, -1].map((shift) => named(part.text, shift));
  return [
    `${quoted(part.text)} in day of week: beside a "?" Quartz counts from 1 = Sunday, Carillon from 0 = Sunday; ` +
      `write names: ${quoted(here ?? '')} for what this means here, ${quoted(quartz ?? '')} for what it means to Quartz`,
  ];
}

/** The same field with names in place of its days, counted `shift` further. */
function named(text: string, shift: number): string {
  return text
    .split(',')
    .map((item) => {
      const end = item.search(/[/#]/);
      const days = end < 0 ? item : item.slice(0, end);
      return days.replace(/\d/g, (digit) => nameOf(Number(digit) + shift)) + (end < 0 ? '' : item.slice(end));
    })
    .join(',');
}

function nameOf(day: number): string {
  return DAY_OF_WEEK.names[((day % WEEK) + WEEK) % WEEK] ?? '';
}

/** `0 0 31 * *`: nothing in the months that have no such day. `29 2` says itself that it waits for leap years. */
function missingDates(dates: FieldReading, { months }: Pattern): string[] {
  const { plain, forms, part } = dates;
  if (!dates.restricted || months.length === 1 || forms.some(({ form }) => form === 'last')) return [];
  const shortest = Math.min(...months.map((month) => daysInMonth(COMMON_YEAR, month)));
  // A longer range that begins earlier, and a step, go to the end of whatever month it is.
  const single = plain.flatMap(({ low, high, step }) => (step === 1 || low === high ? [low] : []));
  const near = forms.flatMap((form) => (form.form === 'nearest' && form.date !== 'last' ? [form.date] : []));
  const missing = [...single, ...near].find((date) => date > shortest);
  if (missing === undefined) return [];
  const instead = near.length > 0 ? '"LW" for the last Monday to Friday' : '"L" for the last day';
  const none = `months without a ${missing}${missing === 31 ? 'st' : 'th'} have no run`;
  return [`${quoted(part.text)} in day of month: ${none}; write ${instead} of every month`];
}
