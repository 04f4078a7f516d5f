/** Nobody is there for six hours, then somebody is: 1,000 schedules of every minute catch up, and what is live is on time. */

import { beforeAll, describe, expect, test } from 'vitest';
import { wordsBetween } from '../../src/domain/schedule/fates.js';
import type { CatchUp } from '../../src/domain/schedule/schedule.js';
import { putSchedule } from '../../src/schedules/edit.js';
import { ledgerOf } from '../../src/schedules/ledger-of.js';
import { createDice } from '../fault/dice.js';
import { BEGIN } from './calendars.js';
import { checkIntervals } from './check-intervals.js';
import { Cluster, type Seen } from './cluster.js';
import { makeSchedule } from './schedule-set.js';
import { Tracks } from './tracks.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = BEGIN + 9 * 24 * HOUR + 20_500;
const RATE = 1_200;
const SCHEDULES = 1_000;
const BACK = START + 2 * MINUTE + 6 * HOUR;
const FINISH = BACK + 6 * MINUTE;

const POLICIES: readonly CatchUp[] = [
  { policy: 'latest', window: 24 * HOUR, max: 100 },
  { policy: 'none', window: 24 * HOUR, max: 100 },
  { policy: 'all', window: 24 * HOUR, max: 12, perMinute: 6 },
  { policy: 'all', window: HOUR + MINUTE / 2, max: 100, perMinute: 60 },
];
/** Most want the latest only, as most do. */
const policyOf = (n: number): CatchUp => POLICIES[n % 40 < 37 ? 0 : (n % 40) - 36] as CatchUp;

describe('after six hours in which nobody was there', () => {
  const cluster = new Cluster(START, RATE);
  const runs = new Map<string, Seen[]>();
  const caughtUp: Seen[] = [];

  beforeAll(async () => {
    const dice = createDice(1);
    await cluster.open();
    await cluster.elect();
    for (let n = 0; n < SCHEDULES; n += 1) {
      const id = `s${n}`;
      const { definition } = makeSchedule(id, dice, { every: { every: MINUTE, phase: 0 } });
      const { jitter: _, maxRuns: __, ...plain } = definition;
      await putSchedule(
        cluster.store,
        { ...plain, overlap: 'skip', catchUp: policyOf(n) },
        { kind: 'api', set: 'api' },
        START,
      );
    }
    await cluster.until(START + 2 * MINUTE);
    cluster.darken();
    await cluster.until(BACK);
    await cluster.lighten(BACK + 1);
    await cluster.until(BACK + 20_000);
    cluster.catchUp();
    // Leaders die while they catch up, and who follows does not know what they made a moment ago.
    for (let at = BACK + 25_000; at < FINISH; at += 31_000) {
      await cluster.until(at);
      cluster.kill(at % 5);
    }
    await cluster.until(FINISH);
    for (const run of cluster.seen) {
      runs.set(run.schedule, [...(runs.get(run.schedule) ?? []), run]);
      if (run.at - run.nominal > MINUTE) caughtUp.push(run);
    }
  }, 60_000);

  test('live instants are on time, from the first minute on', () => {
    const live = cluster.seen.filter(({ nominal }) => nominal > BACK);
    expect(live).toHaveLength(SCHEDULES * Math.floor((FINISH - BACK) / MINUTE));
    expect(live.filter(({ nominal, at }) => at !== nominal)).toEqual([]);
  });

  test('the pace of all together is never exceeded, and nearly reached', () => {
    expect(mostInAMinute(caughtUp)).toBeLessThanOrEqual(RATE);
    const first = caughtUp.filter(({ at }) => at < (caughtUp[0]?.at ?? 0) + MINUTE);
    expect(first.length).toBeGreaterThan(0.75 * RATE);
  });

  test('the pace of each is never exceeded, and there is no burst', () => {
    for (const [n, { perMinute = 0 }] of [...Array(SCHEDULES).keys()].map((n) => [n, policyOf(n)] as const)) {
      if (perMinute === 0) continue;
      const own = caughtUp.filter(({ schedule }) => schedule === `s${n}`);
      const apart = own.slice(1).map(({ at }, i) => at - (own[i]?.at ?? 0));
      expect(Math.min(...apart)).toBeGreaterThanOrEqual(MINUTE / perMinute);
    }
  });

  test('each catches up what its policy says, in order', () => {
    const late = (id: string) =>
      caughtUp.filter(({ schedule }) => schedule === id).map(({ nominal }) => nominal);
    const last = Math.floor((BACK - MINUTE) / MINUTE) * MINUTE;
    const latest = (count: number) =>
      Array.from({ length: count }, (_, i) => last - (count - 1 - i) * MINUTE);
    expect(late('s0')).toEqual(latest(1));
    expect(late('s37')).toEqual([]);
    expect(late('s38')).toEqual(latest(12));
    expect(late('s39')).toEqual(latest(59));
  });

  test('the intervals of each are whole, and every instant has one fate', async () => {
    for (let n = 0; n < SCHEDULES; n += 37) {
      const id = `s${n}`;
      const row = await cluster.store.schedule(id);
      if (!row) throw new Error(`${id} is gone`);
      const asked = { from: START, to: FINISH, limit: 10_000 };
      const { instants } = wordsBetween(ledgerOf(row), row.schedule.definition, asked);
      expect(instants).toHaveLength(Math.floor(FINISH / MINUTE) - Math.floor(START / MINUTE));
      const ran = new Set((runs.get(id) ?? []).map(({ nominal }) => nominal));
      expect(ran.size).toBe(runs.get(id)?.length);
      const decided = instants.filter(({ undecided }) => !undecided);
      expect(decided.filter(({ word, nominal }) => (word === 'fired') !== ran.has(nominal))).toEqual([]);
      const life = {
        id,
        epochs: [{ from: START, to: FINISH }],
        removed: false,
        skips: [],
        triggered: [],
        backfills: [],
      };
      const seen = runs.get(id) ?? [];
      const wrong = checkIntervals({
        life,
        seen,
        tracks: new Tracks(),
        told: null,
        byHand: [],
        end: FINISH,
      } as never);
      expect(wrong).toEqual([]);
    }
  });
});

function mostInAMinute(all: readonly Seen[]): number {
  const times = all.map(({ at }) => at).sort((a, b) => a - b);
  let most = 0;
  for (let from = 0, to = 0; from < times.length; from += 1) {
    while (to < times.length && (times[to] ?? 0) < (times[from] ?? 0) + MINUTE) to += 1;
    most = Math.max(most, to - from);
  }
  return most;
}
