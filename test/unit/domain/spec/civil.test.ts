/** Day numbers and dates agree with JavaScript's own calendar, and a month's days with a plain reading of the rules. */

import { describe, expect, it } from 'vitest';
import {
  DAY,
  dateOf,
  dayNumber,
  dayOf,
  daysInMonth,
  monthOf,
  weekdayOf,
  yearOf,
} from '../../../../src/domain/spec/civil.js';
import { compileMonthDays } from '../../../../src/domain/spec/month-days.js';
import type { DayRules } from '../../../../src/domain/spec/pattern.js';

describe('days and dates', () => {
  it('are those of Date, from the year 1 to the year 9999', () => {
    const first = Date.parse('0001-01-01T00:00:00Z') / DAY;
    const last = Date.parse('9999-12-31T00:00:00Z') / DAY;
    for (let day = first; day <= last; day += 97) {
      const date = dateOf(day);
      const reference = new Date(day * DAY);
      expect([yearOf(date), monthOf(date), dayOf(date), weekdayOf(day)]).toEqual([
        reference.getUTCFullYear(),
        reference.getUTCMonth() + 1,
        reference.getUTCDate(),
        reference.getUTCDay(),
      ]);
      expect(dayNumber(yearOf(date), monthOf(date), dayOf(date))).toBe(day);
    }
  });

  it('hold every day of a leap century', () => {
    for (let day = dayNumber(1999, 12, 31); day <= dayNumber(2001, 1, 1); day += 1) {
      const date = dateOf(day);
      expect(new Date(day * DAY).toISOString().slice(0, 10)).toBe(
        [yearOf(date), monthOf(date), dayOf(date)].map((part) => String(part).padStart(2, '0')).join('-'),
      );
    }
  });

  it.each([
    [1900, 28],
    [2000, 29],
    [2023, 28],
    [2024, 29],
    [2100, 28],
  ])('know February %i', (year, length) => {
    expect(daysInMonth(year, 2)).toBe(length);
  });
});

describe('the days of a month', () => {
  const days = (rules: Partial<DayRules>, year: number, month: number): number[] => {
    const bits = compileMonthDays({ ofMonth: null, ofWeek: null, ...rules })(year, month);
    return Array.from({ length: 31 }, (_, index) => index + 1).filter((day) => (bits >>> (day - 1)) & 1);
  };
  const dates = (rule: object) => ({ ofMonth: { dates: [], last: false, nearestWeekday: null, ...rule } });
  const weekly = (rule: object) => ({ ofWeek: { weekdays: [], last: [], nth: [], ...rule } });

  it('are all of them without a rule', () => {
    expect(days({}, 2026, 2)).toHaveLength(28);
    expect(days({}, 2026, 12)).toHaveLength(31);
  });

  it('leave out a date that the month has not', () => {
    expect(days(dates({ dates: [1, 30, 31] }), 2026, 2)).toEqual([1]);
    expect(days(dates({ dates: [29] }), 2028, 2)).toEqual([29]);
  });

  it('end with L', () => {
    expect(days(dates({ last: true }), 2026, 2)).toEqual([28]);
    expect(days(dates({ last: true, dates: [15] }), 2026, 4)).toEqual([15, 30]);
  });

  it.each([
    // 2026-08-01 is a Saturday, 2026-08-15 too, 2026-08-30 a Sunday, 2026-08-31 a Monday.
    ['1W on a Saturday stays in its month', 2026, 8, 1, 3],
    ['15W on a Saturday is the Friday before', 2026, 8, 15, 14],
    ['16W on a Sunday is the Monday after', 2026, 8, 16, 17],
    ['30W on a Sunday is the Monday after', 2026, 8, 30, 31],
    ['31W on a Sunday that ends the month is the Friday before', 2027, 1, 31, 29],
    ['12W on a Wednesday is itself', 2026, 8, 12, 12],
  ])('%s', (_, year, month, date, expected) => {
    expect(days(dates({ nearestWeekday: date }), year, month)).toEqual([expected]);
  });

  it('have no 31W in a month of 30 days', () => {
    expect(days(dates({ nearestWeekday: 31 }), 2026, 6)).toEqual([]);
  });

  it.each([
    [2026, 8, 31],
    [2026, 5, 29],
    [2026, 1, 30],
  ])('have LW in %i-%i on the %ith', (year, month, expected) => {
    expect(days(dates({ nearestWeekday: 'last' }), year, month)).toEqual([expected]);
  });

  it('have every, the last and the second Friday', () => {
    expect(days(weekly({ weekdays: [5] }), 2026, 8)).toEqual([7, 14, 21, 28]);
    expect(days(weekly({ last: [5] }), 2026, 8)).toEqual([28]);
    expect(days(weekly({ nth: [{ weekday: 5, n: 2 }] }), 2026, 8)).toEqual([14]);
    expect(days(weekly({ nth: [{ weekday: 5, n: 5 }] }), 2026, 8)).toEqual([]);
    expect(days(weekly({ nth: [{ weekday: 6, n: 5 }] }), 2026, 8)).toEqual([29]);
  });

  it('match either of two rules', () => {
    const rules = { ...dates({ dates: [13] }), ...weekly({ weekdays: [5] }) };
    expect(days(rules, 2026, 8)).toEqual([7, 13, 14, 21, 28]);
  });
});
