/** Foreign times as RFC 3339 texts, and year fields, which are bounds here: `2027` lasts until that year ends. */

import { zoneOf } from '../../domain/spec/zone.js';
import { Refusal } from './draft.js';

/** Where Quartz and EventBridge end. */
const LAST_YEAR = 2199;
const FIRST_YEAR = 1970;

export interface Bounds {
  startAt?: string;
  endAt?: string;
}

/** Throws a Refusal unless the years follow each other. */
export function yearBounds(text: string, timezone: string, name: string): Bounds {
  if (text === '*' || text === '?' || text === '*/1') return {};
  const years = new Set<number>();
  for (const item of text.split(',')) {
    const [, from = '', , to, step = '1'] = /^(\d{4}|\*)(-(\d{4}))?(?:\/(\d+))?$/.exec(item) ?? [];
    if (from === '' || Number(step) === 0)
      throw new Refusal(`${JSON.stringify(text)} is no year field of ${name}`);
    const first = from === '*' ? FIRST_YEAR : Number(from);
    const open = item.includes('/') || from === '*';
    const last = to === undefined ? (open ? LAST_YEAR : first) : Number(to);
    for (let year = first; year <= last; year += Number(step)) years.add(year);
  }
  const sorted = [...years].sort((a, b) => a - b);
  const first = sorted[0];
  const last = sorted.at(-1);
  if (first === undefined || last === undefined) throw new Refusal(`the years ${text} never come`);
  if (last - first + 1 !== sorted.length) {
    throw new Refusal(
      `the years ${text} do not follow each other: write a schedule for each, with startAt and endAt`,
    );
  }
  const open = /[/*]/.test(text) || last >= 2099;
  return {
    ...(first === FIRST_YEAR ? {} : { startAt: beginningOf(first, timezone) }),
    ...(open ? {} : { endAt: beginningOf(last + 1, timezone) }),
  };
}

const beginningOf = (year: number, timezone: string): string => instantOf(Date.UTC(year, 0, 1), timezone);

/** A wall time (ms as `Date.UTC` counts them) of a zone as an RFC 3339 text; in a gap, the instant of the change. */
function instantOf(wall: number, timezone: string): string {
  const zone = zoneOf(timezone);
  let instant = wall - zone.span(wall).offset;
  instant = wall - zone.span(instant).offset;
  return written(instant);
}

const WRITTEN = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * A number (in units of so many ms), or an ISO 8601 text: without an offset it is one of `timezone`. Undefined where
 * nothing is given. Throws a Refusal for what is no time.
 */
export function timeOf(value: unknown, unit: number, timezone = 'UTC'): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const number = Number(value);
  if (Number.isFinite(number)) return written(number * unit);
  const text = String(value).trim();
  const match = WRITTEN.exec(text);
  if (!match) throw new Refusal(`${JSON.stringify(text)} is no time`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const offset = match[7];
  if (offset === undefined) return instantOf(wall, timezone);
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)$/.exec(offset) ?? [];
  const ahead = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return written(wall - ahead);
}

function written(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) throw new Refusal(`${ms} is no time`);
  return date.toISOString().replace('.000Z', 'Z');
}
