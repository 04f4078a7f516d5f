/** A simulated day is what a cluster fires: schedule files across a change of the clocks, on a virtual clock. */

import { beforeAll, describe, expect, test } from 'vitest';
import { timetable } from '../../src/domain/schedule/timetable.js';
import { loadTexts } from '../../src/files/load.js';
import { putSchedule } from '../../src/schedules/edit.js';
import { Cluster } from './cluster.js';

const FILE = `version: 1
defaults: { overlap: allow, catchUp: { policy: none } }
calendars: { closed: [2026-03-29] }
schedules:
  in-the-gap: { handler: h, cron: "30 2 * * *", timezone: Europe/Berlin }
  skipping: { handler: h, cron: "30 2 * * *", timezone: Europe/Berlin, dst: { gap: skip } }
  twice: { handler: h, cron: "30 1 * * *", timezone: America/Sao_Paulo, dst: { fold: both } }
  steady: { handler: h, every: 7m, phase: 2m }
  seconds: { handler: h, cron: "*/20 * 1-3 * * *", timezone: Europe/Berlin }
  spread: { handler: h, cron: "*/10 * * * *", jitter: 9m }
  spread-too: { handler: h, every: 30m, jitter: 20m }
  hashed: { handler: h, cron: "H H(1-4) * * *", timezone: Europe/Berlin }
  last-sunday: { handler: h, cron: "0 12 * * SUN#L", timezone: Europe/Berlin }
  begins: { handler: h, every: 1h, startAt: "2026-03-29T04:00:00Z" }
  ends: { handler: h, every: 1h, endAt: "2026-03-29T04:00:00Z" }
  few: { handler: h, every: 10m, maxRuns: 5 }
  quiet: { handler: h, cron: "*/15 * * * *", timezone: Europe/Berlin, exclude: [{ cron: "* 2-11 * * *" }] }
  closed: { handler: h, cron: "0 * * * *", timezone: Europe/Berlin, exclude: [closed] }
  once: { handler: h, at: "2026-03-29T10:11:12Z" }
  here: { handler: h, every: 2h, environments: [production] }
  there: { handler: h, every: 2h, environments: [staging] }
  off: { handler: h, every: 1m, enabled: false }
  shade: { handler: h, every: 1m, enabled: shadow }
  lord-howe: { handler: h, cron: "15 2 * * *", timezone: Australia/Lord_Howe }
`;

const DAY = 86_400_000;
/** Nobody's whole second, so that nothing lies on an end of the day. */
const START = Date.UTC(2026, 2, 28, 14, 0, 0, 250);
const END = START + DAY;

interface Run {
  id: string;
  nominalAt: number;
  dueAt: number;
}
const inOrder = (runs: readonly Run[]): Run[] =>
  [...runs].sort((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1));

describe('a simulated day', () => {
  const { schedules, problems } = loadTexts([{ path: 'day.yaml', text: FILE }], {
    env: {},
    environment: 'production',
  });
  const definitions = schedules.map(({ definition }) => definition);
  const cluster = new Cluster(START);
  let fired: Run[] = [];

  beforeAll(async () => {
    await cluster.open();
    await cluster.elect();
    for (const definition of definitions) {
      await putSchedule(cluster.store, definition, { kind: 'file', set: 'files' }, START);
    }
    // Jitter puts the last ones up to twenty minutes later.
    await cluster.until(END + 30 * 60_000);
    fired = cluster.seen
      .filter(({ nominal }) => nominal < END)
      .map(({ schedule, nominal, at }) => ({ id: schedule, nominalAt: nominal, dueAt: at }));
  }, 120_000);

  const simulate = (limit = 100_000) => timetable(definitions, { from: START, to: END, step: 60_000, limit });

  test('is what a cluster of these schedules fires, each run at its time', () => {
    expect(problems).toEqual([]);
    const { items, total } = simulate();
    const simulated = items.map(({ at, nominal, definition }) => ({
      ...{ id: definition.id, nominalAt: nominal, dueAt: at },
    }));
    expect(total).toBe(items.length);
    expect(simulated.length).toBeGreaterThan(800);
    expect(inOrder(fired)).toEqual(simulated);
  });

  test('counts every start in its load, and in the total of its schedule', () => {
    const { items, load, totals, peaks } = simulate();
    const minutes = new Map<number, number>();
    for (const { dueAt } of fired) {
      const minute = Math.floor(dueAt / 60_000) * 60_000;
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    }
    expect(load).toEqual([...minutes].sort(([a], [b]) => a - b).map(([at, count]) => ({ at, count })));
    expect(peaks[0]?.count).toBe(Math.max(...minutes.values()));
    for (const { definition, runs } of totals) {
      expect(runs, definition.id).toBe(fired.filter(({ id }) => id === definition.id).length);
    }
    expect(totals.map(({ definition }) => definition.id)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(off|shade|there)$/)]),
    );
    expect(simulate(10).items).toEqual(items.slice(0, 10));
  });

  test('marks what the change of the clocks moved', () => {
    const { items, clockChanges } = simulate();
    const gap = items.filter(({ clockChange }) => clockChange?.kind === 'gap');
    expect(gap.map(({ definition, at }) => [definition.id, new Date(at).toISOString()])).toContainEqual([
      'in-the-gap',
      '2026-03-29T01:30:00.000Z',
    ]);
    expect(items.filter(({ definition }) => definition.id === 'skipping')).toEqual([]);
    expect(clockChanges).toContainEqual({
      ...{ at: Date.UTC(2026, 2, 29, 1), timezone: 'Europe/Berlin', before: 3_600_000, after: 7_200_000 },
    });
  });
});
