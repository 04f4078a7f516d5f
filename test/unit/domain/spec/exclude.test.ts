/** What a schedule leaves out, beside a plain reading of the wall clock minute by minute, also where clocks change. */

import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import type { Exclusions } from '../../../../src/domain/schedule/schedule.js';
import { compileExclusions } from '../../../../src/domain/spec/exclude.js';

const MINUTE = 60_000;
const at = (text: string): number => Date.parse(text);
const iso = (instant: number | null): string | null =>
  instant === null ? null : new Date(instant).toISOString();

/** Items, and the same in words of luxon. */
const RULES: [string, Exclusions['items'], (local: DateTime) => boolean][] = [
  ['one date', [{ from: '2026-03-29', to: '2026-03-29' }], (local) => local.toISODate() === '2026-03-29'],
  [
    'a range and a date inside it',
    [
      { from: '2026-10-24', to: '2026-10-27' },
      { from: '2026-10-26', to: '2026-10-26' },
    ],
    (local) => (local.toISODate() ?? '') >= '2026-10-24' && (local.toISODate() ?? '') <= '2026-10-27',
  ],
  ['Sundays', [{ cron: '* * * * SUN' }], (local) => local.weekday === 7],
  ['the night', [{ cron: '* 1-3 * * *' }], (local) => local.hour >= 1 && local.hour <= 3],
  ['a quarter', [{ cron: '30-44 * * * *' }], (local) => local.minute >= 30 && local.minute < 45],
  [
    'weekends by two crons, and the full hours of the week',
    [{ cron: '* * * * SAT' }, { cron: '* * * * 7' }, { cron: '0 * * * 1-5' }],
    (local) => local.weekday > 5 || local.minute === 0,
  ],
  [
    'a calendar beside a cron',
    [{ calendar: 'holidays', items: [{ from: '2026-03-30', to: '2026-03-30' }] }, { cron: '* 0-11 * * *' }],
    (local) => local.toISODate() === '2026-03-30' || local.hour < 12,
  ],
];

describe('exclusions', () => {
  const places: [string, string][] = [
    ['Europe/Berlin', '2026-03-27T00:00:00Z'],
    ['Europe/Berlin', '2026-10-23T00:00:00Z'],
    ['America/Havana', '2026-10-30T00:00:00Z'],
    ['Australia/Lord_Howe', '2026-04-03T00:00:00Z'],
    ['Pacific/Apia', '2011-12-28T00:00:00Z'],
  ];
  for (const [timezone, start] of places) {
    // From the last minute to the first, so that what follows each of them is known.
    const minutes = Array.from({ length: 4 * 24 * 60 }, (_, index) => {
      const instant = at(start) + (4 * 24 * 60 - index) * MINUTE;
      return { instant, local: DateTime.fromMillis(instant, { zone: timezone }) };
    });
    it.each(RULES)(`leave out %s in ${timezone} from ${start}`, (_, items, leftOut) => {
      const skip = compileExclusions({ timezone, items }, 'some-schedule');
      let expected = Number.NaN;
      for (const { instant, local } of minutes) {
        if (!leftOut(local)) expected = instant;
        if (!Number.isNaN(expected)) expect(skip(instant)).toBe(expected);
      }
    });
  }

  it('cover the whole minute with five fields and single seconds with six', () => {
    const minute = compileExclusions({ timezone: 'UTC', items: [{ cron: '5 12 * * *' }] }, 'a');
    expect(iso(minute(at('2026-01-01T12:05:59.999Z')))).toBe('2026-01-01T12:06:00.000Z');
    expect(iso(minute(at('2026-01-01T12:04:59.999Z')))).toBe('2026-01-01T12:04:59.999Z');
    const second = compileExclusions({ timezone: 'UTC', items: [{ cron: '10,11 5 12 * * *' }] }, 'a');
    expect(iso(second(at('2026-01-01T12:05:10.500Z')))).toBe('2026-01-01T12:05:12.000Z');
    expect(iso(second(at('2026-01-01T12:05:12.000Z')))).toBe('2026-01-01T12:05:12.000Z');
    const all = compileExclusions({ timezone: 'UTC', items: [{ cron: '* 5 12 * * *' }] }, 'a');
    expect(iso(all(at('2026-01-01T12:05:10Z')))).toBe('2026-01-01T12:06:00.000Z');
  });

  it('take nicknames for the minute they stand for', () => {
    const skip = compileExclusions({ timezone: 'Asia/Tokyo', items: [{ cron: '@daily' }] }, 'a');
    expect(iso(skip(at('2026-01-01T15:00:30Z')))).toBe('2026-01-01T15:01:00.000Z');
  });

  it('hash H by the schedule', () => {
    const minutes = (id: string): string | null =>
      iso(
        compileExclusions(
          { timezone: 'UTC', items: [{ cron: 'H * * * *' }] },
          id,
        )(at('2026-01-01T00:00:00Z')),
      );
    const seen = new Set(Array.from({ length: 300 }, (_, index) => minutes(`schedule-${index}`)));
    expect(seen).toEqual(new Set(['2026-01-01T00:00:00.000Z', '2026-01-01T00:01:00.000Z']));
  });

  it('come to an end when they leave nothing', () => {
    const none = (...crons: string[]) =>
      compileExclusions(
        { timezone: 'Europe/Berlin', items: crons.map((cron) => ({ cron })) },
        'a',
      )(at('2026-01-01T00:00:00Z'));
    expect(none('* * * * *')).toBeNull();
    expect(none('* * * * MON-FRI', '* * * * SAT,SUN')).toBeNull();
    expect(none('0-29 * * * *', '30-59 * * * *')).toBeNull();
    expect(none('* * * * * *')).toBeNull();
    expect(none('0-29 * * * * *', '30-59 * * * * *')).toBeNull();
  });

  it('may cover a range of decades', () => {
    const skip = compileExclusions(
      { timezone: 'America/New_York', items: [{ from: '2000-01-01', to: '2085-12-31' }] },
      'a',
    );
    expect(iso(skip(at('2026-07-01T00:00:00Z')))).toBe('2086-01-01T05:00:00.000Z');
  });
});
