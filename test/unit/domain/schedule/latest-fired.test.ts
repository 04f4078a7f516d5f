/** The latest instants that fired, many at once: the same as asking for one after the other. */

import { expect, it } from 'vitest';
import type { Single } from '../../../../src/domain/schedule/fates.js';
import { lastFired, latestFired } from '../../../../src/domain/schedule/last-fired.js';
import type { Ledger } from '../../../../src/domain/schedule/ledger.js';
import { define } from './definitions.js';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);
const at = (n: number) => START + n * MINUTE;

const LEDGER: Ledger = {
  knownFrom: at(0) + 1,
  calendars: [{ spec: { kind: 'every', every: 5 * MINUTE, phase: 0 } }],
  ranges: [
    { from: at(0) + 1, word: 'fired', calendar: 0 },
    { from: at(60), word: 'paused', calendar: null },
    { from: at(90), word: 'fired', calendar: null },
  ],
  exceptions: [
    { from: at(20), to: at(30), word: 'missed', count: 3 },
    { from: at(100), to: at(100), word: 'overlap', count: 1 },
    { from: at(105), to: at(110), word: 'fired', backfill: 'b-1', at: at(200), count: 6 },
    { from: at(112), to: at(112), word: 'cancelled', count: 1 },
  ],
  backlog: [{ from: at(118), to: at(121), calendar: null }],
};
const SINGLES: Single[] = [
  [at(95), 'overlap'],
  [at(97), 'cancelled'],
];

it.each([
  ['every minute', { every: '1m' }, 130],
  ['seldom', { cron: '*/7 * * * *' }, 1_000],
])('%s', (_, fields, end) => {
  const own = define(fields);
  const one: number[] = [];
  for (let until = at(end); ; ) {
    const nominal = lastFired(LEDGER, own, until, SINGLES);
    if (nominal === null) break;
    one.push(nominal);
    until = nominal - 1;
  }
  expect(one.length).toBeGreaterThan(20);
  for (const count of [1, 2, 7, 20, 60, 1_000])
    expect(latestFired(LEDGER, own, at(end), SINGLES, count), String(count)).toEqual(one.slice(0, count));
});
