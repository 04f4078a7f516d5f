/** Where instants stand in the calendar of a schedule, by the clock of its zone. */

import { expect, it } from 'vitest';
import {
  daysUntil,
  intoDays,
  intoHours,
  inWords,
  monthDays,
  monthLater,
  placeOf,
  scaleFor,
  totalOf,
  worstOf,
} from '../../../web/src/pages/schedule/calendar-cells.js';

const at = (text: string): number => Date.parse(text);
const instant = (nominalAt: string, fate: 'fired' | 'skipped' | 'none', state?: 'completed' | 'dead') => ({
  ...{ nominalAt, dueAt: nominalAt, fate, revision: 1 },
  ...(state ? { state } : {}),
});

it('has marks for what runs seldom, hours for what runs often, and numbers for what runs all the time', () => {
  const runs = (apart: number) => [0, 1, 2, 3, 4].map((i) => new Date(i * apart * 1_000).toISOString());
  expect([86_400, 7_200, 3_600, 300, 60, 5].map((apart) => scaleFor(runs(apart)))).toEqual([
    ...['month', 'month', 'hours', 'hours', 'counts', 'counts'],
  ]);
  expect([scaleFor([]), scaleFor(['2027-01-01T00:00:00Z'])]).toEqual(['month', 'month']);
});

it('puts an instant into the day and the hour of the zone, also where clocks change', () => {
  expect(placeOf(at('2026-11-30T23:30:00Z'), 'Europe/Berlin')).toEqual({ day: '2026-12-01', hour: 0 });
  expect(placeOf(at('2026-11-30T23:30:00Z'), 'UTC')).toEqual({ day: '2026-11-30', hour: 23 });
  // 02:30 in summer and 02:30 in winter: one place, two instants.
  const twice = ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'];
  const items = twice.map((one, i) => ({ at: at(one), word: i === 0 ? 'completed' : 'dead', count: 1 }));
  const cells = intoHours(items, 'Europe/Berlin');
  expect([...cells.keys()]).toEqual(['2026-10-25 2']);
  const cell = cells.get('2026-10-25 2');
  if (!cell) throw new Error('it is there');
  expect([worstOf(cell), totalOf(cell), inWords(cell)]).toEqual(['dead', 2, '1 dead, 1 completed']);
  expect([cell.from, cell.to]).toEqual(twice.map(at));
});

it('knows the days of months and weeks', () => {
  expect(monthDays('2026-11')).toMatchObject({ before: 6 });
  expect(monthDays('2028-02').days.at(-1)).toBe('2028-02-29');
  expect([monthLater('2026-12', 1), monthLater('2026-01', -1)]).toEqual(['2027-01', '2025-12']);
  expect(daysUntil('2026-03-01', 3)).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
});

it('leaves out what no calendar has', () => {
  const days = intoDays(
    [
      instant('2026-11-30T10:00:00Z', 'fired', 'completed'),
      instant('2026-11-30T12:00:00Z', 'skipped'),
      instant('2026-11-30T13:00:00Z', 'none'),
    ],
    'UTC',
  );
  expect([...days].map(([day, all]) => [day, all.length])).toEqual([['2026-11-30', 2]]);
  expect(intoHours([{ at: 0, word: 'dead', count: 0 }], 'UTC').size).toBe(0);
});
