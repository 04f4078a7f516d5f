/** What overlap takes of Redis: CPU of promotion, claim and completion of a run, beside a task that a call made. */

import { openStore } from '../../dist/store/redis/index.js';
import { startRedis } from '../lib/redis.mjs';
import { median } from '../lib/stats.mjs';
import { sleep } from '../lib/time.mjs';

const COUNT = 20_000;
const QUEUE = 'bench';
/** From planning to due, ms: planning all of them must not take longer. */
const LEAD = 4_000;
const WAYS = {
  call: 'a task of a call',
  allow: 'a run, allow',
  skip: 'a run, skip',
  skipped: 'an instant that is skipped',
};

export const title = 'Overlap: Redis a run';

export async function run({ rounds, quick }) {
  process.stderr.write('runs\n');
  const count = quick ? 2_000 : COUNT;
  const raw = Object.fromEntries(Object.values(WAYS).map((label) => [label, []]));
  for (let round = 0; round < Math.min(rounds, 3); round += 1) {
    for (const [way, label] of Object.entries(WAYS)) raw[label].push(await measure(way, count));
  }
  const plain = median(raw[WAYS.call]);
  return {
    rows: Object.entries(raw).flatMap(([label, samples]) => {
      const row = { label, unit: 'µs of Redis', carillon: median(samples), target: '', met: null };
      const spread = [Math.min(...samples), Math.max(...samples)];
      if (label === WAYS.call || label === WAYS.skipped) return [{ ...row, spread }];
      const more = median(samples) - plain;
      const target = { carillon: more, spread: [more, more], target: '≤ 8', met: more <= 8 };
      return [
        { ...row, spread },
        { ...row, label: `${label}: more than that`, ...target },
      ];
    }),
    raw,
    notes: [
      `${count} schedules with one instant each, or tasks, in the due set; CPU of redis-server from the first promotion until the last completion, 1,000 in a call. A skipped instant: its promotion, while an earlier run of each schedule is ready.`,
    ],
  };
}

async function measure(way, count) {
  const redis = await startRedis();
  const store = await openStore({ url: redis.url, namespace: 'bench' });
  try {
    const code = await store.open(QUEUE);
    const ids = Array.from({ length: count }, (_, n) => (way === 'call' ? `${code}-${n}` : `report-${n}`));
    const term = await store.allocateTerm('bench', 'lock');
    await store.takeOffice(QUEUE, term);
    if (way !== 'call')
      await inSlices(ids, (some) =>
        store.edits(
          QUEUE,
          some.map((id) => edit(id, way)),
        ),
      );
    let due = (await store.time()) + LEAD;
    const put = (cursor, next) => (some) =>
      way === 'call'
        ? store.enqueue(
            QUEUE,
            some.map((id) => draft(id, due)),
          )
        : store.plan(
            QUEUE,
            term,
            some.map((id) => planned(id, due, cursor, next)),
          );
    await inSlices(ids, put(1, 2));
    await until(store, due);
    if (way === 'skipped') {
      await promoteAll(store, count);
      due = (await store.time()) + LEAD;
      await inSlices(ids, put(2, 3));
      await until(store, due);
    }
    const before = await redis.cpuMs();
    await promoteAll(store, count);
    if (way !== 'skipped') await workAll(store, count);
    return (((await redis.cpuMs()) - before) * 1_000) / count;
  } finally {
    await store.close();
    await redis.stop();
  }
}

async function inSlices(ids, act) {
  for (let from = 0; from < ids.length; from += 1_000) await act(ids.slice(from, from + 1_000));
}

async function until(store, due) {
  const left = due - (await store.time());
  if (left < 0) throw new Error('planning took too long; the machine is too busy');
  await sleep(left + 5);
}

async function promoteAll(store, count) {
  let moved = 0;
  while (moved < count) moved += (await store.promote(QUEUE, 1_000)).moved;
}

async function workAll(store, count) {
  const worker = { worker: 'w', handlers: ['noop'], leaseMs: 60_000 };
  let completions = [];
  let done = 0;
  for (let nonce = 1; done < count || completions.length > 0; nonce += 1) {
    const want = done < count ? 1_000 : 0;
    const { tasks } = await store.claim(QUEUE, { ...worker, nonce, want, completions });
    done += tasks.length;
    const at = Date.now();
    completions = tasks.map(({ id, token, attempt }) => ({
      ...{ id, token },
      record: { attempt, worker: 'w', startedAt: at, finishedAt: at, outcome: 'completed' },
    }));
  }
}

function draft(id, due) {
  return { id, handler: 'noop', priority: 'normal', due, createdAt: due - LEAD, payload: '' };
}

function planned(schedule, due, cursor, next) {
  const nominal = due + cursor;
  const occurrences = [{ nominal, draft: draft(`${schedule}@${nominal}`, due) }];
  return { schedule, revision: 1, cursor, next, occurrences };
}

function edit(id, way) {
  const definition = {
    ...{ id, handler: 'noop', queue: QUEUE, priority: 'normal', overlap: way === 'allow' ? 'allow' : 'skip' },
    spec: { kind: 'every', every: 3_600_000, phase: 0 },
    retry: { maxAttempts: 3, backoff: 'exponential', delay: 10_000, maxDelay: 600_000, jitter: true },
    ...{ catchUp: { policy: 'latest', window: 86_400_000, max: 100 }, enabled: true, labels: {} },
  };
  const schedule = {
    definition,
    revision: 1,
    source: { kind: 'api', set: 'api' },
    createdAt: 1,
    updatedAt: 1,
  };
  return { id, expect: null, schedule, cursor: 1, withdraw: null };
}
