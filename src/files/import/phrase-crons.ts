/** What a phrase has said, as cron expressions: fewer than its times where their minutes or hours are the same. */

import { grouped } from '../../runtime/grouped.js';
import type { PhraseTime } from './phrase-times.js';

export type Unit = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/** Collected word by word. */
export interface Said {
  unit?: Unit;
  /** Of units. */
  count: number;
  /** Where counting units begins. */
  start?: number;
  /** Lists of values that were named. */
  seconds?: string;
  minutes?: string;
  hours?: string;
  /** Hours, both named. */
  within?: { from: number; to: number };
  /** `on the hour`, `on the minute`. */
  onThe?: 'hour' | 'minute';
  dates: string[];
  weekdays: string[];
  times: PhraseTime[];
}

/** Undefined where its parts do not go together. */
export function cronsOf(said: Said): string[] | undefined {
  const { unit, count } = said;
  if (
    unit === undefined &&
    said.times.length === 0 &&
    !said.within &&
    !daysOf(said).some((days) => days !== undefined)
  ) {
    return undefined;
  }
  if (unit === 'second' || unit === 'minute' || unit === 'hour') {
    const one =
      said.times.length > 0
        ? undefined
        : shortCron(said, unit === 'second' ? inMinutes(said, count) : { unit, count });
    return one === undefined ? undefined : [one];
  }
  if (said.within)
    return [shortCron(said, { unit: said.onThe ?? (said.minutes ? 'minute' : 'hour'), count: 1 })].filter(
      (one) => one !== undefined,
    );
  return longCrons(said);
}

const daysOf = ({ dates, weekdays }: Said): [string | undefined, string | undefined] => [
  dates.length > 0 ? dates.join(',') : undefined,
  weekdays.length > 0 ? weekdays.join(',') : undefined,
];

/** Seconds that are whole minutes or hours are those. */
function inMinutes({ start }: Said, count: number): { unit: Unit; count: number } {
  if (start !== undefined) return { unit: 'second', count };
  if (count % 3_600 === 0) return { unit: 'hour', count: count / 3_600 };
  return count % 60 === 0 ? { unit: 'minute', count: count / 60 } : { unit: 'second', count };
}

/** Seconds, minutes and hours, within hours or without, on some days or on all. */
function shortCron(said: Said, given: { unit: Unit; count: number }): string | undefined {
  const whole = given.unit === 'minute' && given.count >= 60 && given.count % 60 === 0;
  const { unit, count } = whole ? { unit: 'hour', count: given.count / 60 } : given;
  if (count > (unit === 'hour' ? 23 : 59)) return undefined;
  const [dates = '*', weekdays = '*'] = daysOf(said);
  const days = `${dates} * ${weekdays}`;
  const stepped = stepOf(count, said.start, unit === 'hour' ? 23 : 59);
  if (unit === 'hour') {
    const hours = said.within ? `${said.within.from}-${said.within.to}` : (said.hours ?? stepped);
    return withSeconds(said, `${said.minutes ?? '0'} ${hours} ${days}`);
  }
  // What runs within an hour has ended when the last one is named.
  const hours = said.within ? `${said.within.from}-${said.within.to - 1}` : (said.hours ?? '*');
  if (unit === 'minute') return withSeconds(said, `${said.minutes ?? stepped} ${hours} ${days}`);
  return said.minutes === undefined ? `${said.seconds ?? stepped} * ${hours} ${days}` : undefined;
}

function stepOf(count: number, start: number | undefined, most: number): string {
  if (start !== undefined) return `${start}-${most}${count === 1 ? '' : `/${count}`}`;
  return count === 1 ? '*' : `*/${count}`;
}

/** Days and longer: at each of the times, or at midnight. */
function longCrons(said: Said): string[] | undefined {
  const around = longDays(said);
  const named = said.minutes ?? said.hours;
  if (around === undefined || (said.times.length > 0 && named !== undefined)) return undefined;
  if (said.times.length === 0)
    return [withSeconds(said, `${said.minutes ?? '0'} ${said.hours ?? '0'} ${around}`)];
  const hoursAt = (minute: number): string =>
    inOrder(said.times.filter((time) => time.minute === minute).map(({ hour }) => hour));
  const minutesOf = grouped(new Set(said.times.map(({ minute }) => minute)), hoursAt);
  return [...minutesOf].map(([hours, minutes]) =>
    withSeconds(said, `${inOrder(minutes)} ${hours} ${around}`),
  );
}

const inOrder = (values: readonly number[]): string => [...new Set(values)].sort((a, b) => a - b).join(',');

function longDays(said: Said): string | undefined {
  const { unit = 'day', count, start } = said;
  const [dates, weekdays] = daysOf(said);
  if (start !== undefined && (dates ?? weekdays) !== undefined) return undefined;
  if (unit === 'day') {
    if (count > 1 && (dates ?? weekdays) !== undefined) return undefined;
    return `${dates ?? stepOf(count, start, 31)} * ${weekdays ?? '*'}`;
  }
  if (unit === 'week' && count === 1) return `* * ${weekdays ?? '0'}`;
  if (unit === 'month' && count <= 12) {
    return `${dates ?? (weekdays ? '*' : '1')} ${stepOf(count, start, 12)} ${weekdays ?? '*'}`;
  }
  return unit === 'year' && count === 1 ? `${dates ?? '1'} 1 ${weekdays ?? '*'}` : undefined;
}

const withSeconds = ({ seconds }: Said, cron: string): string =>
  seconds === undefined ? cron : `${seconds} ${cron}`;
