/**
 * Three scheduler nodes and two workers on one Redis keep every promise while they are killed, stopped and replaced at
 * random. FAULT_SECONDS: how long (120); FAULT_SEED: repeat the faults of an earlier run.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { startTestRedis, uniqueNamespace } from '../support/redis.js';
import { owed } from './calendar.js';
import { check } from './checker.js';
import {
  answer,
  readJournal,
  readSchedules,
  readTasks,
  refusals,
  strangeEnds,
  workersOf,
} from './collect.js';
import { createDice } from './dice.js';
import { Fleet } from './fleet.js';
import type { History } from './history.js';
import { Nemesis } from './nemesis.js';
import { pause } from './now.js';
import { observe } from './observer.js';
import { Producer } from './producer.js';
import { Operator, plans, scheduleFile } from './schedules.js';

const SECONDS = Number(process.env['FAULT_SECONDS'] ?? 120);
const SEED = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);
const QUEUES = ['default', 'mail', 'reports'];
const LEASE = 2_000;
const LEADER_TTL = 1_000;
/** Short, so that a leader who comes back from a stop soon wants to plan. */
const HORIZON = 4_000;
const RETRY_DELAY = 500;
/** Enough for what workers take down with them. */
const MAX_ATTEMPTS = 12;
const RETRY = { maxAttempts: MAX_ATTEMPTS, backoff: 'fixed', delay: `${RETRY_DELAY}ms`, jitter: false };
/** Faults are over: all is to be done within this, ms. */
const TO_REST = 60_000;
/** What came due this shortly before an edit that is made while Redis is away, nobody may have claimed, ms. */
const OUTAGE = 5_000;

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

describe('a cluster whose processes are killed at random', () => {
  it(`keeps its promises for ${SECONDS} s`, async () => {
    const { history, proof } = await run();
    console.log(`faults with seed ${SEED}:`, proof);
    expect(check(history)).toEqual([]);
    // A run in which nothing happened proves nothing.
    expect(Object.entries(proof).filter(([, count]) => count === 0)).toEqual([]);
  });
});

async function run(): Promise<{ history: History; proof: Record<string, number> }> {
  const directory = mkdtempSync(join(tmpdir(), 'carillon-fault-'));
  undo.push(() => rmSync(directory, { recursive: true, force: true }));
  // Without it a killed redis-server may lose what it had acknowledged, when the disk is slow.
  const redis = await startTestRedis({ persistence: 'aof', config: { appendfsync: 'always' } });
  undo.push(() => redis.stop());

  const dice = createDice(SEED);
  const namespace = uniqueNamespace('fault');
  const journal = join(directory, 'journal');
  writeFileSync(journal, '');
  const schedules = join(directory, 'schedules');
  const planned = plans(Math.ceil(Date.now() / 1_000) * 1_000 + 10_000 + SECONDS * 400);
  mkdirSync(schedules);
  writeFileSync(join(schedules, 'all.json'), scheduleFile(planned, RETRY));

  const settings = {
    CARILLON_LEASE: `${LEASE}ms`,
    CARILLON_LEADER_TTL: `${LEADER_TTL}ms`,
    CARILLON_HORIZON: `${HORIZON}ms`,
  };
  const fleet = new Fleet(3, 2, {
    ...{ redis: redis.url, namespace, schedules, journal, directory, queues: QUEUES, dice, settings },
  });
  undo.push(() => fleet.stop());
  await fleet.start();
  const operator = new Operator(fleet);
  await operator.fromFile(planned);
  const observer = await observe(fleet, redis.url);
  const producer = new Producer({
    ...{ redis: redis.url, namespace, fleet, dice, queues: QUEUES },
    ...{ retryDelay: RETRY_DELAY, maxAttempts: MAX_ATTEMPTS },
  });
  undo.push(() => producer.close());

  const nemesis = new Nemesis(fleet, redis, dice, { leaseMs: LEASE, leaderTtlMs: LEADER_TTL });
  producer.start();
  const enough = (): boolean => observer.fenced > 0 && refusals(fleet).length > 0;
  await Promise.all([nemesis.rage(SECONDS * 1_000, enough), everydayLife(operator, producer, nemesis)]);
  await producer.stop();
  await fleet.allFit();
  await operator.pauseAll();
  await observer.stop();
  await atRest(fleet);

  const written = readJournal(journal);
  const seen = await readSchedules(fleet, operator);
  const ids = [
    ...producer.creations.flatMap(({ id }) => id ?? []),
    ...written.executions.map(({ id }) => id),
    ...seen.flatMap((schedule) => owed(schedule).map((nominal) => `${schedule.id}@${nominal}`)),
  ];
  const history: History = {
    leaseMs: LEASE,
    retryDelay: RETRY_DELAY,
    schedules: seen,
    creations: producer.creations,
    executions: written.executions,
    tasks: await readTasks(fleet, ids),
    workers: workersOf(fleet, written),
    refusals: refusals(fleet),
    terms: observer.terms,
    leaderWrites: observer.writes,
    strangeEnds: strangeEnds(fleet, written),
  };
  return { history, proof: proofOf(history, nemesis, observer.fenced) };
}

/** What goes on while the faults happen, spread over the run. */
async function everydayLife(operator: Operator, producer: Producer, nemesis: Nemesis): Promise<void> {
  const steps: (() => Promise<void>)[] = [
    () => operator.createByApi(RETRY),
    () => producer.poison(),
    () => nemesis.outage(() => operator.pauseOne(OUTAGE)),
    () => producer.poison(),
    () => operator.resumeOne(),
    () => nemesis.outage(() => operator.deleteOne(OUTAGE)),
  ];
  for (const step of steps) {
    await pause((SECONDS * 1_000) / (steps.length + 1));
    await step();
  }
}

/** Nothing waits, nothing runs. */
async function atRest(fleet: Fleet): Promise<void> {
  const busy = async (): Promise<object[]> => {
    const { items } = (await answer(fleet, '/v1/queues')) as { items: Record<string, number>[] };
    return items.filter(
      ({ scheduled = 0, retrying = 0, ready = 0, running = 0 }) => scheduled + retrying + ready + running > 0,
    );
  };
  await eventually(busy, (queues) => queues.length === 0, { within: TO_REST, every: 200, what: 'rest' });
}

/** How often the run came to what it is about. */
function proofOf(history: History, { done, leaderStops }: Nemesis, fenced: number): Record<string, number> {
  const { executions, tasks, terms, leaderWrites, refusals: refused } = history;
  const all = [...tasks.values()].flatMap((task) => task ?? []);
  return {
    ...done,
    failovers: new Set(terms).size - 1,
    'leaders stopped beyond their term': leaderStops.filter(
      ({ ms, before, after }) => ms > LEADER_TTL && after > before,
    ).length,
    'leader writes': leaderWrites.length,
    'writes fenced': fenced,
    'endings refused': refused.length,
    redeliveries: all.filter(({ attempts }) =>
      attempts.slice(0, -1).some(({ outcome }) => outcome === 'lost'),
    ).length,
    'tasks cancelled': all.filter(({ state }) => state === 'cancelled').length,
    'tasks dead': all.filter(({ state }) => state === 'dead').length,
    occurrences: executions.filter(({ nominal }) => nominal !== null).length,
    runs: executions.length,
  };
}
