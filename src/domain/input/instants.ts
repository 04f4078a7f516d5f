/** Points in time as RFC 3339 text, to and from milliseconds; strict, because a date that rolls over is a lost run. */

const SHAPE = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/i;

/** The grammar in words, for messages. */
export const INSTANT_GRAMMAR =
  'an RFC 3339 time with an offset, such as "2027-01-01T00:00:00Z" or "2027-01-01T01:00:00+01:00"';

/** Milliseconds, or undefined when `value` is no real point in time. Digits beyond the millisecond are dropped. */
export function parseInstant(value: unknown): number | undefined {
  if (value instanceof Date) {
    const ms = value.getTime();
    return Number.isNaN(ms) ? undefined : ms;
  }
  const match = typeof value === 'string' ? SHAPE.exec(value) : null;
  if (!match) return undefined;
  const part = (index: number): number => Number(match[index] ?? 0);
  const [hour, minute, second] = [part(4), part(5), part(6)];
  const [offsetHour, offsetMinute] = [part(9), part(10)];
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return undefined;
  const day = Date.UTC(part(1), part(2) - 1, part(3));
  // Date.UTC takes 30 February for 2 March, and the year 99 for 1999: only what reads back unchanged is a date.
  if (new Date(day).toISOString().slice(0, 10) !== `${match[1]}-${match[2]}-${match[3]}`) return undefined;
  const millis = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const offset = (offsetHour * 60 + offsetMinute) * (match[8] === '-' ? -1 : 1);
  return day + ((hour * 60 + minute - offset) * 60 + second) * 1000 + millis;
}

/** RFC 3339 in UTC with milliseconds. */
export function formatInstant(ms: number): string {
  return new Date(ms).toISOString();
}
