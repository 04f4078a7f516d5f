/**
 * A day of load on a virtual clock: workers and nodes are killed, tasks fail, die, expire and are cancelled. The sums of the
 * rollups are those of the journal but for the last five seconds of the killed, and percentiles are within one bucket.
 */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bucketOf } from '../../src/domain/stats/buckets.js';
import { statsOf } from '../../src/stats/series.js';
import { createDice } from '../fault/dice.js';
import { CountedDay, type Ended, HANDLERS, type Journal, QUEUES } from './counted-day.js';

// Fake timers replace the global performance, not the one node:perf_hooks exports.
vi.mock('../../src/runtime/clock.js', async (original) => ({
  ...(await original<typeof import('../../src/runtime/clock.js')>()),
  mono: () => performance.now(),
}));

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** What a killed process has not sent: of five seconds, and of the steps of this clock around them. */
const LOSS = 5_000 + 2 * 2_000;
const SEED = Number(process.env['SIMULATION_SEED'] ?? 1);
const FAILED = ['failed', 'timeout', 'lost'];

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

interface Sums {
  completed: number;
  failed: number;
  dead: number;
  cancelled: number;
}
const NONE: Sums = { completed: 0, failed: 0, dead: 0, cancelled: 0 };

/** What the journal says, and how much of it may not have been sent by those who were killed. */
function sumsOf(ended: readonly Ended[], kills: Journal['kills']): { sums: Sums; lost: Sums } {
  const [sums, lost] = [{ ...NONE }, { ...NONE }];
  for (const { state, history } of ended) {
    const last = history.at(-1);
    const unsent = (worker: string, at: number): boolean => at >= (kills.get(worker) ?? Infinity) - LOSS;
    for (const { outcome, worker, finishedAt } of history) {
      if (!FAILED.includes(outcome)) continue;
      sums.failed += 1;
      if (outcome !== 'lost' && unsent(worker, finishedAt)) lost.failed += 1;
    }
    if (!Object.hasOwn(sums, state)) continue;
    const word = state as keyof Sums;
    sums[word] += 1;
    if (last && last.outcome !== 'lost' && unsent(last.worker, last.finishedAt)) lost[word] += 1;
  }
  return { sums, lost };
}

const exact = (all: readonly number[], share: number): number =>
  all.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(all.length * share) - 1)] ?? 0;

test('sums equal the journal, and percentiles are within one bucket', { timeout: 600_000 }, async () => {
  const day = new CountedDay(Date.UTC(2026, 10, 30), createDice(SEED));
  await day.open();
  await day.play(DAY - HOUR);
  await day.stop();
  const { store, journal } = day;
  const { ended, kills } = journal;
  expect(kills.size).toBeGreaterThan(3);
  expect(ended.length).toBeGreaterThan(10_000);
  for (const state of ['completed', 'dead', 'cancelled']) {
    expect(ended.filter((one) => one.state === state).length, state).toBeGreaterThan(20);
  }

  const subjects: [Record<string, string>, readonly Ended[]][] = [
    [{}, ended],
    ...QUEUES.map((queue): [Record<string, string>, Ended[]] => [
      { queue },
      ended.filter((one) => one.queue === queue),
    ]),
    ...HANDLERS.map((handler): [Record<string, string>, Ended[]] => [
      { handler },
      ended.filter((one) => one.handler === handler),
    ]),
    ...['s0', 's1', 's2'].map((schedule): [Record<string, string>, Ended[]] => [
      { schedule },
      ended.filter((one) => one.schedule === schedule),
    ]),
  ];
  for (const [subject, mine] of subjects) {
    const { sums, lost } = sumsOf(mine, kills);
    const steps = ['1m', '1h', '1d'].map((step) => statsOf(store, { ...subject, step, ...from(store.now) }));
    const [minutes, hours, days] = await Promise.all(steps);
    const name = JSON.stringify(subject);
    for (const one of [hours, days]) expect(one?.total, name).toEqual(minutes?.total);
    const total = minutes?.total;
    if (!total) throw new Error('no total');
    for (const word of Object.keys(sums) as (keyof Sums)[]) {
      expect(total[word], `${name} ${word}`).toBeLessThanOrEqual(sums[word]);
      expect(total[word], `${name} ${word}`).toBeGreaterThanOrEqual(sums[word] - lost[word]);
    }
    const ran = mine.flatMap(({ history }) =>
      history
        .filter(({ outcome }) => ['completed', 'failed', 'timeout', 'cancelled'].includes(outcome))
        .map(({ startedAt, finishedAt }) => finishedAt - startedAt),
    );
    const waited = mine.flatMap(({ history, dueAt }) =>
      history
        .filter(({ attempt, outcome }) => attempt === 1 && outcome !== 'lost')
        .map(({ startedAt }) => startedAt - dueAt),
    );
    for (const [share, percentile] of [
      [0.5, 'p50'],
      [0.95, 'p95'],
      [0.99, 'p99'],
    ] as const) {
      const apart = (told: number | null, all: number[]) =>
        Math.abs(bucketOf(told ?? Number.NaN) - bucketOf(exact(all, share)));
      expect(apart(total.runMs[percentile], ran), `${name} run ${percentile}`).toBeLessThanOrEqual(1);
      expect(apart(total.waitMs[percentile], waited), `${name} wait ${percentile}`).toBeLessThanOrEqual(1);
    }
  }
});

function from(now: number): { from: string } {
  return { from: new Date(now - DAY).toISOString() };
}
