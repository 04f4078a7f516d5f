import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, GRACE, isLate, lateBefore, lateUntil } from '../../../../src/domain/schedule/catch-up.js';
import { dueOf, expand, firstAfter } from '../../../../src/domain/schedule/expand.js';
import type { ScheduleDefinition } from '../../../../src/domain/schedule/schedule.js';
import { define, instant } from './definitions.js';

const DAY = 86_400_000;
const NOW = instant('2026-06-15T12:00:00Z');

const within = (definition: ScheduleDefinition, from: number, to: number): number[] =>
  expand(definition, from - 1, to, Number.POSITIVE_INFINITY).occurrences.map(({ nominal }) => nominal);

/** What becomes of everything late from the cursor on; missed ranges are told by their instants. */
function divide(definition: ScheduleDefinition, cursor: number, now: number, room = 10_000) {
  const start = firstAfter(definition, cursor - 1);
  if (start === null || !isLate(definition, start, now)) return { fired: [], missed: [], next: start };
  const to = lateUntil(definition, start, now) - 1;
  const { fired, missed, rest } = decide(definition, [{ definition, from: cursor, to }], now, room);
  const ranges = missed
    .map((range) => within(definition, range.from, range.to))
    .filter((all) => all.length > 0);
  return { fired, missed: ranges, next: rest[0]?.from ?? firstAfter(definition, to) };
}

describe('policies', () => {
  const HOUR = 3_600_000;
  const cursor = NOW - 10 * HOUR;
  const hourly = (catchUp: object) => define({ every: '1h', catchUp });
  const hoursAgo = (nominals: number[]) => nominals.map((nominal) => (NOW - nominal) / HOUR);
  const divided = (catchUp: object) => {
    const { fired, missed } = divide(hourly(catchUp), cursor, NOW);
    return { fired: hoursAgo(fired), missed: missed.map(hoursAgo) };
  };

  test('none: every late instant is missed', () => {
    expect(divided({ policy: 'none' })).toEqual({ fired: [], missed: [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]] });
    expect(divide(hourly({ policy: 'none' }), cursor, NOW).next).toBe(NOW);
  });

  test('latest: the last one within the window fires', () => {
    expect(divided({ policy: 'latest' })).toEqual({ fired: [1], missed: [[10, 9, 8, 7, 6, 5, 4, 3, 2]] });
    expect(divided({ policy: 'latest', window: '30m' }).fired).toEqual([]);
  });

  test('all: the most recent max within the window fire', () => {
    expect(divided({ policy: 'all' })).toEqual({ fired: [10, 9, 8, 7, 6, 5, 4, 3, 2, 1], missed: [] });
    expect(divided({ policy: 'all', max: 3 }).fired).toEqual([3, 2, 1]);
    expect(divided({ policy: 'all', window: '5h' }).fired).toEqual([5, 4, 3, 2, 1]);
  });

  test('what there is no room for waits, the earliest go first', () => {
    const definition = hourly({ policy: 'all', max: 6 });
    const stretch = { definition, from: cursor, to: NOW - 1 };
    const { fired, missed, rest } = decide(definition, [stretch], NOW, 2);
    expect(hoursAgo(fired)).toEqual([6, 5]);
    expect(missed).toMatchObject([{ from: cursor, to: NOW - 6 * HOUR - 1 }]);
    expect(rest).toEqual([{ definition, from: NOW - 4 * HOUR, to: NOW - 1, chosen: true }]);
  });

  test('several stretches, each on its calendar, and single instants are divided together', () => {
    const definition = hourly({ policy: 'all', max: 4 });
    const old = define({ every: '2h', phase: '30m' });
    const stretches = [
      { definition: old, from: NOW - 8 * HOUR, to: NOW - 5 * HOUR },
      { definition, from: NOW - 3 * HOUR, to: NOW - 2 * HOUR },
    ];
    const singles = [NOW - 4 * HOUR, NOW - 9 * HOUR].map((at) => ({ definition, from: at, to: at }));
    const { fired, missed, rest } = decide(definition, [...stretches, ...singles], NOW, 99);
    expect(hoursAgo(fired)).toEqual([5.5, 4, 3, 2]);
    expect(missed.map(({ from, to }) => hoursAgo([from, to]))).toEqual([
      [9, 9],
      [8, 5.5 + 1 / HOUR],
    ]);
    expect(rest).toEqual([]);
  });

  test('latest among them is one of all', () => {
    const definition = hourly({ policy: 'latest' });
    const stretches = [{ definition, from: NOW - 3 * HOUR, to: NOW - 2 * HOUR }];
    const firedWith = (single: number) => {
      const all = [...stretches, { definition, from: single, to: single }];
      return hoursAgo(decide(definition, all, NOW, 99).fired);
    };
    expect(firedWith(NOW - HOUR)).toEqual([1]);
    expect(firedWith(NOW - 4 * HOUR)).toEqual([2]);
  });

  test('what was chosen fires, however long it waits, and counts among the most that fire', () => {
    const definition = hourly({ policy: 'all', max: 3, window: '1h' });
    const chosen = { definition, from: NOW - 9 * HOUR, to: NOW - 8 * HOUR, chosen: true };
    const passed = { definition, from: NOW - 3 * HOUR, to: NOW - 1 };
    const wide = { ...definition, catchUp: { ...definition.catchUp, window: DAY } };
    const all = decide(wide, [passed, chosen], NOW, 99);
    expect(hoursAgo(all.fired)).toEqual([9, 8, 1]);
    expect(all.missed).toMatchObject([{ from: NOW - 3 * HOUR, to: NOW - HOUR - 1 }]);
    const waiting = decide(definition, [chosen], NOW, 0);
    expect([waiting.fired, waiting.missed]).toEqual([[], []]);
    expect(waiting.rest).toEqual([chosen]);
  });

  test('a single instant is itself, whatever calendar it had', () => {
    const definition = hourly({ policy: 'latest' });
    const off = { definition, from: NOW - HOUR + 1, to: NOW - HOUR + 1 };
    expect(decide(definition, [off], NOW, 1).fired).toEqual([off.from]);
    expect(decide(definition, [off], NOW, 0).rest).toEqual([{ ...off, chosen: true }]);
  });

  test('late by no more than the grace is not late, and the grace can be set', () => {
    const minutely = define({ every: '1m', catchUp: { policy: 'none' } });
    expect(divide(minutely, NOW - 60_000, NOW)).toEqual({ fired: [], missed: [], next: NOW - 60_000 });
    expect(divide(minutely, NOW - 60_000, NOW + 1).missed).toHaveLength(1);
    const short = define({ every: '1m', catchUp: { policy: 'none', grace: '20s' } });
    expect(lateBefore(short, NOW)).toBe(NOW - 20_000);
  });

  test('the grace is never longer than the window, nor shorter than ten seconds', () => {
    const strict = (window: string) => define({ every: '1s', catchUp: { policy: 'latest', window } });
    expect(lateBefore(strict('30s'), NOW)).toBe(NOW - 30_000);
    expect(lateBefore(strict('0ms'), NOW)).toBe(NOW - 10_000);
  });

  test('a single instant and the end of a schedule leave nothing next', () => {
    const once = define({ at: new Date(NOW - HOUR) });
    expect(divide(once, NOW - HOUR, NOW)).toEqual({ fired: [NOW - HOUR], missed: [], next: null });
  });
});

test('a month of every second is divided in one step', () => {
  const definition = define({ every: '1s', catchUp: { policy: 'all', max: 5 } });
  const stretch = { definition, from: NOW - 30 * DAY, to: NOW - 61_000 };
  const { fired, missed } = decide(definition, [stretch], NOW, 100);
  expect(fired).toEqual([65, 64, 63, 62, 61].map((seconds) => NOW - seconds * 1_000));
  expect(missed).toMatchObject([{ from: NOW - 30 * DAY, to: NOW - 65_001 }]);
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
    fc.property(definitions, fc.nat({ max: 2 * DAY }), (definition, ago) => {
      const edge = lateBefore(definition, NOW);
      const first = expand(definition, NOW - ago, NOW + DAY, 1).occurrences[0]?.nominal;
      if (first === undefined) return;
      const late = expand(definition, first - 1, edge - 1, Number.POSITIVE_INFINITY)
        .occurrences.filter(({ due }) => due < edge)
        .map(({ nominal }) => nominal);
      const { fired, missed, next } = divide(definition, first, NOW);
      expect([...missed.flat(), ...fired]).toEqual(late);
      const { policy, window, max } = definition.catchUp;
      const wanted = policy === 'none' ? 0 : policy === 'latest' ? 1 : max;
      const eligible = late.filter((nominal) => dueOf(definition, nominal) >= NOW - window);
      expect(fired).toEqual(wanted === 0 ? [] : eligible.slice(-wanted));
      const after = late.at(-1) ?? first - 1;
      expect(next).toBe(expand(definition, after, Number.POSITIVE_INFINITY, 0).next);
    }),
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
      expect(divide(jittered({ policy }), last, due)).toEqual({ fired: [], missed: [], next: last });
      expect(divide(jittered({ policy }), last, due + GRACE).next).toBe(last);
    }
  });

  test('after it and the grace it is divided as any other', () => {
    const at = due + GRACE + 1;
    const none = divide(jittered({ policy: 'none' }), last, at);
    expect(none).toEqual({ fired: [], missed: [[last]], next: NOW });
    expect(divide(jittered({ policy: 'latest' }), last, at).fired).toEqual([last]);
  });

  test('the window is counted from the due time', () => {
    const at = due + 30 * 60_000;
    expect(divide(jittered({ policy: 'latest', window: '30m' }), last, at).fired).toEqual([last]);
    const beyond = divide(jittered({ policy: 'latest', window: '29m' }), last, at);
    expect(beyond).toMatchObject({ fired: [], missed: [[last]] });
  });
});

test('what was left out is neither fired nor missed', () => {
  const definition = define({
    every: '1h',
    exclude: [{ cron: '* 3-6 * * *' }],
    catchUp: { policy: 'latest' },
  });
  const { fired, missed } = divide(definition, instant('2026-06-15T01:00:00Z'), NOW);
  expect(fired).toEqual([NOW - 3_600_000]);
  expect(missed.flat().map((nominal) => new Date(nominal).getUTCHours())).toEqual([1, 2, 7, 8, 9, 10]);
});
