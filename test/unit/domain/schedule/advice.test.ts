/** What a schedule is warned of that is legal and probably not meant: each warning once, and none beside it. */

import { expect, test } from 'vitest';
import { readDefaults, readDefinition } from '../../../../src/domain/schedule/definition.js';

const NOW = Date.UTC(2026, 10, 28, 18);

function warned(fields: object, options: { defaults?: object; now?: number } = { now: NOW }): string[] {
  const { defaults, ...others } = options;
  const given = defaults ? { defaults: readDefaults(defaults).defaults } : {};
  const reading = readDefinition('sample', { handler: 'x', ...fields }, { ...given, ...others });
  if (!('warnings' in reading)) throw new Error(JSON.stringify(reading.problems));
  return reading.warnings.map(({ path, detail }) => `${path.join('.')}: ${detail}`);
}

test('what has passed', () => {
  const at = { at: '2026-11-28T18:00:00Z' };
  expect(warned(at)).toEqual(['at: 2026-11-28T18:00:00.000Z has passed: a schedule made now has no run']);
  expect(warned({ at: '2026-11-28T18:00:00.001Z' })).toEqual([]);
  expect(warned(at, {})).toEqual([]);
  expect(warned({ every: '1h', endAt: '2026-01-01T00:00:00Z' })).toEqual([
    'endAt: 2026-01-01T00:00:00.000Z has passed: no run comes any more',
  ]);
  expect(warned({ every: '1h', endAt: '2027-01-01T00:00:00Z' })).toEqual([]);
});

test('a time zone beside every or at, unless it is for exclude or from defaults', () => {
  const timezone = 'Europe/Berlin';
  expect(warned({ every: '1h', timezone })).toEqual([
    expect.stringMatching(/^timezone: has no effect: every counts from 1970.* phase.*use cron/),
  ]);
  expect(warned({ at: '2027-01-01T00:00:00+01:00', timezone })).toEqual([
    'timezone: has no effect: at says its own offset',
  ]);
  expect(warned({ every: '1h', timezone, exclude: ['2026-12-25'] })).toEqual([]);
  expect(warned({ every: '1h' }, { defaults: { timezone } })).toEqual([]);
  expect(warned({ cron: '0 9 * * *', timezone })).toEqual([]);
});

test('startAt that is not on the phase of every', () => {
  expect(warned({ every: '1d', startAt: '2026-10-01T09:30:00Z' })).toEqual([
    'startAt: is not on the phase of every, so the first run is 2026-10-02T00:00:00.000Z; to run from startAt on write phase: 9h30m',
  ]);
  expect(warned({ every: '1d', phase: '9h30m', startAt: '2026-10-01T09:30:00Z' })).toEqual([]);
  expect(warned({ every: '1h', phase: '5m', startAt: '2026-10-01T09:00:00Z' })).toEqual([
    expect.stringMatching(/first run is 2026-10-01T09:05:00\.000Z; .* phase: 0ms$/),
  ]);
  expect(warned({ every: '1h', startAt: '2026-10-01T09:00:00Z' })).toEqual([]);
  expect(warned({ cron: '0 9 * * *', startAt: '2026-10-01T09:30:00Z' })).toEqual([]);
});

test('jitter that reaches beyond endAt', () => {
  const daily = { cron: '0 9 * * *', startAt: '2026-10-01T00:00:00Z' };
  const endAt = '2027-01-01T09:30:00Z';
  expect(warned({ ...daily, endAt, jitter: '1h' })).toEqual([
    'jitter: lets the run of 2027-01-01T09:00:00.000Z come due after endAt (2027-01-01T09:30:00.000Z), up to 1h late',
  ]);
  expect(warned({ ...daily, endAt, jitter: '30m' })).toEqual([]);
  expect(warned({ ...daily, endAt: '2027-01-01T12:00:00Z', jitter: '1h' })).toEqual([]);
  expect(warned({ ...daily, jitter: '1h' })).toEqual([]);
});

test('dates in an order that only people know, and times without an offset', () => {
  const problem = (fields: object): string => {
    const reading = readDefinition('sample', { handler: 'x', ...fields });
    return 'problems' in reading ? (reading.problems[0]?.detail ?? '') : '';
  };
  expect(problem({ at: '25.12.2026' })).toMatch(/; write "2026-12-25T00:00:00Z"$/);
  expect(problem({ at: '2026-12-25' })).toMatch(/; write "2026-12-25T00:00:00Z"$/);
  expect(problem({ every: '1h', endAt: '12/25/2026' })).toMatch(/; write "2026-12-25T00:00:00Z"$/);
  expect(problem({ at: '2026-12-25 09:30' })).toMatch(/; add the offset: "2026-12-25T09:30:00Z" for UTC$/);
  expect(problem({ at: 'soon' })).toMatch(/\+01:00"$/);
});
