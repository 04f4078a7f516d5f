/** What a schedule is warned of that is legal and probably not meant: each warning once, and none beside it. */

import { describe, expect, test } from 'vitest';
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
  expect(warned(at)).toEqual([
    'at: 2026-11-28T18:00:00.000Z has passed: a schedule made now has no run; write a later time, or remove it',
  ]);
  expect(warned({ at: '2026-11-28T18:00:00.001Z' })).toEqual([]);
  expect(warned(at, {})).toEqual([]);
  expect(warned({ every: '1h', endAt: '2026-01-01T00:00:00Z' })).toEqual([
    'endAt: 2026-01-01T00:00:00.000Z has passed: no run comes any more; write a later time, or remove the schedule',
  ]);
  expect(warned({ every: '1h', endAt: '2027-01-01T00:00:00Z' })).toEqual([]);
});

test('a time zone beside every or at, unless it is for exclude or from defaults', () => {
  const timezone = 'Europe/Berlin';
  expect(warned({ every: '1h', timezone })).toEqual([
    expect.stringMatching(/^timezone: has no effect: every counts from 1970.* phase.*use cron/),
  ]);
  expect(warned({ at: '2027-01-01T00:00:00+01:00', timezone })).toEqual([
    'timezone: has no effect: at says its own offset; leave it out',
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
    'jitter: lets the run of 2027-01-01T09:00:00.000Z come due after endAt (2027-01-01T09:30:00.000Z), up to 1h late; end earlier, or write less jitter',
  ]);
  expect(warned({ ...daily, endAt, jitter: '30m' })).toEqual([]);
  expect(warned({ ...daily, endAt: '2027-01-01T12:00:00Z', jitter: '1h' })).toEqual([]);
  expect(warned({ ...daily, jitter: '1h' })).toEqual([]);
});

test('keys that do nothing', () => {
  const once = { at: '2027-01-01T00:00:00Z' };
  expect(warned({ ...once, startAt: '2026-01-01T00:00:00Z', maxRuns: 3, exclude: ['2027-05-05'] })).toEqual([
    'startAt: has no effect: at is one run already, at that time; leave it out',
    'maxRuns: has no effect: at is one run already, at that time; leave it out',
    'exclude: has no effect: at is one run already, at that time; leave it out',
  ]);
  expect(warned(once, { defaults: { maxRuns: 3 } })).toEqual([]);
  const dst = { gap: 'skip' };
  expect(warned({ every: '1h', dst })).toEqual([
    expect.stringMatching(/^dst: .* every does not go by local clocks/),
  ]);
  expect(warned({ cron: '0 9 * * *', dst })).toEqual([
    expect.stringMatching(/^dst: has no effect: the clocks of UTC are never changed/),
  ]);
  expect(warned({ cron: '0 * * * *', timezone: 'Europe/Berlin', dst })).toEqual([
    expect.stringMatching(/^dst: .* follows real time/),
  ]);
  expect(warned({ every: '1h', retry: { maxAttempts: 1, delay: '5s' } })).toEqual([
    expect.stringMatching(/^retry\.delay: .* maxAttempts: 1/),
  ]);
  expect(warned({ every: '1h', retry: { delays: ['5s'], backoff: 'fixed' } })).toEqual([
    expect.stringMatching(/^retry\.backoff: .* delays say each delay/),
  ]);
  expect(warned({ every: '1h', retry: { maxAttempts: 5, delay: '5s', maxElapsed: '1h' } })).toEqual([]);
});

describe('days on which the clocks are changed', () => {
  const berlin = { cron: '30 2 * * *', timezone: 'Europe/Berlin' };

  test('are named where a run is left out, and where it comes twice', () => {
    expect(warned({ ...berlin, dst: { gap: 'skip', fold: 'both' } })).toEqual([
      'cron: in Europe/Berlin the clocks pass over 02:30 on 2027-03-28 and 2028-03-26: no run then (gap: skip); choose another time, or write gap: shift to run as much later',
      'cron: in Europe/Berlin the clocks show 02:30 on 2027-10-31 and 2028-10-29 twice: it runs both times (fold: both); choose another time, or write fold: first to run once',
    ]);
  });

  test('are none with the rules that are usual, at another time, or where nobody knows what time it is', () => {
    expect(warned(berlin)).toEqual([]);
    expect(warned({ ...berlin, cron: '30 3 * * *', dst: { gap: 'skip', fold: 'both' } })).toEqual([]);
    expect(warned({ ...berlin, dst: { gap: 'skip' } }, {})).toEqual([]);
    expect(warned({ ...berlin, enabled: false, dst: { gap: 'skip' } })).toEqual([]);
  });

  test('are not those on which it does not run anyway', () => {
    const skip = { ...berlin, dst: { gap: 'skip' } };
    expect(warned({ ...skip, cron: '30 2 * * MON' })).toEqual([]);
    expect(warned({ ...skip, endAt: '2027-03-01T00:00:00Z' })).toEqual([]);
    expect(warned({ ...skip, exclude: ['2027-03-28'] })).toEqual([
      expect.stringContaining('02:30 on 2028-03-26: no run'),
    ]);
  });

  test('are told where the usual rule puts a run on the next day', () => {
    expect(warned({ cron: '30 23 * * *', timezone: 'America/Nuuk' })).toEqual([
      'cron: in America/Nuuk the clocks pass over 23:30 on 2027-03-27 and 2028-03-25: no run on that day, and one more at 00:30 on the day after; choose another time',
    ]);
  });
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
