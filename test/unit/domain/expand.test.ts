import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expand, nextRuns } from '../../../src/domain/expand.js';
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

test('a preview of what is not enabled is empty', () => {
  expect(nextRuns(define({ every: '1s' }), 0, 2)).toEqual([1_000, 2_000]);
  expect(nextRuns(define({ every: '1s', enabled: false }), 0, 2)).toEqual([]);
  expect(nextRuns(define({ every: '1s', enabled: 'shadow' }), 0, 2)).toEqual([]);
});

test('however a range is cut, the pieces make the whole', () => {
  const schedules = [
    define({ every: '7m', phase: '3s' }),
    define({ cron: ['*/17 * * * *', '5 3 * * MON'], timezone: 'America/New_York' }),
    define({ cron: '30 1 * * *', timezone: 'America/New_York' }),
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
