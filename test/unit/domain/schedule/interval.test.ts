/** The stretch of time a run stands for, case by case. */

import { describe, expect, test } from 'vitest';
import type { Single } from '../../../../src/domain/schedule/fates.js';
import { intervalOf } from '../../../../src/domain/schedule/interval.js';
import { except, type Ledger, newLedger, postpone, turn } from '../../../../src/domain/schedule/ledger.js';
import type { CatchUp } from '../../../../src/domain/schedule/schedule.js';
import { define } from './definitions.js';

const MINUTE = 60_000;
const START = Date.UTC(2026, 5, 1);
const every = define({ every: '1m' });
const at = (n: number): number => START + n * MINUTE;
const fresh = (): Ledger => newLedger(START - 500, 'fired');
const missed = (ledger: Ledger, from: number, to: number) =>
  except(ledger, every, { from: at(from), to: at(to), word: 'missed' });
const paused = (ledger: Ledger, from: number, to: number): Ledger => {
  const both = { before: every, after: every, tz: '' };
  return turn(turn(ledger, { ...both, at: at(from) - 1, word: 'paused' }), {
    ...both,
    at: at(to),
    word: 'fired',
  });
};

/** In minutes: where the interval of a run begins, and how many were missed in it. */
function of(
  ledger: Ledger,
  nominal: number,
  {
    singles = [],
    policy = 'latest',
    cursor = 99,
  }: { singles?: Single[]; policy?: CatchUp['policy']; cursor?: number } = {},
): [number, number] {
  const definition = { ...every, catchUp: { ...every.catchUp, policy } };
  const asked = { nominal: at(nominal), since: START - 500, cursor: at(cursor), singles, now: at(nominal) };
  const { from, to, missed: count } = intervalOf(ledger, definition, asked);
  expect(to).toBe(at(nominal));
  return [(from - START) / MINUTE, count];
}

const REGISTRATION = -500 / MINUTE;

describe('an interval begins', () => {
  test('at registration for the first run', () => expect(of(fresh(), 0)).toEqual([REGISTRATION, 0]));
  test('at the run before', () => expect(of(fresh(), 7)).toEqual([6, 0]));
  test('before what was missed, which is counted', () =>
    expect(of(missed(fresh(), 3, 6), 7)).toEqual([2, 4]));
  test('before what was skipped, cancelled or dropped and is not in the ledger yet', () => {
    const singles: Single[] = [
      [at(4), 'overlap'],
      [at(5), 'coalesced'],
      [at(6), 'cancelled'],
    ];
    expect(of(fresh(), 7, { singles })).toEqual([3, 0]);
  });
  test('before a pause', () => expect(of(paused(fresh(), 3, 6), 7)).toEqual([2, 0]));
  test('at what was backfilled meanwhile, in a pause too', () => {
    const row = { from: at(4), to: at(5), word: 'fired' as const, count: 2, backfill: 'b', at: at(6) };
    const inPause = paused(fresh(), 3, 6);
    expect(of({ ...inPause, exceptions: [row] }, 7)).toEqual([5, 0]);
    const inMissed = missed(missed(fresh(), 3, 3), 6, 6);
    expect(of({ ...inMissed, exceptions: [...inMissed.exceptions, row] }, 7)).toEqual([5, 1]);
  });
  test('where an edit ended another calendar', () => {
    const other = define({ every: '7m' });
    const ledger = turn(fresh(), { at: at(3), word: 'fired', before: every, after: other, tz: '' });
    const asked = { nominal: at(7), since: START - 500, cursor: null, singles: [], now: at(7) };
    expect(intervalOf(ledger, other, asked).from).toBe(at(3));
  });
  test('at nothing that lies behind the cursor', () => expect(of(fresh(), 7, { cursor: 5 })).toEqual([4, 0]));
  test('where the ledger was trimmed, at the last instant that had fired', () => {
    expect(of({ ...fresh(), knownFrom: at(7), firedBefore: at(4) }, 7)).toEqual([4, 0]);
  });
});

describe('behind instants that passed and are not decided on', () => {
  const behind = postpone(fresh(), every, { from: at(2), to: at(5) });
  test('it begins at the one that is to be caught up', () => expect(of(behind, 6)).toEqual([5, 0]));
  test('or before them, where none is', () => expect(of(behind, 6, { policy: 'none' })).toEqual([1, 0]));
  test('of one that is caught up, at the one before it', () => {
    const chosen = {
      ...behind,
      backlog: behind.backlog.map((one) => ({ ...one, from: at(4), chosen: true as const })),
    };
    const ledger = missed(chosen, 2, 2);
    expect(of(ledger, 3)).toEqual([1, 1]);
    expect(of(ledger, 6)).toEqual([5, 0]);
  });
});
