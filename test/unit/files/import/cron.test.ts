/** Foreign cron expressions: what each becomes, and that fields mean the same whoever counts. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCron } from '../../../../src/domain/spec/grammar.js';
import {
  BULLMQ,
  CELERY,
  convertCron,
  type Dialect,
  EVENTBRIDGE,
  FUGIT,
  KUBERNETES,
  QUARTZ,
  SPRING,
  VIXIE,
} from '../../../../src/files/import/cron.js';
import { Refusal } from '../../../../src/files/import/draft.js';

const all = { VIXIE, KUBERNETES, FUGIT, CELERY, BULLMQ, QUARTZ, SPRING, EVENTBRIDGE };
type Name = keyof typeof all;
const convert = (name: Name, text: string, zone?: string) => {
  const { notes: _, ...converted } = convertCron(text, all[name], zone);
  return converted;
};

describe('what is legal here stays as it is written', () => {
  it.each<[Name, string]>([
    ['VIXIE', '*/5 8-18/2 1,15 jan-mar MON-FRI'],
    ['VIXIE', '0 0 1 * 7'],
    ['VIXIE', '05 00 * * sun'],
    ['KUBERNETES', '0 0 1 * 1'],
    ['KUBERNETES', '@weekly'],
    ['FUGIT', '*/20 * * * * *'],
    ['FUGIT', '0 22 L * *'],
    ['FUGIT', '15 9 * * mon#2'],
    ['CELERY', '0 */3,8-17 * * *'],
    ['BULLMQ', '0 0 12 * * 5L'],
  ])('%s %s', (name, text) => expect(convert(name, text)).toEqual({ cron: text }));
});

describe('what means something else is rewritten', () => {
  it.each<[Name, string, string]>([
    ['VIXIE', '@Daily', '@daily'],
    ['KUBERNETES', '0/15 * * * ?', '0-59/15 * * * *'],
    ['KUBERNETES', '*/1 2/4 1/3 1/3 ?', '* 2-23/4 1-31/3 1-12/3 *'],
    ['KUBERNETES', '0 0 ? * 1/2', '0 0 * * 1-6/2'],
    ['FUGIT', '0 22-2 * * mon#-1', '0 22-23,0-2 * * MON#L'],
    ['FUGIT', '0 0 * * fri-mon', '0 0 * * FRI-SAT,SUN-MON'],
    ['CELERY', '0 22-4/3 * 11-2 sunday', '0 22,1,4 * 11-12,1-2 SUN'],
    ['CELERY', '0 9 1-7 * mon', '0 9 * * MON#1'],
    ['CELERY', '0 9 8-14 * tue,thursday', '0 9 * * TUE#2,THU#2'],
    ['CELERY', '0 9 29-31 * 0', '0 9 * * SUN#5'],
    ['CELERY', '0 9 1,2,3,4,5,6,7 * 1-2', '0 9 * * MON#1,TUE#1'],
    ['CELERY', '0 9 13 * 0-6', '0 9 13 * *'],
    ['CELERY', '0 9 1-31 * 5', '0 9 * * 5'],
    ['VIXIE', '0 0 */1 * 5', '0 0 * * 5'],
    ['VIXIE', '0 9 1-7 * 1', '0 9 1-7 * 1'],
    ['QUARTZ', '0 15 10 ? * 2-6', '15 10 * * MON-FRI'],
    ['QUARTZ', '0 15 10 ? * 1', '15 10 * * SUN'],
    ['QUARTZ', '0 15 10 ? * 7', '15 10 * * SAT'],
    ['QUARTZ', '0 15 10 ? * 1-7', '15 10 * * *'],
    ['QUARTZ', '0 15 10 ? * 7-2', '15 10 * * SAT,SUN-MON'],
    ['QUARTZ', '0 15 10 ? * FRI-SUN', '15 10 * * FRI-SAT,SUN'],
    ['QUARTZ', '0 15 10 ? * 2/2', '15 10 * * MON-SAT/2'],
    ['QUARTZ', '0 15 10 ? * 6L', '15 10 * * FRIL'],
    ['QUARTZ', '0 15 10 ? * 6#3', '15 10 * * FRI#3'],
    ['QUARTZ', '0 15 10 ? * L', '15 10 * * SAT'],
    ['QUARTZ', '0 15 10 lw * ?', '15 10 LW * *'],
    ['QUARTZ', '/5 * * * * ?', '*/5 * * * * *'],
    ['QUARTZ', '0 0 0 1 1 ? *', '0 0 1 1 *'],
    ['SPRING', '0 0 9 * * 1-5', '0 9 * * 1-5'],
    ['SPRING', '0 0 9 * * 7', '0 9 * * 7'],
    ['SPRING', '0 0 9 * * */2', '0 9 * * 1-7/2'],
    ['SPRING', '0 0 9 * * 1/2', '0 9 * * 1-7/2'],
    ['SPRING', '0 0 9 * * 7-2', '0 9 * * 0-2'],
    ['SPRING', '10 0 9 1-7 * MON', '10 0 9 * * MON#1'],
    ['EVENTBRIDGE', '0 8 ? * 2-6 *', '0 8 * * MON-FRI'],
    ['EVENTBRIDGE', '0/10 * ? * SUN,3 *', '0-59/10 * * * SUN,TUE'],
  ])('%s %s is %s', (name, text, cron) => expect(convert(name, text)).toEqual({ cron }));
});

describe('years become bounds', () => {
  it.each<[Name, string, string | undefined, object]>([
    [
      'QUARTZ',
      '0 0 0 1 1 ? 2027',
      undefined,
      { startAt: '2027-01-01T00:00:00Z', endAt: '2028-01-01T00:00:00Z' },
    ],
    [
      'QUARTZ',
      '0 0 0 1 1 ? 2027-2029',
      'Europe/Berlin',
      { startAt: '2026-12-31T23:00:00Z', endAt: '2029-12-31T23:00:00Z' },
    ],
    [
      'QUARTZ',
      '0 0 0 1 1 ? 2028,2027',
      undefined,
      { startAt: '2027-01-01T00:00:00Z', endAt: '2029-01-01T00:00:00Z' },
    ],
    ['QUARTZ', '0 0 0 1 1 ? 2027/1', undefined, { startAt: '2027-01-01T00:00:00Z' }],
    ['EVENTBRIDGE', '0 0 1 1 ? 2027-2199', undefined, { startAt: '2027-01-01T00:00:00Z' }],
    ['EVENTBRIDGE', '0 0 1 1 ? 1970-2030', undefined, { endAt: '2031-01-01T00:00:00Z' }],
    ['EVENTBRIDGE', '0 0 1 1 ? *', undefined, {}],
  ])('%s %s in %s', (name, text, zone, bounds) =>
    expect(convert(name, text, zone)).toEqual({ cron: '0 0 1 1 *', ...bounds }),
  );
});

describe('what has no counterpart is refused', () => {
  it.each<[Name, string, string]>([
    ['VIXIE', '@reboot', 'no start of the machine'],
    ['VIXIE', '@fortnightly', 'no nickname'],
    ['VIXIE', '* * * *', '4 fields, and cron takes 5'],
    [
      'VIXIE',
      '0 0 */2 * 1',
      'cron: "0 0 */2 * *" with exclude: [{ cron: "* * * * SUN,TUE,WED,THU,FRI,SAT" }]',
    ],
    ['CELERY', '0 9 13 * 5', 'no counterpart'],
    ['CELERY', '0 9 1-8 * 5', 'no counterpart'],
    ['SPRING', '0 9 * * *', '5 fields, and Spring takes 6'],
    ['SPRING', '0 0 9 L * FRI', 'no counterpart'],
    ['QUARTZ', '0 9 * * ?', '5 fields, and Quartz takes 6 or 7'],
    ['QUARTZ', '0 0 9 1 * 2', 'both day fields are restricted'],
    ['QUARTZ', '0 0 9 1 * ? 2027,2029', 'do not follow each other'],
    ['QUARTZ', '0 0 9 1 * ? 2027/2', 'do not follow each other'],
    ['QUARTZ', '0 0 9 1 * ? soon', 'no year field'],
    ['EVENTBRIDGE', '0 9 * * ? * *', '7 fields'],
  ])('%s %s', (name, text, words) => {
    expect(() => convert(name, text)).toThrow(Refusal);
    expect(() => convert(name, text)).toThrow(words);
  });
});

interface Stretch {
  from: number;
  to: number | undefined;
  step: number | undefined;
  star: boolean;
}

/** A range with a step, as a foreign field counts it. */
const stretch = (min: number, max: number): fc.Arbitrary<Stretch> =>
  fc.record({
    from: fc.integer({ min, max }),
    to: fc.option(fc.integer({ min, max }), { nil: undefined }),
    step: fc.option(fc.integer({ min: 1, max: max - min }), { nil: undefined }),
    star: fc.boolean(),
  });
const written = ({ from, to, step, star }: Stretch): string =>
  `${star ? '*' : to === undefined ? from : `${from}-${to}`}${step === undefined ? '' : `/${step}`}`;

/** Counted one by one, over the end where a range runs backwards. */
function valuesOf({ from, to, step, star }: Stretch, min: number, max: number): number[] {
  const size = max - min + 1;
  const low = star ? min : from;
  const end = star ? max : (to ?? (step === undefined ? from : max));
  const high = end < low ? end + size : end;
  const values: number[] = [];
  for (let at = low; at <= high; at += step ?? 1) values.push(min + ((at - min) % size));
  return values;
}

const sorted = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

describe('a field means the same, however it is counted', () => {
  const holds = (
    dialect: Dialect,
    [min, max]: readonly [number, number],
    place: (field: string) => string,
    read: (cron: string) => readonly number[],
    day: (value: number) => number = (value) => value,
  ): void => {
    fc.assert(
      fc.property(fc.array(stretch(min, max), { minLength: 1, maxLength: 3 }), (stretches) => {
        const { cron } = convertCron(place(stretches.map(written).join(',')), dialect);
        const wanted = stretches.flatMap((one) => valuesOf(one, min, max)).map(day);
        expect(sorted(read(cron))).toEqual(sorted(wanted));
      }),
      { numRuns: 300 },
    );
  };
  const weekdays = (cron: string): readonly number[] =>
    readCron(cron, '').pattern.days.ofWeek?.weekdays ?? [0, 1, 2, 3, 4, 5, 6];

  it('days of the week of Quartz, 1 is Sunday', () =>
    holds(
      QUARTZ,
      [1, 7],
      (field) => `0 0 0 ? * ${field}`,
      weekdays,
      (value) => value - 1,
    ));
  it('days of the week of Spring, 7 is Sunday', () =>
    holds(
      SPRING,
      [1, 7],
      (field) => `0 0 0 * * ${field}`,
      weekdays,
      (value) => value % 7,
    ));
  it('days of the week of Celery, 0 is Sunday', () =>
    holds(CELERY, [0, 6], (field) => `0 0 * * ${field}`, weekdays));
  it('minutes of Quartz', () =>
    holds(
      QUARTZ,
      [0, 59],
      (field) => `0 ${field} * * * ?`,
      (cron) => readCron(cron, '').pattern.minutes,
    ));
  it('hours of Celery', () =>
    holds(
      CELERY,
      [0, 23],
      (field) => `0 ${field} * * *`,
      (cron) => readCron(cron, '').pattern.hours,
    ));
  it('months of fugit', () =>
    holds(
      FUGIT,
      [1, 12],
      (field) => `0 0 1 ${field} *`,
      (cron) => readCron(cron, '').pattern.months,
    ));
  it('days of the month of EventBridge', () =>
    holds(
      EVENTBRIDGE,
      [1, 31],
      (field) => `0 0 ${field} * ? *`,
      (cron) =>
        readCron(cron, '').pattern.days.ofMonth?.dates ?? Array.from({ length: 31 }, (_, index) => index + 1),
    ));
});
