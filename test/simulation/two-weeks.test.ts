/**
 * Two weeks of 200 schedules across a change of the clocks, on a virtual clock: leaders die in the midst of their work,
 * people pause (until a time or not), resume, edit, remove, make, trigger and make up for the past, and now and then nobody is there for hours. SIMULATION_SEED tries others.
 */

import { expect, test } from 'vitest';
import { wordsBetween } from '../../src/domain/schedule/fates.js';
import { ledgerOf } from '../../src/schedules/ledger-of.js';
import { createDice } from '../fault/dice.js';
import { BEGIN } from './calendars.js';
import { check, type Told } from './check.js';
import { Cluster } from './cluster.js';
import { play } from './play.js';
import { lastsOf } from './schedule-set.js';
import type { Life } from './tracks.js';

const DAY = 86_400_000;
const START = BEGIN + DAY + 250;
const FINISH = START + 14 * DAY;
const FROM = Number(process.env['SIMULATION_SEED'] ?? 1);
const SEEDS = Number(process.env['SIMULATIONS'] ?? 1);

async function toldOf(cluster: Cluster, life: Life, end: number): Promise<Told | null> {
  if (life.removed) return null;
  const row = await cluster.store.schedule(life.id);
  if (!row) throw new Error(`${life.id} is gone`);
  const asked = { from: life.epochs[0]?.from ?? 0, to: end, limit: 100_000, singles: row.singles ?? [] };
  const { instants } = wordsBetween(ledgerOf(row), row.schedule.definition, asked);
  return new Map(instants.map((one) => [one.nominal, one]));
}

test.each(Array.from({ length: SEEDS }, (_, i) => FROM + i))(
  'seed %i',
  { timeout: 600_000 },
  async (seed) => {
    const cluster = new Cluster(START, 6_000, lastsOf);
    const tracks = await play(cluster, createDice(seed), { schedules: 200, end: FINISH });
    const runs = new Map<string, typeof cluster.seen>();
    for (const run of cluster.seen) runs.set(run.schedule, [...(runs.get(run.schedule) ?? []), run]);
    const operations = await cluster.store.operations();
    const wrong: string[] = [];
    for (const life of tracks.lives) {
      const [first, last] = [life.epochs[0]?.from ?? 0, life.epochs.at(-1)?.to ?? 0];
      const all = (runs.get(life.id) ?? []).filter(({ at }) => first < at && at <= last);
      const told = await toldOf(cluster, life, FINISH);
      const byHand = all.filter(({ id }) => /[!+]/.test(id));
      const seen = all.filter((run) => !byHand.includes(run));
      const done = operations.filter(({ state }) => state === 'done').map(({ id }) => id);
      wrong.push(...check({ tracks, life, seen, byHand, told, end: FINISH, done }));
    }
    expect(wrong.slice(0, 20), `SIMULATION_SEED=${seed}: ${wrong.length} wrong`).toEqual([]);
    expect(cluster.seen.length).toBeGreaterThan(10_000);
    expect(cluster.seen.filter(({ context }) => context.kind === 'trigger').length).toBeGreaterThan(10);
    expect(cluster.seen.filter(({ context }) => context.kind === 'backfill').length).toBeGreaterThan(20);
    expect(operations.filter(({ state }) => state === 'done').length).toBeGreaterThan(10);
    expect(tracks.outages.length).toBeGreaterThan(1);
  },
);
