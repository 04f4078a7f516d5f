/** Which days of one month a pattern asks for, as one bit a day. */

import { dayNumber, daysInMonth, weekdayOf } from './civil.js';
import type { DayOfMonthRule, DayOfWeekRule, DayRules } from './pattern.js';

const ALL_DAYS = 0x7fff_ffff;

/** Bit n is day n + 1. */
export type MonthDays = (year: number, month: number) => number;

/** Answers for the month asked last are kept: a search asks for the same one many times in a row. */
export function compileMonthDays({ ofMonth, ofWeek }: DayRules): MonthDays {
  let known = Number.NaN;
  let days = 0;
  return (year, month) => {
    const asked = year * 16 + month;
    if (asked === known) return days;
    const length = daysInMonth(year, month);
    const within = ALL_DAYS >>> (31 - length);
    const first = weekdayOf(dayNumber(year, month, 1));
    if (!ofMonth && !ofWeek) days = within;
    else {
      const byDate = ofMonth ? datesOf(ofMonth, length, first) : 0;
      const byWeekday = ofWeek ? weekdaysOf(ofWeek, length, first) : 0;
      days = (byDate | byWeekday) & within;
    }
    known = asked;
    return days;
  };
}

/** `first`: the weekday of the month's first day. */
function datesOf(rule: DayOfMonthRule, length: number, first: number): number {
  let days = 0;
  for (const date of rule.dates) days |= bit(date);
  if (rule.last) days |= bit(length);
  const { nearestWeekday } = rule;
  if (nearestWeekday === 'last') days |= bit(nearestTo(length, length, first));
  else if (nearestWeekday !== null && nearestWeekday <= length)
    days |= bit(nearestTo(nearestWeekday, length, first));
  return days;
}

/** Saturday goes back to Friday and Sunday on to Monday, but never into another month. */
function nearestTo(date: number, length: number, first: number): number {
  const weekday = (first + date - 1) % 7;
  if (weekday === 6) return date === 1 ? 3 : date - 1;
  if (weekday === 0) return date === length ? date - 2 : date + 1;
  return date;
}

function weekdaysOf(rule: DayOfWeekRule, length: number, first: number): number {
  let days = 0;
  for (const weekday of rule.weekdays) {
    for (let date = firstOf(weekday, first); date <= length; date += 7) days |= bit(date);
  }
  for (const weekday of rule.last) {
    const date = firstOf(weekday, first);
    days |= bit(date + 7 * Math.floor((length - date) / 7));
  }
  for (const { weekday, n } of rule.nth) {
    const date = firstOf(weekday, first) + 7 * (n - 1);
    if (date <= length) days |= bit(date);
  }
  return days;
}

/** The date of the month's first such weekday. */
function firstOf(weekday: number, first: number): number {
  return ((weekday - first + 7) % 7) + 1;
}

function bit(date: number): number {
  return 1 << (date - 1);
}
