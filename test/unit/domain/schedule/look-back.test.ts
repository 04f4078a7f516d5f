import { expect, test } from 'vitest';
import { expand } from '../../../../src/domain/schedule/expand.js';
import { latestInstants } from '../../../../src/domain/schedule/look-back.js';
import { define } from './definitions.js';

const NOW = Date.UTC(2026, 10, 20, 12, 0, 30);
const YEAR = 366 * 86_400_000;

test.each([
  ['every second', { every: '1s' }, NOW - 3_600_000],
  ['every minute', { cron: '* * * * *' }, NOW - 86_400_000],
  ['daily', { cron: '30 2 * * *', timezone: 'Europe/Berlin' }, NOW - YEAR],
  ['monthly', { cron: '0 9 1 * *' }, NOW - 3 * YEAR],
  ['29 February', { cron: '0 0 29 2 *' }, NOW - 30 * YEAR],
  ['bursts', { cron: '* 3 1 1 *' }, NOW - 3 * YEAR],
  ['once', { at: '2026-11-20T12:00:25Z' }, NOW - YEAR],
])('%s: the same as a walk over all of them', (_, fields, from) => {
  const one = define(fields);
  const all = expand(one, from - 1, NOW, Number.POSITIVE_INFINITY).occurrences.map(({ nominal }) => nominal);
  expect(latestInstants(one, from, NOW, 8)).toEqual(all.slice(-8).reverse());
});

test('both ends of the range count', () => {
  const one = define({ every: '1m' });
  const minute = Date.UTC(2026, 10, 20, 12);
  expect(latestInstants(one, minute - 60_000, minute, 8)).toEqual([minute, minute - 60_000]);
  expect(latestInstants(one, minute + 1, minute, 8)).toEqual([]);
  expect(latestInstants(one, minute + 1, minute + 59_999, 8)).toEqual([]);
});
