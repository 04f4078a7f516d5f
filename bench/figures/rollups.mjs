/** What rollups cost: bytes of Redis for a hundred handlers, time of a worker for each task, instructions of Redis a cell. */

import { bucketOf } from '../../dist/domain/stats/buckets.js';
import { Counting } from '../../dist/stats/counting.js';
import { Claimed } from '../../dist/store/redis/claimed.js';
import { openStore } from '../../dist/store/redis/index.js';
import { encodeTask } from '../../dist/store/redis/record.js';
import { startCountedRedis } from '../lib/counted-redis.mjs';
import { startRedis } from '../lib/redis.mjs';
import { median, seeded } from '../lib/stats.mjs';

const NAMESPACE = 'bench';
const HANDLERS = 100;
const DAYS = 30;
const HOUR = 60;
const PER_CALL = 50;
/** Tasks a minute of each handler, about. */
const BUSY = 30;
/** CPU time of worker and Redis for a no-op task from a backlog at × 100 (bench/results, backlog), µs. */
const PER_TASK = 6.6;
const [COMPLETED, FAILED, ENQUEUED, RUN, WAIT] = [0, 1, 4, 8, 72];

export const title = 'Rollups';

export async function run({ quick }) {
  process.stderr.write('rollups: bytes\n');
  const size = await sizeOf(quick ? 10 : HANDLERS);
  process.stderr.write('rollups: time a task\n');
  const times = Array.from({ length: quick ? 1 : 7 }, () => timeOf(quick ? 200_000 : 3_000_000));
  process.stderr.write('rollups: instructions\n');
  const instructions = await instructionsOf(quick ? 20 : 100);
  const share = (median(times) / 1_000 / PER_TASK) * 100;
  return {
    rows: [
      {
        ...{
          label: `${quick ? 10 : HANDLERS} handlers, ${DAYS} days`,
          unit: 'MB',
          carillon: size.bytes / 1e6,
        },
        ...{ spread: [], target: '≤ 5 MB', met: size.bytes <= 5e6 },
      },
      {
        label: 'of a worker, a task',
        unit: 'ns',
        carillon: median(times),
        spread: range(times),
        target: '',
        met: null,
      },
      {
        ...{ label: 'of a no-op task from a backlog', unit: '%', carillon: share },
        ...{ spread: [], target: '≤ 1 %', met: share <= 1 },
      },
      {
        ...{
          label: 'of Redis, a cell of a call',
          unit: '1,000 instructions',
          carillon: instructions / 1_000,
        },
        ...{ spread: [], target: '', met: null },
      },
    ],
    raw: { size, times, instructions },
    notes: [
      `Bytes: \`used_memory\` of minutes of the last day, hours of ${DAYS} days and the days themselves, each handler with about ${BUSY} tasks a minute, run times that spread over a factor of ten and waits over a hundred, one attempt in a hundred failed, what is under way when a minute ends counted in two of them, one queue and everything together besides.`,
      `Time: \`attemptEnded\` of a claimed task, its due time read from the record, by CPU time of the process; the share is of ${PER_TASK} µs, which worker and Redis together spend on a no-op task. A call of what was counted follows every 5 s, whatever the rate.`,
      'Instructions of redis-server by callgrind: a minute, an hour and a day are written for each cell; a worker of one queue and one handler sends three cells every 5 s.',
    ],
    peers: {},
  };
}

/** About normal: mean 0, deviation 1. */
const bell = (next) => next() + next() + next() + next() - 2 + (next() - 0.5);

/** Counts of so many tasks of a handler whose runs take `usual` ms; of one in a hundred an attempt failed before. */
function countsOf(next, tasks, usual) {
  const row = new Map([[COMPLETED, tasks]]);
  const add = (place) => row.set(place, (row.get(place) ?? 0) + 1);
  const runs = () => add(RUN + bucketOf(usual * Math.exp(0.6 * bell(next))));
  for (let i = 0; i < tasks; i += 1) {
    runs();
    add(WAIT + bucketOf(2 * Math.exp(1.2 * bell(next))));
    if (next() >= 0.01) continue;
    add(FAILED);
    runs();
  }
  // Some were made before and some are under way, about as many as it has at a time.
  const underWay = () => Math.round((2 * next() * BUSY * usual) / 60_000);
  row.set(ENQUEUED, Math.max(0, tasks + underWay() - underWay()));
  const counts = [...row].filter(([, count]) => count > 0);
  return counts.sort(([a], [b]) => a - b).flat();
}

async function sizeOf(handlers) {
  const redis = await startRedis();
  const store = await openStore({ url: redis.url, namespace: NAMESPACE });
  const next = seeded(1);
  let number = 0;
  let cells = [];
  const send = async () => {
    number += 1;
    await store.rollUp({ source: 'bench', number, repeatFor: 60_000, cells });
    cells = [];
  };
  const add = async (kind, name, minute, counts) => {
    cells.push({ subject: { kind, name }, minute, counts });
    if (cells.length === PER_CALL) await send();
  };
  try {
    await redis.forgetful();
    await send();
    const before = await redis.usedMemory();
    const now = Math.floor((await store.time()) / 60_000);
    const subjects = Array.from({ length: handlers }, (_, i) => [
      'handler',
      `shop.orders.step-${i}`,
      20 * 1.07 ** i,
    ]);
    subjects.push(['queue', 'default', 300], ['queue', '', 300]);
    const today = now - 24 * HOUR;
    for (let minute = now - DAYS * 24 * HOUR; minute < today; minute += HOUR) {
      for (const [kind, name, usual] of subjects)
        await add(kind, name, minute, countsOf(next, BUSY * HOUR, usual));
    }
    for (let minute = today; minute <= now; minute += 1) {
      const busy = Math.round(BUSY * (0.5 + next()));
      for (const [kind, name, usual] of subjects) await add(kind, name, minute, countsOf(next, busy, usual));
    }
    await send();
    return { bytes: (await redis.usedMemory()) - before, cells: number * PER_CALL };
  } finally {
    await store.close();
    await redis.stop();
  }
}

/** CPU time for one ended task, ns; what the loop itself costs is taken off. */
function timeOf(count) {
  const now = Date.now();
  const lane = { code: 'a', handler: 'noop', priority: 'normal' };
  const draft = { handler: 'noop', priority: 'normal', due: 0, createdAt: now, payload: '{"n":1}' };
  const tasks = Array.from({ length: 1_000 }, (_, i) => {
    const id = `aB-${i}`;
    const record = encodeTask('a', { ...draft, id, createdAt: now - (i % 7) });
    return new Claimed(id, 'bench', lane, 1, 0, 'token', record);
  });
  const record = { startedAt: now, finishedAt: now, outcome: 'completed', worker: 'w' };
  const counting = new Counting(
    () => now,
    () => {},
  );
  const spend = (each) => {
    const before = process.cpuUsage();
    for (let n = 0; n < count; n += 1) each(tasks[n % 1_000]);
    const { user, system } = process.cpuUsage(before);
    return ((user + system) * 1_000) / count;
  };
  let sum = 0;
  const counts = (task) => counting.attemptEnded(task, record, 'completed');
  const looks = (task) => {
    sum += task.attempt;
  };
  spend(counts);
  spend(looks);
  return Math.max(0, spend(counts) - spend(looks)) + sum * 0;
}

async function instructionsOf(calls) {
  const short = await callsOf(calls);
  return ((await callsOf(2 * calls)) - short) / (calls * PER_CALL);
}

async function callsOf(calls) {
  const redis = await startCountedRedis();
  const store = await openStore({ url: redis.url, namespace: NAMESPACE });
  const next = seeded(2);
  const now = Math.floor(Date.now() / 60_000);
  const cells = Array.from({ length: PER_CALL }, (_, i) => ({
    subject: { kind: 'handler', name: `handler-${i}` },
    minute: now,
    counts: countsOf(next, 3, 100),
  }));
  for (let number = 1; number <= calls; number += 1) {
    // A minute has twelve calls of a process.
    const some = cells.map((cell) => ({ ...cell, minute: now + Math.floor(number / 12) }));
    await store.rollUp({ source: 'bench', number, repeatFor: 60_000, cells: some });
  }
  await store.close();
  return redis.stop();
}

const range = (all) => [Math.min(...all), Math.max(...all)];
