import { describe, expect, it } from 'vitest';
import {
  type Expect,
  type Expected,
  judgeExpectations,
  nextLimit,
} from '../../../../src/domain/schedule/expectations.js';

const ALL: Expect = { startWithin: 10, finishWithin: 50, successWithin: 100 };

/** Instants at 0, 1000, 2000…; the latest first. */
const run = (nominal: number, how: Partial<Expected> = {}): Expected => ({ nominal, due: nominal, ...how });

const states = (latest: Expected[], now: number): string =>
  judgeExpectations(ALL, latest, now)
    .map(({ state, since }) => (state === 'ok' ? 'ok' : `missed ${since}`))
    .join(', ');

describe('expectations', () => {
  it.each<[string, Expected[], number, string]>([
    ['nothing has been due', [], 5, 'ok, ok, ok'],
    ['no run exists, within every limit', [run(1_000)], 1_010, 'ok, ok, ok'],
    ['no run exists, and the first limit has passed', [run(1_000)], 1_011, 'missed 1010, ok, ok'],
    ['no run exists at all', [run(1_000)], 5_000, 'missed 1010, missed 1050, missed 1100'],
    [
      'all in time',
      [run(1_000, { startedAt: 1_010, finishedAt: 1_050, succeeded: true })],
      9_000,
      'ok, ok, ok',
    ],
    [
      'started late: it stays so until a later one starts in time',
      [run(1_000, { startedAt: 1_011, finishedAt: 1_050, succeeded: true })],
      1_999,
      'missed 1010, ok, ok',
    ],
    ['it runs too long', [run(1_000, { startedAt: 1_001 })], 1_060, 'ok, missed 1050, ok'],
    ['it died in time', [run(1_000, { startedAt: 1_001, finishedAt: 1_020 })], 1_101, 'ok, ok, missed 1100'],
    [
      'the first of those that missed it says since when',
      [run(3_000), run(2_000), run(1_000, { startedAt: 1_020 }), run(0, { startedAt: 0 })],
      3_500,
      'missed 1010, missed 50, missed 100',
    ],
    [
      'one that is still open does not take a miss back',
      [run(2_000), run(1_000)],
      2_005,
      'missed 1010, missed 1050, missed 1100',
    ],
    [
      'a later one in time takes it back',
      [run(2_000, { startedAt: 2_000, finishedAt: 2_001, succeeded: true }), run(1_000)],
      2_005,
      'ok, ok, ok',
    ],
    ['one that is deleted says nothing', [run(2_000, { untold: true })], 9_000, 'ok, ok, ok'],
    [
      'one that was cancelled is passed over',
      [run(2_000, { untold: true }), run(1_000)],
      9_000,
      'missed 1010, missed 1050, missed 1100',
    ],
  ])('%s', (_name, latest, now, expected) => {
    expect(states(latest, now)).toBe(expected);
  });

  it('name only what is expected, with the instant that missed it', () => {
    expect(judgeExpectations({ finishWithin: 50 }, [run(1_000)], 1_051)).toEqual([
      { kind: 'finishWithin', limit: 50, state: 'missed', since: 1_050, nominal: 1_000 },
    ]);
  });

  it('are to be looked at again when the next limit has passed', () => {
    expect(nextLimit(ALL, [run(1_000, { startedAt: 1_001 })], 1_002)).toBe(1_051);
    expect(nextLimit(ALL, [run(1_000)], 5_000)).toBeNull();
  });
});
