/** The spans of a zone agree with luxon's offsets at every instant asked, and begin and end where the clocks change. */

import { IANAZone } from 'luxon';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../../../src/domain/spec/civil.js';
import { localTime } from '../../../../src/domain/spec/local-time.js';
import { Zone } from '../../../../src/domain/spec/zone.js';

const YEAR = 365.25 * DAY;

describe('a zone', () => {
  it('has the offsets that luxon finds, wherever it is asked and in whatever order', () => {
    let state = 7;
    const random = (): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state / 2_147_483_648;
    };
    for (const name of Intl.supportedValuesOf('timeZone').filter((_, index) => index % 9 === 0)) {
      const zone = new Zone(name);
      const reference = IANAZone.create(name);
      for (let asked = 0; asked < 60; asked += 1) {
        const instant = Math.floor((random() * 160 - 80) * YEAR);
        const span = zone.span(instant);
        expect(span.offset, `${name} at ${instant}`).toBe(Math.round(reference.offset(instant) * 60) * 1000);
        expect(span.from <= instant && instant < span.to).toBe(true);
        for (const edge of [span.from, span.to - 1]) {
          expect(Math.round(reference.offset(edge) * 60) * 1000, `${name} at ${edge}`).toBe(span.offset);
        }
      }
    }
  });

  it.each([
    ['America/New_York', '2026-03-08T07:00:00Z', -5, -4],
    ['America/New_York', '2026-11-01T06:00:00Z', -4, -5],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', 11, 10.5],
    ['Antarctica/Troll', '2026-03-29T01:00:00Z', 0, 2],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', -10, 14],
    ['Africa/Monrovia', '1972-01-07T00:44:30Z', -44.5 / 60, 0],
    // One week of summer time, the shortest since 1970.
    ['America/Recife', '2000-10-08T03:00:00Z', -3, -2],
    ['America/Recife', '2000-10-15T02:00:00Z', -2, -3],
  ])('%s changes at %s from %d to %d', (name, instant, before, after) => {
    const at = Date.parse(instant);
    const span = new Zone(name).span(at);
    expect(span).toMatchObject({ from: at, before: before * 3_600_000, offset: after * 3_600_000 });
    expect(new Zone(name).span(at - 1)).toMatchObject({
      to: at,
      offset: before * 3_600_000,
      after: span.offset,
    });
  });

  it('reaches three days further, unless the clocks change before', () => {
    const zone = new Zone('Europe/Berlin');
    for (let instant = Date.UTC(2026, 0, 1); instant < Date.UTC(2027, 0, 1); instant += 5 * 3_600_000) {
      const span = zone.span(instant);
      if (span.after === span.offset) expect(span.to - instant).toBeGreaterThanOrEqual(3 * DAY);
      if (span.before === span.offset) expect(instant - span.from).toBeGreaterThanOrEqual(3 * DAY);
    }
  });

  it('forgets and finds out again over more than a century', () => {
    const zone = new Zone('America/New_York');
    const summers = [1970, 2026, 2090, 1975, 2150, 2026].map(
      (year) => zone.span(Date.UTC(year, 6, 1)).offset,
    );
    for (let year = 1900; year < 2060; year += 1) {
      for (let day = 0; day < 366; day += 3) zone.span(Date.UTC(year, 0, 1) + day * DAY);
    }
    expect(new Set(summers)).toEqual(new Set([-4 * 3_600_000]));
    expect(zone.span(Date.UTC(2026, 6, 1)).offset).toBe(-4 * 3_600_000);
  });
});

describe('local time', () => {
  it('is written with the offset of the zone', () => {
    expect(localTime(Date.parse('2026-03-08T07:30:00Z'), 'America/New_York')).toBe(
      '2026-03-08T03:30:00-04:00',
    );
    expect(localTime(0, 'Africa/Monrovia')).toMatch(/^1969-12-31T23:15:30-00:44/);
  });
});
