/** What is told of instants that do not run: what a new ledger says and the one before it did not. */

import { describe, expect, it } from 'vitest';
import { except, type Ledger, newLedger, turn } from '../../../../src/domain/schedule/ledger.js';
import { passedBetween } from '../../../../src/domain/schedule/passed.js';
import type { ScheduleDefinition } from '../../../../src/domain/schedule/schedule.js';
import { plain } from '../../../conformance/suite/schedule-parts.js';

const { definition }: { definition: ScheduleDefinition } = plain('a', 'main');
const begun: Ledger = newLedger(1, 'fired');
const missed = (ledger: Ledger, from: number, to: number) =>
  except(ledger, definition, { from: from * 1000, to: to * 1000, word: 'missed' });

describe('passedBetween', () => {
  it('tells what was missed once, in one row, also where a row was extended in place', () => {
    const first = missed(begun, 5, 9);
    expect(passedBetween(null, first)).toEqual([{ word: 'missed', from: 5_000, to: 9_000, count: 5 }]);
    expect(passedBetween(first, first)).toEqual([]);
    const second = missed(first, 10, 12);
    expect(second.exceptions).toHaveLength(1);
    expect(passedBetween(first, second)).toEqual([{ word: 'missed', from: 9_001, to: 12_000, count: 3 }]);
    const apart = missed(missed(begun, 5, 5), 9, 9);
    expect(passedBetween(begun, apart)).toEqual([{ word: 'missed', from: 5_000, to: 9_000, count: 2 }]);
  });

  it('has a row for each reason, and none for what fired', () => {
    const ledger = except(missed(begun, 1, 2), definition, { from: 4_000, to: 4_000, word: 'skipNext' });
    expect(passedBetween(begun, ledger).map(({ word, count }) => [word, count])).toEqual([
      ['missed', 2],
      ['skipNext', 1],
    ]);
    const backfilled = except(begun, definition, { from: 4_000, to: 4_000, word: 'fired' });
    expect(passedBetween(begun, backfilled)).toEqual([]);
  });

  it('tells of a pause when it is over, by the instants that passed in it', () => {
    const turned = (ledger: Ledger, at: number, word: 'paused' | 'fired') =>
      turn(ledger, { at, word, before: definition, after: definition, tz: 't' });
    const paused = turned(begun, 10_500, 'paused');
    expect(passedBetween(begun, paused)).toEqual([]);
    const resumed = turned(paused, 20_500, 'fired');
    expect(passedBetween(paused, resumed)).toEqual([{ word: 'paused', from: 10_501, to: 20_500, count: 10 }]);
    expect(passedBetween(resumed, missed(resumed, 30, 30))).toHaveLength(1);
  });

  it('10,000 stands for as many or more', () => {
    expect(passedBetween(null, missed(begun, 1, 40_000))).toMatchObject([{ count: 10_000 }]);
  });
});
