/** What is legal in a cron text but probably not meant, in words, each with what to write instead. */

import type { CronNote } from '../input/warnings.js';
import { DAY_OF_WEEK, HOUR, MINUTE, MONTH, SECOND } from './cron-fields.js';
import { notesOnDays } from './day-notes.js';
import type { FieldReading } from './field-reading.js';
import { isHashed } from './hashed.js';
import type { Pattern } from './pattern.js';
import { quoted } from './refusal.js';

/** What the fields count within, and the unit of an `every`. */
const CYCLES = [
  { field: SECOND, cycle: 'minute', unit: 's' },
  { field: MINUTE, cycle: 'hour', unit: 'm' },
  { field: HOUR, cycle: 'day', unit: 'h' },
];

/** `readings`: second, minute, hour, day of month, month, day of week. */
export function notesOn(readings: readonly FieldReading[], pattern: Pattern): CronNote[] {
  const long = new Set(readings.flatMap(longSteps));
  const uneven = new Set(readings.flatMap(unevenSteps));
  const [second, minute, , dates, , weekdays] = readings;
  // The second that five fields leave out stands where the minute stands.
  const six = second?.part.start !== minute?.part.start;
  return [
    ...[...long].map((note) => ({ code: 'long_step' as const, note })),
    ...[...uneven].map((note) => ({ code: 'uneven_step' as const, note })),
    ...(dates && weekdays ? notesOnDays(dates, weekdays, pattern) : []),
    ...(six ? likeAYear(readings.map(({ part }) => part.text)) : []).map((note) => ({
      code: 'year_field' as const,
      note,
    })),
  ];
}

/** `*\/90`: the step leaves the first value only. */
function longSteps({ part, plain }: FieldReading): string[] {
  return plain
    .filter(({ item, low, high, step }) => step > 1 && (isHashed(item) ? low === high : low + step > high))
    .map(({ item, low }) => {
      const same = isHashed(item) ? item.text.slice(0, item.text.indexOf('/')) : `${low}`;
      const where = `${quoted(item.text)} in ${part.field.name}`;
      return `${where}: the step is as long as the range or longer, which leaves the one value ${low}; write "${same}"`;
    });
}

/** `*\/45`: 0 and 45, then 0 again a quarter of an hour later. */
function unevenSteps({ part, plain }: FieldReading): string[] {
  const cycle = CYCLES.find(({ field }) => field === part.field);
  const step = plain[0]?.step ?? 1;
  const size = part.field.max + 1;
  if (cycle === undefined || part.text !== `*/${step}` || step >= size || size % step === 0) return [];
  return [
    `${quoted(part.text)} in ${part.field.name}: it begins again at 0 in every ${cycle.cycle}, ` +
      `so the last step is ${size % step}${cycle.unit} long; for even ones use every: ${step}${cycle.unit}`,
  ];
}

/**
 * `0 9 * * 1 *`: five fields and a year for whoever wrote it, and minute 9 of every hour in January here. Nothing is
 * said of "0 0 * * * *", which is how many write the full hour.
 */
function likeAYear(texts: readonly string[]): string[] {
  const [second = '', minute = '', hour = '', date = '', month = '', weekday = ''] = texts;
  const clock = numbersUpTo(second, MINUTE.max) && numbersUpTo(minute, HOUR.max);
  const days = numbersUpTo(date, MONTH.max) && numbersUpTo(month, DAY_OF_WEEK.max);
  if (hour !== '*' || weekday !== '*' || !clock || !days || second === '*' || minute === '*') return [];
  if (/^0+ 0+ \* \* \* \*$/.test(texts.join(' '))) return [];
  const five = quoted(texts.slice(0, 5).join(' '));
  const kept = /^0+$/.test(second) ? `; else write ${quoted(texts.slice(1).join(' '))}` : '';
  const read = `six fields begin with the second, so the hour of ${quoted(texts.join(' '))} is "*"`;
  return [`${read}; if the last "*" was meant as a year, leave it out: ${five}${kept}`];
}

/** Whether a field holds `*`, or plain values and ranges that another field could hold. */
function numbersUpTo(text: string, max: number): boolean {
  return (
    text === '*' ||
    (/^\d+(?:[,-]\d+)*$/.test(text) && text.split(/[,-]/).every((part) => Number(part) <= max))
  );
}
