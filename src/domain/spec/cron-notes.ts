/** What is legal in a cron text but probably not meant, in words; three things, each of them certain. */

import { DAY_OF_MONTH, DAY_OF_WEEK, HOUR, MINUTE, SECOND } from './cron-fields.js';
import type { FieldReading } from './field-reading.js';
import { isHashed } from './hashed.js';
import { quoted } from './refusal.js';

/** What the fields count within, and the unit of an `every`. */
const CYCLES = [
  { field: SECOND, cycle: 'minute', unit: 's' },
  { field: MINUTE, cycle: 'hour', unit: 'm' },
  { field: HOUR, cycle: 'day', unit: 'h' },
];

export function notesOn(readings: readonly FieldReading[]): string[] {
  const steps = new Set(readings.flatMap((reading) => [...longSteps(reading), ...unevenSteps(reading)]));
  return [...steps, ...bothDayFields(readings)];
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

/** `0 0 *\/2 * MON`: crons that follow Vixie's want both days when a field begins with `*`; here either is enough. */
function bothDayFields(readings: readonly FieldReading[]): string[] {
  const days = readings.filter(({ part }) => part.field === DAY_OF_MONTH || part.field === DAY_OF_WEEK);
  const starred = days.find(({ part }) => /^\*|,\*/.test(part.text));
  if (starred === undefined || !days.every(({ restricted }) => restricted)) return [];
  return [
    `${quoted(starred.part.text)} in ${starred.part.field.name}: with both day fields given, a day that meets ` +
      'either of them matches; write "*" in the one that is not meant',
  ];
}
