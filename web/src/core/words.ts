/** Numbers, lengths and times as people read them. */

import { clock } from './settings.js';

const whole = new Intl.NumberFormat('en');

/** 1,234 */
export const number = (value: number): string => whole.format(value);

/** 999, 12.3k, 4.56M: three digits wherever there is little room. */
export function short(value: number): string {
  if (value < 10_000) return whole.format(value);
  if (value < 999_500) return `${(value / 1_000).toPrecision(3)}k`;
  return `${(value / 1_000_000).toPrecision(3)}M`;
}

export const plural = (count: number, word: string, many = `${word}s`): string =>
  `${number(count)} ${count === 1 ? word : many}`;

/** 0.4 ms, 12 ms, 1.23 s, 4 min 5 s, 3 h 20 min, 2 d 4 h. */
export function length(ms: number): string {
  const size = Math.abs(ms);
  if (size < 1) return size === 0 ? '0 ms' : `${size.toFixed(1)} ms`;
  if (size < 1_000) return `${Math.round(size)} ms`;
  if (size < 59_950) return `${trimmed(size / 1_000)} s`;
  const seconds = Math.round(size / 1_000);
  if (seconds < 3_600) return two(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440) return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

const trimmed = (value: number): string =>
  value < 10 ? String(Number(value.toFixed(2))) : String(Number(value.toFixed(1)));

const two = (big: number, bigWord: string, small: number, smallWord: string): string =>
  small === 0 ? `${big} ${bigWord}` : `${big} ${bigWord} ${small} ${smallWord}`;

/** One unit only: for what changes every second. */
export function distance(ms: number): string {
  const size = Math.round(Math.abs(ms) / 1_000);
  if (size < 60) return `${size} s`;
  if (size < 3_600) return `${Math.floor(size / 60)} min`;
  if (size < 86_400) return `${Math.floor(size / 3_600)} h`;
  return `${Math.floor(size / 86_400)} d`;
}

export function relative(at: number, now: number): string {
  const ahead = at - now;
  if (Math.abs(ahead) < 1_000) return 'now';
  return ahead > 0 ? `in ${distance(ahead)}` : `${distance(ahead)} ago`;
}

/** 00:12, 03:07, 1:02:03: what is left until then. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  const parts = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), seconds % 60];
  const [hours = 0, ...rest] = parts;
  const tail = rest.map((part) => String(part).padStart(2, '0')).join(':');
  return hours > 0 ? `${hours}:${tail}` : tail;
}

/** 1.2 MB, as memory and sizes are told. */
export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = size;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone}${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat('en-GB', { ...options, ...(zone ? { timeZone: zone } : {}) });
    formats.set(key, found);
  }
  return found;
}

/** The zone that times are told in; of something that belongs to a schedule, perhaps the schedule's. */
export function zoneFor(own?: string): string | undefined {
  if (clock.value === 'utc') return 'UTC';
  return clock.value === 'schedule' ? own : undefined;
}

const DAY = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
const SECOND = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;

/** 14:03:07 today, 30 Nov 14:03:07 in this year, and the year otherwise. */
export function moment(at: number, now: number, zone?: string): string {
  const day = format(zone, DAY);
  const time = format(zone, SECOND).format(at);
  if (day.format(at) === day.format(now)) return time;
  const sameYear = format(zone, { year: 'numeric' });
  const isNear = sameYear.format(at) === sameYear.format(now);
  const date: Intl.DateTimeFormatOptions = {
    day: 'numeric',
    month: 'short',
    ...(isNear ? {} : { year: 'numeric' }),
  };
  return `${format(zone, date).format(at)} ${time}`;
}

/** As `moment`, by this machine's clock or UTC as it is chosen, with now as the page has it. */
export const clockOf = (at: number): string => moment(at, Date.now(), zoneFor());

/** Mon 30 Nov 2026, 14:03:07.250 CET: everything there is to say. */
export function exactMoment(at: number, zone?: string): string {
  const date = format(zone, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).format(at);
  const time = format(zone, { ...SECOND, fractionalSecondDigits: 3, timeZoneName: 'short' }).format(at);
  return `${date}, ${time}`;
}

/** Monday 30 November, for headings. */
export const dayOf = (at: number, zone?: string): string =>
  format(zone, { weekday: 'long', day: 'numeric', month: 'long' }).format(at);

/** 30 Nov */
export const shortDay = (at: number, zone?: string): string =>
  format(zone, { day: 'numeric', month: 'short' }).format(at);

/** 14:03 */
export const hourOf = (at: number, zone?: string): string =>
  format(zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
