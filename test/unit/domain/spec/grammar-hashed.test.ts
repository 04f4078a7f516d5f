/** `H`: decided by the id, the field and the place in the list alone; evenly spread over ids. */

import { describe, expect, test } from 'vitest';
import { readCron } from '../../../../src/domain/spec/grammar.js';
import type { Pattern } from '../../../../src/domain/spec/pattern.js';

const IDS = Array.from({ length: 6_000 }, (_, index) => `team-${index % 7}.report-${index}`);

const read = (text: string, id: string): Pattern => readCron(text, id).pattern;

/** How often each value comes over all ids. */
function counts(values: (id: string) => readonly number[]): Map<number, number> {
  const found = new Map<number, number>();
  for (const id of IDS) for (const value of values(id)) found.set(value, (found.get(value) ?? 0) + 1);
  return found;
}

/** All of low to high, none further from its share than four standard deviations of an even draw. */
function expectEven(found: Map<number, number>, low: number, high: number): void {
  const values = [...found.keys()].sort((a, b) => a - b);
  expect(values).toEqual(Array.from({ length: high - low + 1 }, (_, index) => low + index));
  const share = [...found.values()].reduce((sum, count) => sum + count, 0) / values.length;
  for (const count of found.values()) expect(Math.abs(count - share)).toBeLessThan(4 * Math.sqrt(share));
}

test('known answers, which no release may change', () => {
  expect(read('H H H H H H', 'nightly')).toEqual({
    seconds: [38],
    minutes: [50],
    hours: [19],
    months: [10],
    days: {
      ofMonth: { dates: [8], last: false, nearestWeekday: null },
      ofWeek: { weekdays: [1], last: [], nth: [] },
    },
  });
  expect(read('H/15 H(0-7) * * *', 'nightly').minutes).toEqual([5, 20, 35, 50]);
});

describe('spread over ids', () => {
  const texts: [string, (pattern: Pattern) => readonly number[], number, number][] = [
    ['H * * * * *', ({ seconds }) => seconds, 0, 59],
    ['H * * * *', ({ minutes }) => minutes, 0, 59],
    ['0 H * * *', ({ hours }) => hours, 0, 23],
    ['0 0 H * *', ({ days }) => days.ofMonth?.dates ?? [], 1, 28],
    ['0 0 1 H *', ({ months }) => months, 1, 12],
    ['0 0 * * H', ({ days }) => days.ofWeek?.weekdays ?? [], 0, 6],
    ['H(10-39) * * * *', ({ minutes }) => minutes, 10, 39],
    ['0 0 H(1-31) * *', ({ days }) => days.ofMonth?.dates ?? [], 1, 31],
    ['H/20 * * * *', ({ minutes }) => minutes.slice(0, 1), 0, 19],
    ['H(30-59)/10 * * * *', ({ minutes }) => minutes.slice(0, 1), 30, 39],
    ['H(30-39)/90 * * * *', ({ minutes }) => minutes, 30, 39],
  ];
  test.each(texts)('%s', (text, values, low, high) => {
    expectEven(
      counts((id) => values(read(text, id))),
      low,
      high,
    );
  });

  test('the fields are independent', () => {
    // 24 hours beside 60 minutes: of equal hashes only 120 of the 1,440 pairs could come.
    const pairs = new Set(
      IDS.map((id) => JSON.stringify([read('H H * * *', id).minutes, read('H H * * *', id).hours])),
    );
    expect(pairs.size).toBeGreaterThan(1_350);
  });

  test('so are the members of a list', () => {
    const same = IDS.filter((id) => read('H,H * * * *', id).minutes.length === 1).length;
    expect(same / IDS.length).toBeGreaterThan(0.005);
    expect(same / IDS.length).toBeLessThan(0.04);
  });
});

test('a step begins within its first values and runs to the end of its range', () => {
  for (const id of IDS.slice(0, 200)) {
    const [first = -1] = read('H/15 * * * *', id).minutes;
    expect(read('H/15 * * * *', id).minutes).toEqual([first, first + 15, first + 30, first + 45]);
    expect(first).toBeLessThan(15);
    const dates = read('0 0 H/10 * *', id).days.ofMonth?.dates ?? [];
    expect(dates[0]).toBeLessThanOrEqual(10);
    expect(dates.at(-1)).toBeLessThanOrEqual(28);
    expect(dates.at(-1)).toBeGreaterThan(18);
    for (const weekday of read('0 0 * * H(FRI-SUN)', id).days.ofWeek?.weekdays ?? []) {
      expect([5, 6, 0]).toContain(weekday);
    }
  }
});

test('the minute does not depend on how the rest is written', () => {
  for (const id of IDS.slice(0, 50)) {
    const { minutes } = read('H 1 * * *', id);
    expect(read('0 H * 5 JAN ?', id).minutes).toEqual(minutes);
    expect(read('  H\t*/2 L * MON', id).minutes).toEqual(minutes);
  }
});

test('an H that lands on a day which never comes is refused', () => {
  expect(() => read('0 0 H(30-31) 2 *', 'x')).toThrow('never comes');
  expect(() => read('0 0 H 2 *', 'x')).not.toThrow();
});
