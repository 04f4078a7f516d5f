import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  divide,
  GRACE,
  isLate,
  lateBefore,
  missedBetween,
} from '../../../../src/domain/schedule/catch-up.js';
import { dueOf, expand } from '../../../../src/domain/schedule/expand.js';
import type { ScheduleDefinition } from '../../../../src/domain/schedule/schedule.js';
import { define, instant } from './definitions.js';

const DAY = 86_400_000;
const NOW = instant('2026-06-15T12:00:00Z');

/** Divides until nothing late is left, as the planner does. */
function divideAll(definition: ScheduleDefinition, cursor: number, now: number, limit: number) {
  const fired: number[] = [];
  const missed: { from: number; to: number; count: number }[] = [];
  let next: number | null = cursor;
  let calls = 0;
  while (next !== null && isLate(definition, next, now)) {
    const part = divide(definition, next, now, GRACE, limit);
    fired.push(...part.fired.map(({ nominal }) => nominal));
    missed.push(...part.missed);
    expect(part.next === null || part.next > next).toBe(true);
    next = part.next;
    calls += 1;
  }
  return { fired, missed, next, calls };
}

describe('policies', () => {
  const cursor = NOW - 10 * 3_600_000;
  const hourly = (catchUp: object) => define({ every: '1h', catchUp });

  test('none: every late instant is missed', () => {
    const { fired, missed, next } = divide(hourly({ policy: 'none' }), cursor, NOW, GRACE, 1000);
    expect(fired).toEqual([]);
    expect(missed).toEqual([{ from: cursor, to: NOW - 3_600_000, count: 10 }]);
    expect(next).toBe(NOW);
  });

  test('latest: the last one within the window fires', () => {
    const { fired, missed } = divide(hourly({ policy: 'latest' }), cursor, NOW, GRACE, 1000);
    expect(fired.map(({ nominal }) => nominal)).toEqual([NOW - 3_600_000]);
    expect(missed).toEqual([{ from: cursor, to: NOW - 2 * 3_600_000, count: 9 }]);
  });

  test('latest: nothing fires when the last one is older than the window', () => {
    const { fired, missed } = divide(hourly({ policy: 'latest', window: '30m' }), cursor, NOW, GRACE, 1000);
    expect(fired).toEqual([]);
    expect(missed).toEqual([{ from: cursor, to: NOW - 3_600_000, count: 10 }]);
  });

  test('all: the most recent max within the window fire', () => {
    const all = (rest: object) =>
      divide(hourly({ policy: 'all', ...rest }), cursor, NOW, GRACE, 1000).fired.map(
        ({ nominal }) => (NOW - nominal) / 3_600_000,
      );
    expect(all({})).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(all({ max: 3 })).toEqual([3, 2, 1]);
    expect(all({ window: '5h' })).toEqual([5, 4, 3, 2, 1]);
  });

  test('late by no more than the grace is not late', () => {
    const minutely = define({ every: '1m', catchUp: { policy: 'none' } });
    const part = divide(minutely, NOW - 60_000, NOW, GRACE, 1000);
    expect(part).toEqual({ fired: [], missed: [], next: NOW - 60_000 });
    expect(divide(minutely, NOW - 60_000, NOW + 1, GRACE, 1000).missed).toHaveLength(1);
  });

  test('the grace is never longer than the window', () => {
    const strict = define({ every: '1s', catchUp: { policy: 'latest', window: '5s' } });
    const { missed, fired, next } = divide(strict, NOW - 30_000, NOW, GRACE, 1000);
    expect(missed).toEqual([{ from: NOW - 30_000, to: NOW - 6_000, count: 25 }]);
    expect(fired).toEqual([]);
    expect(next).toBe(NOW - 5_000);
  });

  test('a single instant and the end of a schedule leave nothing next', () => {
    const once = define({ at: new Date(NOW - 3_600_000) });
    expect(divide(once, NOW - 3_600_000, NOW, GRACE, 10)).toEqual({
      fired: [{ nominal: NOW - 3_600_000, due: NOW - 3_600_000 }],
      missed: [],
      next: null,
    });
  });
});

test('a month of every second is divided in one step', () => {
  const definition = define({ every: '1s', catchUp: { policy: 'all', max: 5 } });
  const { fired, missed, calls } = divideAll(definition, NOW - 30 * DAY, NOW, 1000);
  expect(calls).toBe(1);
  expect(fired).toHaveLength(5);
  expect(missed).toEqual([{ from: NOW - 30 * DAY, to: NOW - 66_000, count: 30 * 86_400 - 60 - 5 }]);
});

test('a cron is walked in bounded steps, and a burst far back costs no more', () => {
  const definition = define({ cron: '* * 2 * * *', catchUp: { policy: 'latest' } });
  const { fired, missed, calls } = divideAll(definition, instant('2026-06-15T02:00:00Z'), NOW, 500);
  expect(fired).toEqual([instant('2026-06-15T02:59:59Z')]);
  expect(missed.reduce((sum, { count }) => sum + count, 0)).toBe(3599);
  expect(calls).toBe(8);
});

test('every late instant is either fired or in exactly one missed range, and nothing else is', () => {
  const definitions = fc
    .record({
      when: fc.constantFrom<object>(
        { every: '13m', phase: '7s' },
        { every: '3h' },
        { cron: '*/11 * * * *' },
        { cron: ['0 3 * * *', '30 */5 * * *'], timezone: 'Europe/Berlin' },
        { cron: '*/10 30 2,14 * * *' },
        { at: '2026-06-14T03:00:00Z' },
        { every: '20m', exclude: [{ cron: '* 4-6,11 * * *' }] },
        { cron: '*/7 * * * *', exclude: ['2026-06-14'], timezone: 'Asia/Tokyo' },
      ),
      policy: fc.constantFrom('none', 'latest', 'all'),
      window: fc.constantFrom('0ms', '30s', '45m', '7h', '1d', '1w'),
      max: fc.integer({ min: 1, max: 40 }),
      endAt: fc.constantFrom({}, { endAt: '2026-06-15T01:00:00Z' }),
      jitter: fc.constantFrom({}, {}, { jitter: '50s' }, { jitter: '2h' }),
    })
    .map(({ when, policy, window, max, endAt, jitter }) =>
      define({ ...when, ...endAt, ...jitter, catchUp: { policy, window, max } }),
    );
  fc.assert(
    fc.property(
      definitions,
      fc.nat({ max: 2 * DAY }),
      fc.integer({ min: 1, max: 60 }),
      (definition, ago, limit) => {
        const edge = lateBefore(definition, NOW);
        const first = expand(definition, NOW - ago, NOW + DAY, 1).occurrences[0]?.nominal;
        if (first === undefined) return;
        const late = expand(definition, first - 1, edge - 1, Number.POSITIVE_INFINITY)
          .occurrences.filter(({ due }) => due < edge)
          .map(({ nominal }) => nominal);
        const { fired, missed, next } = divideAll(definition, first, NOW, limit);
        const covered = missed.flatMap((range) => {
          const within = late.filter((nominal) => nominal >= range.from && nominal <= range.to);
          expect(within).toHaveLength(range.count);
          expect([within[0], within.at(-1)]).toEqual([range.from, range.to]);
          return within;
        });
        expect([...covered, ...fired]).toEqual(late);
        const { policy, window, max } = definition.catchUp;
        const wanted = policy === 'none' ? 0 : policy === 'latest' ? 1 : max;
        const eligible = late.filter((nominal) => dueOf(definition, nominal) >= NOW - window);
        expect(fired).toEqual(wanted === 0 ? [] : eligible.slice(-wanted));
        const after = late.at(-1) ?? first - 1;
        expect(next).toBe(expand(definition, after, Number.POSITIVE_INFINITY, 0).next);
      },
    ),
    { numRuns: 200 },
  );
});

describe('with jitter', () => {
  const jittered = (catchUp: object) => define({ every: '4h', jitter: '3h', catchUp });
  const last = NOW - 4 * 3_600_000;
  const due = dueOf(jittered({}), last);

  test('nothing is late before its due time, whatever the policy', () => {
    expect(due - last).toBeGreaterThan(GRACE);
    for (const policy of ['none', 'latest', 'all']) {
      expect(divide(jittered({ policy }), last, due, GRACE, 100)).toEqual({
        fired: [],
        missed: [],
        next: last,
      });
      expect(divide(jittered({ policy }), last, due + GRACE, GRACE, 100).next).toBe(last);
    }
  });

  test('after it and the grace it is divided as any other', () => {
    const at = due + GRACE + 1;
    expect(divide(jittered({ policy: 'none' }), last, at, GRACE, 100)).toEqual({
      fired: [],
      missed: [{ from: last, to: last, count: 1 }],
      next: NOW,
    });
    expect(divide(jittered({ policy: 'latest' }), last, at, GRACE, 100).fired).toEqual([
      { nominal: last, due },
    ]);
  });

  test('the window is counted from the due time', () => {
    const at = due + 30 * 60_000;
    const within = divide(jittered({ policy: 'latest', window: '30m' }), last, at, GRACE, 100);
    expect(within.fired).toEqual([{ nominal: last, due }]);
    const beyond = divide(jittered({ policy: 'latest', window: '29m' }), last, at, GRACE, 100);
    expect(beyond).toMatchObject({ fired: [], missed: [{ from: last, to: last, count: 1 }] });
  });
});

test('what was left out is neither fired nor missed', () => {
  const definition = define({
    every: '1h',
    exclude: [{ cron: '* 3-6 * * *' }],
    catchUp: { policy: 'latest' },
  });
  const { fired, missed } = divide(definition, instant('2026-06-15T01:00:00Z'), NOW, GRACE, 100);
  expect(fired.map(({ nominal }) => nominal)).toEqual([NOW - 3_600_000]);
  // 01:00, 02:00, 07:00 to 10:00.
  expect(missed).toEqual([
    { from: instant('2026-06-15T01:00:00Z'), to: instant('2026-06-15T10:00:00Z'), count: 6 },
  ]);
});

test('all instants of a closed range as missed', () => {
  const definition = define({ every: '1h' });
  expect(missedBetween(definition, NOW, NOW + 7_200_000, 10)).toEqual([
    { from: NOW, to: NOW + 7_200_000, count: 3 },
  ]);
  expect(missedBetween(definition, NOW + 1, NOW + 2, 10)).toEqual([]);
  expect(missedBetween(define({ at: new Date(NOW - 1) }), NOW, NOW + 2, 10)).toEqual([]);
});
