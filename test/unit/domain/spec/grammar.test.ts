/** Every form of the grammar that is accepted, with the exact sets it stands for. */

import { describe, expect, test } from 'vitest';
import { readCron } from '../../../../src/domain/spec/grammar.js';
import type { DayOfMonthRule, DayOfWeekRule, Pattern } from '../../../../src/domain/spec/pattern.js';

const from = (low: number, high: number, step = 1): number[] =>
  Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, index) => low + index * step);

const read = (text: string): Pattern => readCron(text, undefined).pattern;

const dates = (list: number[], more: Partial<DayOfMonthRule> = {}): DayOfMonthRule => {
  return { dates: list, last: false, nearestWeekday: null, ...more };
};
const weekdays = (list: number[], more: Partial<DayOfWeekRule> = {}): DayOfWeekRule => {
  return { weekdays: list, last: [], nth: [], ...more };
};

test.each(['*/1,Wed#L,SAT#L', '?', 'wed', '1-5/2,Sun', 'FRIL', 'H', 'H(MON-FRI)/2', '*,sun'])(
  'six fields that end in %s are no command behind five',
  (weekday) => {
    expect(() => readCron(`1 2 3 * * ${weekday}`, 'x')).not.toThrow();
    expect(() => readCron(`3 4 * * ${weekday}`, 'x')).not.toThrow();
  },
);

test('five stars: every minute, in its first second', () => {
  expect(read('* * * * *')).toEqual({
    seconds: [0],
    minutes: from(0, 59),
    hours: from(0, 23),
    months: from(1, 12),
    days: { ofMonth: null, ofWeek: null },
  });
});

test('six fields begin with the second', () => {
  expect(read('*/20 1 2 3 4 5')).toEqual({
    seconds: [0, 20, 40],
    minutes: [1],
    hours: [2],
    months: [4],
    days: { ofMonth: dates([3]), ofWeek: weekdays([5]) },
  });
});

test.each([
  ['0', [0]],
  ['00', [0]],
  ['07', [7]],
  ['59', [59]],
  ['1,2,3', [1, 2, 3]],
  ['3,1,2,1', [1, 2, 3]],
  ['1,1', [1]],
  ['1-3', [1, 2, 3]],
  ['5-5', [5]],
  ['08-09', [8, 9]],
  ['1-10/3', [1, 4, 7, 10]],
  ['1-9/3', [1, 4, 7]],
  ['*/15', [0, 15, 30, 45]],
  ['*/1', from(0, 59)],
  ['*/010', from(0, 50, 10)],
  ['0-59/15', [0, 15, 30, 45]],
  ['*/10,*/15', [0, 10, 15, 20, 30, 40, 45, 50]],
  ['1-5,3-8,8', from(1, 8)],
  ['*,5', from(0, 59)],
  ['5,*/30', [0, 5, 30]],
  ['*/60', [0]],
  ['*/999999999', [0]],
  ['7-9/5', [7]],
])('minute %s', (text, minutes) => {
  expect(read(`${text} * * * *`).minutes).toEqual(minutes);
  expect(read(`${text} * * * * *`).seconds).toEqual(minutes);
});

test.each([
  ['*', from(0, 23)],
  ['*/1', from(0, 23)],
  ['0-23', from(0, 23)],
  ['0-11,12-23', from(0, 23)],
  ['22-23,0-2', [0, 1, 2, 22, 23]],
  ['*/7', [0, 7, 14, 21]],
])('hour %s', (text, hours) => {
  expect(read(`0 ${text} * * *`).hours).toEqual(hours);
});

test.each([
  ['JAN', [1]],
  ['jan,Dec', [1, 12]],
  ['mAr-MAY', [3, 4, 5]],
  ['2-DEC/5', [2, 7, 12]],
  ['NOV,12,1-FEB', [1, 2, 11, 12]],
  ['*/4', [1, 5, 9]],
  ['JAN,FEB,MAR,APR,MAY,JUN,JUL,AUG,SEP,OCT,NOV,DEC', from(1, 12)],
])('month %s', (text, months) => {
  expect(read(`0 0 * ${text} *`).months).toEqual(months);
});

test.each([
  ['1', dates([1])],
  ['31', dates([31])],
  ['*/10', dates([1, 11, 21, 31])],
  ['*/1', dates(from(1, 31))],
  ['1,*', dates(from(1, 31))],
  ['L', dates([], { last: true })],
  ['L,L', dates([], { last: true })],
  ['15,L,1-3', dates([1, 2, 3, 15], { last: true })],
  ['15W', dates([], { nearestWeekday: 15 })],
  ['01W', dates([], { nearestWeekday: 1 })],
  ['31W', dates([], { nearestWeekday: 31 })],
  ['LW', dates([], { nearestWeekday: 'last' })],
])('day of month %s', (text, rule) => {
  expect(read(`0 0 ${text} * *`).days).toEqual({ ofMonth: rule, ofWeek: null });
  expect(read(`0 0 ${text} * ?`).days).toEqual({ ofMonth: rule, ofWeek: null });
});

test.each([
  ['0', weekdays([0])],
  ['7', weekdays([0])],
  ['0,7', weekdays([0])],
  ['SUN,7,0', weekdays([0])],
  ['mon-Fri', weekdays([1, 2, 3, 4, 5])],
  ['FRI-SUN', weekdays([0, 5, 6])],
  ['5-0', weekdays([0, 5, 6])],
  ['5-7', weekdays([0, 5, 6])],
  ['0-7', weekdays(from(0, 6))],
  ['SUN-SAT', weekdays(from(0, 6))],
  ['SUN-7', weekdays(from(0, 6))],
  ['1-0', weekdays(from(0, 6))],
  ['0-0', weekdays([0])],
  ['7-7', weekdays([0])],
  ['7-0', weekdays([0])],
  ['SUN-SUN', weekdays([0])],
  ['0-7/2', weekdays([0, 2, 4, 6])],
  ['1-7/2', weekdays([0, 1, 3, 5])],
  ['FRI-SUN/2', weekdays([0, 5])],
  ['*/2', weekdays([0, 2, 4, 6])],
  ['*/3', weekdays([0, 3, 6])],
  ['*/7', weekdays([0])],
  ['*,1', weekdays(from(0, 6))],
  ['5L', weekdays([], { last: [5] })],
  ['0L,7L', weekdays([], { last: [0] })],
  ['5#2', weekdays([], { nth: [{ weekday: 5, n: 2 }] })],
  ['fri#2', weekdays([], { nth: [{ weekday: 5, n: 2 }] })],
  ['7#5,SUN#5', weekdays([], { nth: [{ weekday: 0, n: 5 }] })],
  ['5#L', weekdays([], { last: [5] })],
  ['FRI#L', weekdays([], { last: [5] })],
  ['FRIL', weekdays([], { last: [5] })],
  ['friL', weekdays([], { last: [5] })],
  ['SUNL', weekdays([], { last: [0] })],
  ['MON,SUNL,FRI#2', weekdays([1], { last: [0], nth: [{ weekday: 5, n: 2 }] })],
  [
    'FRI#3,1,FRI#1,5L,2L,MON#5',
    weekdays([1], {
      last: [2, 5],
      nth: [
        { weekday: 1, n: 5 },
        { weekday: 5, n: 1 },
        { weekday: 5, n: 3 },
      ],
    }),
  ],
])('day of week %s', (text, rule) => {
  expect(read(`0 0 * * ${text}`).days).toEqual({ ofMonth: null, ofWeek: rule });
  expect(read(`0 0 ? * ${text}`).days).toEqual({ ofMonth: null, ofWeek: rule });
});

test.each([
  ['? * ?', null, null],
  ['* * *', null, null],
  ['? * *', null, null],
  ['13 * FRI', dates([13]), weekdays([5])],
  ['*/2 * 1', dates(from(1, 31, 2)), weekdays([1])],
  ['L * 5L', dates([], { last: true }), weekdays([], { last: [5] })],
  ['LW * */2', dates([], { nearestWeekday: 'last' }), weekdays([0, 2, 4, 6])],
])('both day fields: %s', (text, ofMonth, ofWeek) => {
  expect(read(`0 0 ${text}`).days).toEqual({ ofMonth, ofWeek });
});

test.each([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
  [' \t@daily \t', '0 0 * * *'],
  ['  5\t1  * \t* *\t', '5 1 * * *'],
  ['\t0 5 1 * * *', '5 1 * * *'],
])('%j is %s', (text, same) => {
  expect(readCron(text, undefined).pattern).toEqual(readCron(same, undefined).pattern);
});

describe('days that come, if rarely', () => {
  test.each([
    '0 0 29 2 *',
    '0 0 29W 2 *',
    '0 0 30 2,3 *',
    '0 0 31 */2 *',
    '0 0 31W 4,5 *',
    '0 0 29-31 2 *',
    '0 0 30 2 MON',
    '0 0 31W 4 5#5',
    '0 0 L 2 *',
    '0 0 LW 2 *',
    '0 0 31,L 2 *',
    '0 0 * 2 5#5',
    '0 0 * 2 *',
  ])('%s', (text) => {
    expect(() => read(text)).not.toThrow();
  });
});

test('the longest text is read', () => {
  const long = `0 0 ${'31,'.repeat(82)}1 * *`;
  expect(long.length).toBe(255);
  expect(read(`${long} `).days.ofMonth).toEqual(dates([1, 31]));
});

test('no list is shared between two answers in a way that one could change the other', () => {
  const { minutes } = read('* * * * *');
  expect(() => (minutes as number[]).push(60)).toThrow();
  expect(read('* * * * *').minutes).toHaveLength(60);
});

describe('notes', () => {
  const notes = (text: string): string[] =>
    readCron(text, 'x')
      .notes()
      .map(({ note }) => note);

  test.each([
    [
      '*/90 * * * *',
      '"*/90" in minute: the step is as long as the range or longer, which leaves the one value 0; write "0"',
    ],
    ['0 */24 * * *', 'write "0"'],
    ['10-20/30 * * * *', 'write "10"'],
    ['0 0 */31 * *', 'write "1"'],
    ['0 0 * * FRI-SUN/3', 'write "5"'],
    ['H(5-9)/10 * * * *', 'write "H(5-9)"'],
    ['*/45 * * * *', 'the last step is 15m long; for even ones use every: 45m'],
    ['*/7 * * * * *', 'the last step is 4s long; for even ones use every: 7s'],
    ['0 */5 * * *', 'the last step is 4h long; for even ones use every: 5h'],
    [
      '0 0 */2 * MON',
      '"*/2" in day of month and "MON" in day of week: a day that meets either of them matches; write "*" in the one',
    ],
    ['0 0 13 * */2', 'either of them'],
    ['0 0 13 * FRI', '"13" in day of month and "FRI" in day of week'],
    ['0 0 L * 5L', 'either of them'],
    ['0 0 1-7 * 1', 'for the first MON of the month write "MON#1" in day of week and "*" in day of month'],
    ['0 0 8-14 * SUN', 'for the second SUN of the month write "SUN#2"'],
    ['0 0 22-28 * 7', 'write "SUN#4"'],
    ['0 0 25-31 * FRI', 'for the last FRI of the month write "FRIL"'],
    ['0 0 2-8 * FRI', 'write "*" in the one that is not meant'],
    ['0 0 1-7 * MON-TUE', 'write "*" in the one that is not meant'],
    [
      '0 30 7 ? * 2',
      '"2" in day of week: beside a "?" Quartz counts from 1 = Sunday, Carillon from 0 = Sunday; write names: "TUE" for what this means here, "MON" for what it means to Quartz',
    ],
    ['30 7 ? * 1', '"MON" for what this means here, "SUN"'],
    ['30 7 ? * 7', '"SUN" for what this means here, "SAT"'],
    ['30 7 ? * 2-6', '"TUE-SAT" for what this means here, "MON-FRI"'],
    ['30 7 ? * 6L', '"SATL" for what this means here, "FRIL"'],
    ['30 7 ? * 2#1,6#3', '"TUE#1,SAT#3" for what this means here, "MON#1,FRI#3"'],
    ['30 7 ? * 2-6/2', '"TUE-SAT/2" for what this means here, "MON-FRI/2"'],
    [
      '0 0 31 * *',
      '"31" in day of month: months without a 31st have no run; write "L" for the last day of every month',
    ],
    ['0 0 29 * *', 'months without a 29th'],
    ['0 0 30 2,3 *', 'months without a 30th'],
    ['0 0 15,31 * ?', '"15,31" in day of month'],
    ['0 0 29-31 * *', 'months without a 29th'],
    ['0 0 31W * *', 'write "LW" for the last Monday to Friday'],
    [
      '0 9 * * 1 *',
      'six fields begin with the second, so the hour of "0 9 * * 1 *" is "*"; if the last "*" was meant as a year, leave it out: "0 9 * * 1"; else write "9 * * 1 *"',
    ],
    ['30 2 * * * *', 'leave it out: "30 2 * * *"'],
    ['0 2 * * * *', 'leave it out: "0 2 * * *"; else write "2 * * * *"'],
    ['15 10 * 6 1-5 *', 'leave it out: "15 10 * 6 1-5"'],
  ])('%s', (text, note) => {
    expect(notes(text)).toEqual([expect.stringContaining(note)]);
  });

  test.each([
    '0 9 * * 1-5',
    '0 0 ? * MON',
    '0 0 ? * 0-5',
    '0 0 ? * */2',
    '0 0 ? * MON#2',
    '0 0 * * 2',
    '0 0 29 2 *',
    '0 0 31 1,3,5 *',
    '0 0 L,31 * *',
    '0 0 25-31 * *',
    '0 0 1-31/2 * *',
    '0 0 28 * *',
    '0 0 * * * *',
    '0 30 * * * *',
    '0 */5 * * * *',
    '*/10 * * * * *',
    '* * * * * *',
    '0 30 2 * * *',
    '0 5 * * 12 *',
    '0 5 * * JAN *',
    '5 * * * *',
  ])('none on %s', (text) => {
    expect(notes(text)).toEqual([]);
  });

  test('none on an H that only happens to leave one value', () => {
    const found = Array.from({ length: 50 }, (_, index) => readCron('H/40 * * * *', `s${index}`));
    expect(found.some(({ pattern }) => pattern.minutes.length === 1)).toBe(true);
    expect(found.flatMap(({ notes }) => notes())).toEqual([]);
  });

  test('the same one only once', () => {
    expect(notes('*/90,*/90 * * * *')).toHaveLength(1);
  });

  test.each([
    '* * * * *',
    '*/15 */6 * * MON-FRI',
    '0 0 */2 * *',
    '0 0 */2 * ?',
    '0 0 ? * */2',
    '5-5/1 * * * *',
    '0-5/5 * * * *',
    '1,8-50/7 * * * *',
    'H/15 H(0-7) * * *',
    '0 0 1 */5 *',
    '@weekly',
  ])('none on %s', (text) => {
    expect(notes(text)).toEqual([]);
  });
});
