/** What people bring along from other systems: words, wrappers, years, zones, commands and comments beside the fields. */

import { parseDuration } from '../input/durations.js';
import { DAY_OF_WEEK, MONTH, namedValue } from './cron-fields.js';
import { type Part, quoted, refuse } from './refusal.js';
import { looksLikeZone } from './timezones.js';

const UNITS = new Map([
  ['second', 's'],
  ['minute', 'm'],
  ['hour', 'h'],
  ['day', 'd'],
  ['week', 'w'],
]);

/** `rate(5 minutes)`, `every 30 minutes`, `every hour`. */
const INTERVAL = /^(?:rate\(|every)\s*(\d{1,6})?\s*(second|minute|hour|day|week)s?\s*\)?$/i;
const YEAR = /^(?:19|20)\d\d(?:[-,/][\d-,/]+)?$/;
/** What may stand in a field, whether the field takes it or not: nothing that is right must be taken for a command. */
const FIELD_LIKE = new RegExp(
  `^(?:${[...MONTH.names, ...DAY_OF_WEEK.names].join('|')}|[\\d*?,/#()~LWHR-])+$`,
  'i',
);

/** Throws when the text as a whole is no cron expression but says something else that is known. */
export function refuseForeign(source: string, parts: readonly Part[]): void {
  const whole = { source, start: parts[0]?.start ?? 0, text: source.trim() };
  const interval = INTERVAL.exec(whole.text);
  if (interval) {
    const every = `${Number(interval[1] ?? 1)}${UNITS.get((interval[2] ?? '').toLowerCase())}`;
    throw refuse(whole, `this is an interval; write the key every instead of cron: every: ${every}`);
  }
  if (parseDuration(whole.text) !== undefined) {
    throw refuse(whole, `this is an interval; write the key every instead of cron: every: ${whole.text}`);
  }
  if (/^(?:rate\(|every\b)/i.test(whole.text)) {
    throw refuse(whole, 'write five fields, or the key every instead of cron, such as every: 30m');
  }
  const wrapped = /^cron\((.*)\)$/i.exec(whole.text)?.[1];
  if (wrapped !== undefined) throw refuse(whole, `leave out "cron(" and ")"${yearAdvice(wrapped)}`);
  const fields = parts[0]?.text.startsWith('@') ? 1 : 5;
  const comment = parts.find(({ text }, index) => text === '#' || (index >= fields && text.startsWith('#')));
  if (comment) {
    throw refuse(comment, 'a comment is no part of the expression; put it behind the closing quote');
  }
  for (const part of parts.slice(fields)) refuseBehind(part);
  refuseYear(parts);
}

function yearAdvice(wrapped: string): string {
  return wrapped.trim().split(/\s+/).length === 6 ? ', and the year at its end' : '';
}

/** A zone or a command behind the fields. A name of a day or a month is a field at the wrong place. */
function refuseBehind(part: Part): void {
  const { text } = part;
  if (FIELD_LIKE.test(text) || /^[\d"'@]/.test(text)) return;
  const name = text.slice(0, 3);
  if (namedValue(DAY_OF_WEEK, name) !== undefined || namedValue(MONTH, name) !== undefined) return;
  if (looksLikeZone(text)) {
    throw refuse(part, 'the time zone is no part of the expression; give it as the key timezone (--tz)');
  }
  throw refuse(part, 'a command is no part of the expression; the key handler names what is to run');
}

/** The last of seven fields (Quartz), and of six where "?" shows that the second is not the first (EventBridge). */
function refuseYear(parts: readonly Part[]): void {
  const last = parts.at(-1);
  if (last === undefined || parts.length < 6) return;
  const isYear = YEAR.test(last.text);
  const asked = parts.length === 7 || parts[2]?.text === '?' || parts[4]?.text === '?';
  if (last.text === '*' && parts.length <= 7 && asked) {
    throw refuse(last, `there is no year field; leave out the ${quoted(last.text)} at the end`);
  }
  if (isYear && parts.length === 6) {
    throw refuse(last, 'there is no year field; use startAt and endAt, or the key at for a single run');
  }
}
