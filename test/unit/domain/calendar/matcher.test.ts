/** The independent matcher itself, against values worked out by hand: it judges every other test of the calendar. */

import { describe, expect, it } from 'vitest';
import { allSettings, instantsOf } from '../../../support/calendar/brute-force.js';
import { readNaively, wallFields } from '../../../support/calendar/naive-cron.js';
import {
  changesOf,
  day,
  everyZone,
  hour,
  second,
  spansOf,
  wallAt,
} from '../../../support/calendar/zone-facts.js';

function daysOf(expression: string, from: string, to: string): string[] {
  const cron = readNaively(expression);
  const dates: string[] = [];
  for (let midnight = Date.parse(from); midnight <= Date.parse(to); midnight += day) {
    if (cron.matchesDay(wallFields(midnight))) dates.push(new Date(midnight).toISOString().slice(5, 10));
  }
  return dates;
}

function clockTimes(expression: string): string[] {
  return readNaively(expression).times.map((time) => new Date(time).toISOString().slice(11, 19));
}

describe('the naive reader', () => {
  it.each([
    ['0 0 L * *', '2024-01-15', '2024-03-15', ['01-31', '02-29']],
    ['0 0 L,15 2 *', '2025-01-01', '2025-12-31', ['02-15', '02-28']],
    // 31 August 2025 is a Sunday, 31 May 2026 too.
    ['0 0 LW * *', '2025-08-01', '2025-09-30', ['08-29', '09-30']],
    ['0 0 31W * *', '2026-04-01', '2026-06-30', ['05-29']],
    // 15 February 2026 is a Sunday, 1 August 2026 and 15 August 2026 are Saturdays.
    ['0 0 15W 2 *', '2026-01-01', '2026-12-31', ['02-16']],
    ['0 0 1W 8 *', '2026-01-01', '2026-12-31', ['08-03']],
    ['0 0 15W 8 *', '2026-01-01', '2026-12-31', ['08-14']],
    ['0 0 30W 2 *', '2026-01-01', '2026-12-31', []],
    ['0 0 29 2 *', '2023-01-01', '2028-12-31', ['02-29', '02-29']],
    // The Fridays of January 2026: 2, 9, 16, 23, 30.
    ['0 0 * 1 5#5', '2026-01-01', '2026-12-31', ['01-30']],
    ['0 0 * 1 FRI#2', '2026-01-01', '2026-12-31', ['01-09']],
    ['0 0 * 2 5L', '2026-01-01', '2026-12-31', ['02-27']],
    ['0 0 ? feb fri#L', '2026-01-01', '2026-12-31', ['02-27']],
    ['0 0 * 2 5#5', '2026-01-01', '2026-12-31', []],
    ['0 0 13 2 MON', '2026-01-01', '2026-12-31', ['02-02', '02-09', '02-13', '02-16', '02-23']],
    ['0 0 */10 2 *', '2026-01-01', '2026-12-31', ['02-01', '02-11', '02-21']],
    ['0 0 */15 2 1', '2026-01-01', '2026-12-31', ['02-01', '02-02', '02-09', '02-16', '02-23']],
    ['0 0 * * FRI-SUN', '2026-01-01', '2026-01-08', ['01-02', '01-03', '01-04']],
    ['0 0 * * 5-0', '2026-01-01', '2026-01-08', ['01-02', '01-03', '01-04']],
    ['0 0 * * 7', '2026-01-01', '2026-01-08', ['01-04']],
    ['0 0 * * 0,7', '2026-01-01', '2026-01-08', ['01-04']],
    ['0 0 * * 0-7/3', '2026-01-01', '2026-01-08', ['01-03', '01-04', '01-07']],
    ['@yearly', '2026-01-01', '2027-01-01', ['01-01', '01-01']],
    ['@weekly', '2026-01-01', '2026-01-12', ['01-04', '01-11']],
  ])('%s from %s to %s', (expression, from, to, dates) => {
    expect(daysOf(expression, from, to)).toEqual(dates);
  });

  it.each([
    ['30 2 * * *', ['02:30:00']],
    ['*/25 3-4 * * *', ['03:00:00', '03:25:00', '03:50:00', '04:00:00', '04:25:00', '04:50:00']],
    ['10-50/20,10 0 * * *', ['00:10:00', '00:30:00', '00:50:00']],
    ['58-59 0 * * *', ['00:58:00', '00:59:00']],
    ['15,45 59 23 * * *', ['23:59:15', '23:59:45']],
    [' \t@daily ', ['00:00:00']],
  ])('times of day of "%s"', (expression, times) => {
    expect(clockTimes(expression)).toEqual(times);
  });

  it('tells which expressions follow real time', () => {
    const following = ['* * * * *', '5 */1 * * *', '0 0-23 * * *', '0 0-11,12-23 * * *', '@hourly'];
    const fixed = ['0 0 * * *', '0 1-23 * * *', '0 */2 * * *', '0 0-22 * * *', '@daily'];
    expect(following.map((text) => readNaively(text).followsRealTime)).not.toContain(false);
    expect(fixed.map((text) => readNaively(text).followsRealTime)).not.toContain(true);
  });
});

describe('the tables of the zones', () => {
  it.each([
    ['America/New_York', '2026-03-08T07:00:00Z', -5, -4],
    ['America/New_York', '2026-11-01T06:00:00Z', -4, -5],
    ['Africa/Monrovia', '1972-01-07T00:44:30Z', -(44.5 / 60), 0],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', -10, 14],
    ['Pacific/Kwajalein', '1993-08-21T12:00:00Z', -12, 12],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', 11, 10.5],
    ['Antarctica/Troll', '2026-03-29T01:00:00Z', 0, 2],
    ['Africa/Cairo', '2010-09-09T22:00:00Z', 2, 3],
    ['America/Recife', '2000-10-15T02:00:00Z', -2, -3],
  ])('%s at %s goes from %d to %d', (zone, at, before, after) => {
    const change = changesOf(zone).find((candidate) => candidate.at === Date.parse(at));
    expect(change).toEqual({ at: Date.parse(at), before: before * hour, after: after * hour });
  });

  it('hold every change of New York: two a year', () => {
    expect(changesOf('America/New_York')).toHaveLength(136);
    expect(changesOf('UTC')).toEqual([]);
  });

  it('agree with the date and time that Intl shows at both ends of every span of every zone', () => {
    const wrong = everyZone().flatMap((zone) => {
      // Swedish dates are written as in ISO 8601.
      const format = new Intl.DateTimeFormat('sv-SE', {
        timeZone: zone,
        dateStyle: 'short',
        timeStyle: 'medium',
      });
      const instants = spansOf(zone).flatMap(({ from, until }) => [from, until - second]);
      return instants.filter((instant) => {
        const shown = Date.parse(`${format.format(instant).replace(' ', 'T')}Z`);
        return shown !== wallAt(zone, instant);
      });
    });
    expect(wrong).toEqual([]);
  });

  it('join without holes', () => {
    for (const zone of ['Africa/Casablanca', 'Asia/Gaza', 'Europe/Berlin']) {
      const spans = spansOf(zone);
      expect(spans.slice(1).map((span) => span.from)).toEqual(spans.slice(0, -1).map((span) => span.until));
    }
  });

  it('give the wall clock', () => {
    expect(wallAt('Africa/Monrovia', 0)).toBe(Date.parse('1969-12-31T23:15:30Z'));
    expect(wallAt('Europe/Berlin', Date.parse('2026-03-29T01:00:00Z'))).toBe(
      Date.parse('2026-03-29T03:00:00Z'),
    );
  });
});

describe('brute force', () => {
  const ask = (expression: string, zone: string, setting: number, after: string, upTo: string) =>
    instantsOf(
      readNaively(expression),
      zone,
      allSettings[setting] ?? { gap: 'shift', fold: 'first' },
      Date.parse(after),
      Date.parse(upTo),
    ).map((instant) => new Date(instant).toISOString().slice(5, 16));

  it('knows all six settings', () => {
    expect(allSettings).toHaveLength(6);
    expect(allSettings[0]).toEqual({ gap: 'shift', fold: 'first' });
    expect(allSettings[3]).toEqual({ gap: 'skip', fold: 'first' });
  });

  it('puts a time in a gap forward, or leaves it out', () => {
    const window = ['2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z'] as const;
    expect(ask('30 2 * * *', 'Europe/Berlin', 0, ...window)).toEqual(['03-29T01:30', '03-30T00:30']);
    expect(ask('30 2 * * *', 'Europe/Berlin', 3, ...window)).toEqual(['03-30T00:30']);
    // 02:30 put forward and 03:30 itself are one instant.
    expect(ask('30 2,3 * * *', 'Europe/Berlin', 0, ...window)).toEqual([
      '03-29T01:30',
      '03-30T00:30',
      '03-30T01:30',
    ]);
  });

  it('takes the first, the second or both of a repeated hour', () => {
    const window = ['2026-10-31T12:00:00Z', '2026-11-01T12:00:00Z'] as const;
    expect(ask('30 1 * * *', 'America/New_York', 0, ...window)).toEqual(['11-01T05:30']);
    expect(ask('30 1 * * *', 'America/New_York', 1, ...window)).toEqual(['11-01T06:30']);
    expect(ask('30 1 * * *', 'America/New_York', 2, ...window)).toEqual(['11-01T05:30', '11-01T06:30']);
  });

  it('follows real time when every hour is listed', () => {
    expect(ask('30 * * * *', 'America/New_York', 0, '2026-11-01T05:00Z', '2026-11-01T07:00Z')).toEqual([
      '11-01T05:30',
      '11-01T06:30',
    ]);
    expect(ask('30 * * * *', 'Australia/Lord_Howe', 0, '2026-10-03T14:00Z', '2026-10-03T17:00Z')).toEqual([
      '10-03T15:00',
      '10-03T15:30',
      '10-03T16:30',
    ]);
  });

  it('counts a skipped day and the day after it once', () => {
    expect(ask('0 9 * * *', 'Pacific/Apia', 0, '2011-12-29T12:00Z', '2012-01-01T00:00Z')).toEqual([
      '12-29T19:00',
      '12-30T19:00',
      '12-31T19:00',
    ]);
  });
});
