/** What each thing that one can ask of a task costs Redis, beside a task of which nothing is asked. */

import { Client } from '../../dist/index.js';
import { openStore } from '../../dist/store/redis/index.js';
import { startCountedRedis } from '../lib/counted-redis.mjs';
import { sleep } from '../lib/time.mjs';

/** Tasks of a short life; a long one has twice as many, and the difference counts. */
const COUNT = 1_500;
const PER_CALL = 100;
const PER_CLAIM = 10;
/** What is due later is due when all of it is there, ms. */
const LATER = 20_000;
const NAMESPACE = 'bench';
const QUEUE = 'bench';
const HANDLER = 'noop';

/** `of(n)`: what is asked of the task; `ways`: what else differs from a plain one. */
const FEATURES = [
  ['labels', { of: () => ({ labels: { tier: 'gold' } }) }],
  ['expiresIn', { of: () => ({ expiresIn: '1h' }) }],
  ['retention of its own', { of: () => ({ retention: '30d' }) }],
  ['delay: due later, promoted', { of: () => ({ delay: `${LATER}ms` }), promotes: true }],
  ['uniqueKey', { of: (n) => ({ uniqueKey: `u${n}` }) }],
  ['uniqueKey, asked for twice (reject)', { of: (n) => ({ uniqueKey: `u${n >> 1}` }) }],
  [
    'uniqueKey, asked for twice (replace)',
    { of: (n) => ({ uniqueKey: `u${n >> 1}`, unique: { mode: 'replace' } }) },
  ],
  ['uniqueKey, throttle', { of: (n) => ({ uniqueKey: `u${n}`, unique: { mode: 'throttle', for: '1h' } }) }],
  ['idempotencyKey', { of: (n) => ({ idempotencyKey: `i${n}` }) }],
  ['concurrencyKey, 100 keys', { of: keyed }],
  ['concurrencyKey, keyConcurrency 1', { of: keyed, settings: { keyConcurrency: 1 } }],
  ['concurrencyKey, strict order', { of: keyed, settings: { keyOrder: 'strict', keyConcurrency: 1 } }],
  [
    'concurrencyKey, rate of each key',
    { of: keyed, settings: { rate: { limit: 9_000, per: '1h', key: true } } },
  ],
  ['concurrency of the queue', { of: () => ({}), settings: { concurrency: 1_000 } }],
  ['rate of the queue', { of: () => ({}), settings: { rate: { limit: 9_000, per: '1h' } } }],
  ['maxDepth of the queue', { of: () => ({}), settings: { maxDepth: 1_000_000 } }],
  ['after: a parent that has ended', { of: (_, parent) => ({ after: [parent] }) }],
  ['after: a parent that has not ended', { of: (_, parent) => ({ after: [parent] }), parents: true }],
  ['a result of 100 bytes', { of: () => ({}), result: JSON.stringify('x'.repeat(98)) }],
  ['progress and a line of log', { of: () => ({}), reports: true }],
  ['a failure and its retry', { of: () => ({}), fails: true }],
  ['events, one listener', { of: () => ({}), listens: true }],
];

export const title = 'What a task pays for what is asked of it: instructions of Redis';

export async function run({ quick }) {
  const count = quick ? 200 : COUNT;
  const plain = await perTask({ of: () => ({}) }, count);
  const raw = { plain };
  const rows = [rowOf('a task of which nothing is asked', plain)];
  for (const [label, way] of FEATURES) {
    process.stderr.write(`features: ${label}\n`);
    raw[label] = await perTask(way, count);
    rows.push({ ...rowOf(label, raw[label]), ratio: raw[label] / plain });
  }
  return {
    rows,
    raw,
    peers: {},
    notes: [
      `Thousands of instructions of redis-server a task, by callgrind: put by calls of ${PER_CALL}, claimed and completed ${PER_CLAIM} a call, ${2 * count} tasks less ${count}, over ${count}. The column of ratios is how many times a plain task's. A task asked for twice counts as two, and one with a parent of its own brings that along.`,
    ],
  };
}

function rowOf(label, instructions) {
  return {
    label,
    unit: '1,000 instructions',
    carillon: instructions / 1_000,
    spread: [],
    target: '',
    met: null,
  };
}

function keyed(n) {
  return { concurrencyKey: `k${n % 100}` };
}

async function perTask(way, count) {
  const short = await lived(way, count);
  return ((await lived(way, 2 * count)) - short) / count;
}

/** On a busy machine a Redis that is fifty times slower may answer too late; then once more. */
async function lived(way, count, tries = 3) {
  try {
    return await live(way, count);
  } catch (error) {
    if (error.code !== 'unavailable' || tries === 1) throw error;
    return lived(way, count, tries - 1);
  }
}

/** Instructions of a whole life of a Redis with so many tasks. */
async function live(way, count) {
  const redis = await startCountedRedis();
  const options = { redis: redis.url, namespace: NAMESPACE };
  const client = new Client(options);
  const store = await openStore({ url: redis.url, namespace: NAMESPACE });
  const listener = way.listens ? client.events({ queue: QUEUE })[Symbol.asyncIterator]() : undefined;
  const heard = listener?.next();
  try {
    const [first] = await client.enqueueMany([{ handler: HANDLER, queue: QUEUE }]);
    if (way.settings) await client.queues.set(QUEUE, way.settings);
    await work(store, {}, 1);
    await heard;
    let made = 0;
    for (let from = 0; from < count; from += PER_CALL) {
      const parents = way.parents ? await client.enqueueMany(Array.from({ length: PER_CALL }, plain)) : [];
      const asked = Array.from({ length: PER_CALL }, (_, i) =>
        taskOf(way, from + i, (parents[i] ?? first).id),
      );
      const tasks = await client.enqueueMany(asked);
      made += new Set(tasks.map(({ id }) => id)).size;
    }
    if (way.promotes) await sleep(LATER);
    for (let left = way.promotes ? count : 0; left > 0; )
      left -= (await store.promote(QUEUE, PER_CALL)).moved;
    await work(store, way, made);
    if (way.parents) await relayed(store);
    if (way.parents) await work(store, way, made);
    return await endOf(redis, listener, client, store);
  } catch (error) {
    await endOf(redis, listener, client, store);
    throw error;
  }
}

async function endOf(redis, listener, client, store) {
  await listener?.return?.();
  await client.close();
  await store.close();
  return redis.stop();
}

function plain() {
  return { handler: HANDLER, queue: QUEUE };
}

async function relayed(store) {
  for (;;) if ((await store.relay(QUEUE)).delivered === 0) return;
}

function taskOf({ of }, n, parent) {
  return { handler: HANDLER, queue: QUEUE, payload: { n }, ...of(n, parent) };
}

/** Claims and ends until so many have completed. */
async function work(store, { result, reports, fails }, count) {
  const worker = { worker: 'w', handlers: [HANDLER], leaseMs: 600_000 };
  let [completions, done] = [[], 0];
  for (let nonce = Date.now() * 2; done < count || completions.length > 0; nonce += 2) {
    const want = done < count ? PER_CLAIM : 0;
    const { tasks } = await store.claim(QUEUE, { ...worker, nonce, want, completions });
    const failing = fails ? tasks.filter(({ attempt }) => attempt === 1) : [];
    const completing = tasks.filter((task) => !failing.includes(task));
    if (reports)
      await store.report(
        QUEUE,
        'w',
        tasks.map(({ id, token }) => reported(id, token)),
      );
    if (failing.length > 0) await store.settle(QUEUE, 'w', failing.map(retried));
    completions = completing.map((task) => ended(task, 'completed', result === undefined ? {} : { result }));
    done += completing.length;
  }
}

function reported(id, token) {
  return { id, token, progress: '50', lines: ['{"level":30,"msg":"half way"}'], from: 1 };
}

function retried(task) {
  const failed = ended(task, 'failed', { error: { message: 'not this time' } });
  return { ...failed, failure: true, next: { to: 'retry', due: 1 } };
}

function ended({ id, token, attempt }, outcome, more) {
  const at = Date.now();
  return { id, token, record: { attempt, worker: 'w', startedAt: at, finishedAt: at, outcome, ...more } };
}
