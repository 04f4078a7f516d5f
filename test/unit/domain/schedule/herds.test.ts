/** Starts of many schedules in order, and the seconds of the next week in which a herd of them starts. */

import { describe, expect, test } from 'vitest';
import { readDefinition } from '../../../../src/domain/schedule/definition.js';
import { expand } from '../../../../src/domain/schedule/expand.js';
import { herdsOf } from '../../../../src/domain/schedule/herds.js';
import type { ScheduleDefinition } from '../../../../src/domain/schedule/schedule.js';
import { grouped, startsIn } from '../../../../src/domain/schedule/starts.js';

const NOW = Date.UTC(2026, 10, 28, 18, 0, 30);
const HOUR = 3_600_000;

function schedule(id: string, fields: object): ScheduleDefinition {
  const reading = readDefinition(id, { handler: 'x', ...fields });
  if (!('definition' in reading)) throw new Error(JSON.stringify(reading.problems));
  return reading.definition;
}
const many = (count: number, name: string, fields: object): ScheduleDefinition[] =>
  Array.from({ length: count }, (_, i) => schedule(`${name}${i}`, fields));
const told = (definitions: ScheduleDefinition[]): [string, number][] =>
  herdsOf(definitions, NOW).map(({ second, starts }) => [new Date(second).toISOString(), starts]);

describe('herds', () => {
  test('begin with fifty', () => {
    expect(told(many(49, 'a', { cron: '0 3 * * *' }))).toEqual([]);
    expect(told(many(50, 'a', { cron: '0 3 * * *' }))).toEqual([['2026-11-29T03:00:00.000Z', 50]]);
  });

  test('count every schedule of the second, whatever its spec', () => {
    const mixed = [
      ...many(30, 'a', { cron: '0 3 * * *' }),
      ...many(15, 'b', { every: '1h' }),
      ...many(10, 'c', { cron: '0 4 * * *', timezone: 'Europe/Berlin' }),
    ];
    const [herd, ...others] = herdsOf(mixed, NOW);
    expect(herd).toMatchObject({ second: Date.UTC(2026, 10, 29, 3), starts: 55 });
    expect(herd?.ids).toHaveLength(55);
    expect(others).toEqual([]);
  });

  test('are told once where they meet again, the largest first, and not where they are part of another', () => {
    const mixed = [
      ...many(60, 'a', { cron: '*/5 * * * *' }),
      ...many(20, 'b', { cron: '0 * * * *' }),
      ...many(55, 'c', { cron: '7 12 * * *' }),
    ];
    expect(told(mixed)).toEqual([
      ['2026-11-28T19:00:00.000Z', 80],
      ['2026-11-29T12:07:00.000Z', 55],
    ]);
  });

  test('are spread by jitter and by H, and do not count what runs nothing', () => {
    expect(told(many(60, 'a', { cron: '0 3 * * *', jitter: '30m' }))).toEqual([]);
    expect(told(many(60, 'a', { cron: 'H H * * *' }))).toEqual([]);
    expect(told(many(60, 'a', { cron: '0 3 * * *', enabled: false }))).toEqual([]);
    expect(told(many(60, 'a', { cron: '0 3 * * *', enabled: 'shadow' }))).toEqual([]);
    expect(
      told(
        many(60, 'a', { cron: '0 3 * * *', endAt: '2026-11-28T19:00:00Z', startAt: '2026-11-01T00:00:00Z' }),
      ),
    ).toEqual([]);
  });

  test('with jitter are still found where it spreads too little', () => {
    expect(told(many(600, 'a', { cron: '0 3 * * SUN', jitter: '5s' })).length).toBeGreaterThan(0);
  });
});

describe('starts', () => {
  const span = { from: NOW, to: NOW + 6 * HOUR };
  const definitions = [
    schedule('steady', { every: '7m' }),
    schedule('late', { cron: '*/10 * * * *', jitter: '9m' }),
    schedule('twin-a', { cron: '0 * * * *' }),
    schedule('twin-b', { cron: '0 * * * *' }),
    schedule('few', { every: '1m', maxRuns: 3 }),
    schedule('bounded', { every: '1m', startAt: '2026-11-28T20:00:00Z', endAt: '2026-11-28T20:03:00Z' }),
  ];

  test('come in order of their due times, each as expand has it', () => {
    const found = new Map<string, number[]>();
    let before = 0;
    for (const { at, starts } of startsIn(grouped(definitions), span)) {
      expect(at).toBeGreaterThan(before);
      before = at;
      for (const { alike, due, nominal } of starts) {
        expect(due).toBe(at);
        for (const { id } of alike) found.set(id, [...(found.get(id) ?? []), nominal]);
      }
    }
    for (const definition of definitions) {
      const expected = expand(definition, span.from - 1, span.to - 1, definition.maxRuns ?? 10_000);
      expect(found.get(definition.id)).toEqual(expected.occurrences.map(({ nominal }) => nominal));
    }
    expect(found.get('bounded')).toHaveLength(3);
  });

  test('count where the span begins, and not where it ends', () => {
    const hourly = grouped([schedule('a', { every: '1h' })]);
    const begin = Date.UTC(2026, 10, 28, 19);
    const found = [...startsIn(hourly, { from: begin, to: begin + 2 * HOUR })];
    expect(found.map(({ at }) => at)).toEqual([begin, begin + HOUR]);
  });

  test('are so many of each at most', () => {
    const counts = [...startsIn(grouped([schedule('a', { every: '1s' })]), { ...span, most: 5 })];
    expect(counts).toHaveLength(5);
  });
});
