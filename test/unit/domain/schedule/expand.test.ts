import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dueOf, expand, firstAfter, nextRuns, runsLeft } from '../../../../src/domain/schedule/expand.js';
import { define, instant } from './definitions.js';

const nominals = (expansion: ReturnType<typeof expand>) =>
  expansion.occurrences.map(({ nominal }) => nominal);

test('the range is open at its beginning and closed at its end, and next is the first beyond it', () => {
  const found = expand(define({ every: '1s' }), 1_000, 4_000, 10);
  expect(nominals(found)).toEqual([2_000, 3_000, 4_000]);
  expect(found.next).toBe(5_000);
});

test('startAt is within, endAt is not, and after the last one there is no next', () => {
  const definition = define({
    every: '1h',
    startAt: '2026-03-01T10:00:00Z',
    endAt: '2026-03-01T12:00:00Z',
  });
  const found = expand(definition, 0, Number.POSITIVE_INFINITY, 10);
  expect(nominals(found)).toEqual([instant('2026-03-01T10:00:00Z'), instant('2026-03-01T11:00:00Z')]);
  expect(found.next).toBeNull();
});

test('at most limit, and next is where to go on', () => {
  const found = expand(define({ every: '1s' }), 0, 100_000, 3);
  expect(nominals(found)).toEqual([1_000, 2_000, 3_000]);
  expect(found.next).toBe(4_000);
});

test('a range before the first instant is empty and names it', () => {
  const definition = define({ at: '2026-03-01T10:00:00Z' });
  expect(expand(definition, 0, 1, 10)).toEqual({ occurrences: [], next: instant('2026-03-01T10:00:00Z') });
  expect(expand(definition, instant('2026-03-01T10:00:00Z'), Number.POSITIVE_INFINITY, 10).next).toBeNull();
});

test('a preview of what is not enabled is empty, and that of a shadow is not', () => {
  expect(nextRuns(define({ every: '1s' }), 0, 2).map(({ nominal }) => nominal)).toEqual([1_000, 2_000]);
  expect(nextRuns(define({ every: '1s', enabled: false }), 0, 2)).toEqual([]);
  expect(nextRuns(define({ every: '1s', enabled: 'shadow' }), 0, 2)).toHaveLength(2);
});

test('however a range is cut, the pieces make the whole', () => {
  const schedules = [
    define({ every: '7m', phase: '3s' }),
    define({ cron: ['*/17 * * * *', '5 3 * * MON'], timezone: 'America/New_York' }),
    define({ cron: '30 1 * * *', timezone: 'America/New_York' }),
    define({ every: '90s', jitter: '5m', exclude: [{ cron: '* 3-5 * * *' }, '2026-11-02'] }),
  ];
  const from = instant('2026-10-31T00:00:00Z');
  const days = 3 * 86_400_000;
  fc.assert(
    fc.property(
      fc.constantFrom(...schedules),
      fc.array(fc.nat({ max: days }), { maxLength: 6 }),
      fc.integer({ min: 1, max: 50 }),
      (definition, cuts, limit) => {
        const whole = nominals(expand(definition, from, from + days, Number.POSITIVE_INFINITY));
        const pieces: number[] = [];
        let after = from;
        for (const cut of [...cuts, days].sort((a, b) => a - b)) {
          for (;;) {
            const piece = expand(definition, after, from + cut, limit);
            pieces.push(...nominals(piece));
            after = from + cut;
            if (piece.next === null || piece.next > from + cut) break;
            after = piece.next - 1;
          }
        }
        expect(pieces).toEqual(whole);
      },
    ),
    { numRuns: 60 },
  );
});

test('what is left out is not there, and the search goes on behind it', () => {
  const definition = define({
    every: '6h',
    timezone: 'Europe/Berlin',
    exclude: ['2026-12-25', '2026-12-27..2026-12-28'],
  });
  const found = expand(definition, instant('2026-12-24T11:00:00Z'), instant('2026-12-29T06:00:00Z'), 100);
  // Days of Berlin: Christmas begins at 23:00 UTC.
  expect(nominals(found).map((ms) => new Date(ms).toISOString().slice(5, 13))).toEqual([
    '12-24T12',
    '12-24T18',
    '12-26T00',
    '12-26T06',
    '12-26T12',
    '12-26T18',
    '12-29T00',
    '12-29T06',
  ]);
});

test('startAt and endAt hold for what is left, too', () => {
  const bounds = { startAt: '2026-03-01T10:00:00Z', endAt: '2026-03-01T13:00:00Z' };
  const definition = define({ every: '1h', ...bounds, exclude: [{ cron: '* 10 * * *' }] });
  const found = expand(definition, 0, Number.POSITIVE_INFINITY, 10);
  expect(nominals(found)).toEqual([instant('2026-03-01T11:00:00Z'), instant('2026-03-01T12:00:00Z')]);
  expect(found.next).toBeNull();
});

test('left out for ever ends the search', () => {
  const definition = define({ every: '1h', exclude: ['2026-06-01..2300-01-01'] });
  expect(firstAfter(definition, instant('2026-06-01T00:00:00Z'))).toBeNull();
  expect(firstAfter(definition, instant('2026-05-31T22:00:00Z'))).toBe(instant('2026-05-31T23:00:00Z'));
});

test('jitter makes due times that stand in the order of their instants, each before the next instant', () => {
  for (const fields of [
    { every: '1m', jitter: '30s' },
    { every: '1m', jitter: '1h' },
    { cron: ['*/7 * * * *', '3 * * * *'], jitter: '5m' },
    { every: '1m', jitter: '10m', exclude: [{ cron: '*/2 * * * *' }] },
  ]) {
    const definition = define(fields);
    const { occurrences, next } = expand(definition, 0, Number.POSITIVE_INFINITY, 500);
    occurrences.forEach(({ nominal, due }, index) => {
      const following = occurrences[index + 1]?.nominal ?? next ?? 0;
      expect(due).toBeGreaterThanOrEqual(nominal);
      expect(due).toBeLessThan(following);
      expect(due - nominal).toBeLessThanOrEqual(definition.jitter ?? 0);
      expect(dueOf(definition, nominal)).toBe(due);
    });
    expect(new Set(occurrences.map(({ nominal, due }) => due - nominal)).size).toBeGreaterThan(400);
  }
});

test('jitter is the same however one gets there, and another for another schedule', () => {
  const fields = { every: '1h', jitter: '30m' };
  const whole = expand(define(fields), 0, Number.POSITIVE_INFINITY, 50).occurrences;
  const late = expand(define(fields), whole[9]?.nominal ?? 0, Number.POSITIVE_INFINITY, 40).occurrences;
  expect(late).toEqual(whole.slice(10));
  const other = expand(define(fields, 'other'), 0, Number.POSITIVE_INFINITY, 50).occurrences;
  expect(other.filter(({ due }, index) => due === whole[index]?.due).length).toBeLessThan(3);
});

test('the last instant has no next one that would cap its jitter', () => {
  const definition = define({ at: '2026-03-01T10:00:00Z', jitter: '52w' });
  expect(dueOf(definition, instant('2026-03-01T10:00:00Z'))).toBeGreaterThan(instant('2026-03-02T00:00:00Z'));
});

test('what is left of maxRuns', () => {
  expect(runsLeft(define({ every: '1s' }), 5)).toBe(Number.POSITIVE_INFINITY);
  expect([0, 2, 3, 9].map((runs) => runsLeft(define({ every: '1s', maxRuns: 3 }), runs))).toEqual([
    3, 1, 0, 0,
  ]);
});

describe('what is left out for months, one run after another', () => {
  test.each([
    [
      'every minute but in summer',
      { every: '1m', exclude: [{ cron: '0 * * * 6-9 *' }] },
      '2026-06-01',
      '2026-10-01',
    ],
    [
      'every minute of three months',
      { cron: '* * * * *', exclude: [{ cron: '0 * * * 6-8 *' }] },
      '2026-06-01',
      '2026-09-01',
    ],
    [
      'all months but one',
      { cron: '*/2 * * * *', exclude: [{ cron: '*/2 * * 1-11 *' }] },
      '2026-01-01',
      '2026-12-01',
    ],
    [
      'two days, by two crons that hold every second',
      { every: '1s', exclude: [{ cron: '0-58 * * * * MON,TUE' }, { cron: '59 * * * * MON,TUE' }] },
      '2026-06-01',
      '2026-06-03',
    ],
    [
      'a daily run, for decades',
      { cron: '0 12 * * *', exclude: ['2020-01-01..2089-12-31'] },
      '2026-06-01',
      '2090-01-01T12:00:00Z',
    ],
  ])('%s', (_, keys, after, expected) => {
    expect(firstAfter(define(keys), Date.parse(after) - 1)).toBe(Date.parse(expected));
  });

  test('is no end when it is too much to look through', () => {
    const exclude = { timezone: 'UTC', items: [{ cron: '0,30 * * * 1-11 *' }] };
    const definition = { ...define({ every: '90s' }), exclude };
    expect(() => firstAfter(definition, Date.parse('2026-01-01'))).toThrow(/leaves out more than/);
    expect(firstAfter(definition, Date.parse('2026-11-01'))).toBe(Date.parse('2026-12-01'));
  });
});
