/** The next time that a wall clock shows what a pattern asks for; knows dates, but nothing of time zones. */

import {
  DAY,
  dateOf,
  dayNumber,
  dayOf,
  HOUR,
  lowestBit,
  MINUTE,
  monthOf,
  type PackedDate,
  SECOND,
  yearOf,
} from './civil.js';
import { compileMonthDays } from './month-days.js';
import type { Pattern } from './pattern.js';

/** Longer than the longest wait of any pattern: a fifth Friday in February can be 40 years away. */
const YEARS = 100;

/** Wall times are ms as `Date.UTC` counts them, of what the clock on the wall shows. */
export interface WallClock {
  /** The first matching wall time strictly after `wall`; infinite when there is none within 100 years. */
  next(wall: number): number;
  /** The days of a month that the pattern asks for, at whatever time: bit n is day n + 1. */
  daysOf(year: number, month: number): number;
}

export function compileWall(pattern: Pattern): WallClock {
  const secondFrom = firstFrom(pattern.seconds, 59);
  const minuteFrom = firstFrom(pattern.minutes, 59);
  const hourFrom = firstFrom(pattern.hours, 23);
  const monthFrom = firstFrom(pattern.months, 12);
  const monthDays = compileMonthDays(pattern.days);
  const firstSecond = at(secondFrom, 0) * SECOND;
  const firstMinute = at(minuteFrom, 0) * MINUTE + firstSecond;
  const firstTime = at(hourFrom, 0) * HOUR + firstMinute;

  /** The first matching time of a day at or after `time` (ms since midnight), or -1. */
  const timeFrom = (time: number): number => {
    const hour = Math.floor(time / HOUR);
    const inHour = time - hour * HOUR;
    const minute = Math.floor(inHour / MINUTE);
    const later = at(hourFrom, hour);
    if (later === hour) {
      const found = at(minuteFrom, minute);
      if (found === minute) {
        const second = at(secondFrom, Math.floor((inHour - minute * MINUTE) / SECOND));
        if (second >= 0) return hour * HOUR + minute * MINUTE + second * SECOND;
      }
      const next = found === minute ? at(minuteFrom, minute + 1) : found;
      if (next >= 0) return hour * HOUR + next * MINUTE + firstSecond;
    }
    const next = later === hour ? at(hourFrom, hour + 1) : later;
    return next >= 0 ? next * HOUR + firstMinute : -1;
  };

  /** The first day asked for at or after a date, or infinity. */
  const dayFrom = (from: PackedDate): number => {
    const last = yearOf(from) + YEARS;
    let year = yearOf(from);
    let month = monthOf(from);
    let day = dayOf(from);
    while (year <= last) {
      const asked = at(monthFrom, month);
      if (asked < 0) {
        year += 1;
        month = 1;
        day = 1;
        continue;
      }
      if (asked !== month) day = 1;
      month = asked;
      const left = monthDays(year, month) >>> (day - 1);
      if (left !== 0) return dayNumber(year, month, day + lowestBit(left));
      month += 1;
      day = 1;
    }
    return Number.POSITIVE_INFINITY;
  };

  const daysOf = (year: number, month: number): number =>
    at(monthFrom, month) === month ? monthDays(year, month) : 0;

  return {
    next(wall) {
      const from = (Math.floor(wall / SECOND) + 1) * SECOND;
      const day = Math.floor(from / DAY);
      const date = dateOf(day);
      if (((daysOf(yearOf(date), monthOf(date)) >>> (dayOf(date) - 1)) & 1) === 1) {
        const time = timeFrom(from - day * DAY);
        if (time >= 0) return day * DAY + time;
      }
      return dayFrom(dateOf(day + 1)) * DAY + firstTime;
    },
    daysOf,
  };
}

/** For each number up to one past `max`: the first member at or after it, or -1. */
function firstFrom(members: readonly number[], max: number): Int8Array {
  const table = new Int8Array(max + 2).fill(-1);
  for (const member of members) table[member] = member;
  for (let value = max; value >= 0; value -= 1) {
    if (table[value] === -1) table[value] = at(table, value + 1);
  }
  return table;
}

function at(table: Int8Array, index: number): number {
  return table[index] ?? -1;
}
