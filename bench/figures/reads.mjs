/** What reads take of Redis beside 400 queues, 1,000 workers and 1,000,000 tasks, and how soon a node answers them. */

import { openStore } from '../../dist/store/redis/index.js';
import { countTasks } from '../../dist/tasks/counts.js';
import { groupedErrors } from '../../dist/tasks/errors.js';
import { listTasks } from '../../dist/tasks/list.js';
import { queryTasks } from '../../dist/tasks/query.js';
import { startRedis } from '../lib/redis.mjs';
import { median } from '../lib/stats.mjs';
import { measureHttp } from './reads-http.mjs';

const QUEUES = 400;
const WORKERS = 1_000;
const TASKS = 1_000_000;
/** And so many dead ones in one queue, of services that did not answer. */
const DEAD = 2_000;
const SERVICES = Array.from({ length: 20 }, (_, n) => `service-${'abcdefghijklmnopqrst'[n]}`);
/** Each question is asked so often in a round, because Redis tells its time in rough steps. */
const TIMES = 25;
const STATES = ['scheduled', 'ready', 'running', 'retrying', 'completed', 'dead', 'cancelled'];
/** The queue that all workers hold tasks of, and the one with dead tasks. */
const BUSY = nameOf(0);
const FAILED = nameOf(10);

export const title = 'Reads beside 400 queues, 1,000 workers and 1,000,000 tasks';

function nameOf(n) {
  return `queue-${String(n).padStart(3, '0')}`;
}

export async function run({ rounds, quick }) {
  process.stderr.write('reads\n');
  const size = quick
    ? { queues: 20, workers: 50, tasks: 10_000 }
    : { queues: QUEUES, workers: WORKERS, tasks: TASKS };
  const redis = await startRedis();
  try {
    const store = await openStore({ url: redis.url, namespace: 'bench' });
    const queues = Array.from({ length: size.queues }, (_, n) => nameOf(n));
    await fill(store, queues, size);
    const questions = questionsOf(store, queues);
    const raw = Object.fromEntries(Object.keys(questions).map((label) => [label, []]));
    for (let round = 0; round < Math.min(rounds, 3); round += 1) {
      for (const [label, ask] of Object.entries(questions)) {
        await ask();
        const before = await redis.cpuMs();
        for (let n = 0; n < TIMES; n += 1) await ask();
        raw[label].push(((await redis.cpuMs()) - before) / TIMES);
      }
    }
    await store.close();
    const http = await measureHttp(redis, quick);
    return {
      rows: [...Object.entries(raw).map(([label, samples]) => row(label, median(samples))), ...http.rows],
      raw: { ...raw, ...http.raw },
      notes: [...NOTES, http.note],
    };
  } finally {
    await redis.stop();
  }
}

const NOTES = [
  'Pages of 50. All workers announce themselves and hold one task each of one queue; the tasks are spread over all queues, half of them ready, a quarter scheduled, the rest cancelled; beside them one queue has 2,000 dead ones, of 20 causes. CPU of redis-server from INFO, over 25 questions in a row.',
];

async function fill(store, queues, { workers, tasks }) {
  const codes = new Map();
  for (const queue of queues) codes.set(queue, await store.open(queue));
  const now = await store.time();
  const each = Math.floor(tasks / queues.length);
  for (const queue of queues) {
    const ids = Array.from({ length: each }, (_, n) => `${codes.get(queue)}-${queue}${n.toString(36)}`);
    for (let from = 0; from < each; from += 1_000) {
      const drafts = ids.slice(from, from + 1_000).map((id, n) => ({
        ...{ id, handler: 'work', priority: 'normal', payload: '{"hello":"world"}', createdAt: now },
        due: (from + n) % 2 ? now : now + 3_600_000 + n,
      }));
      await store.enqueue(queue, drafts);
    }
    // Every second of those that wait for time.
    const some = ids.filter((_, n) => n % 4 === 0);
    for (let from = 0; from < some.length; from += 500) {
      await Promise.all(some.slice(from, from + 500).map((id) => store.cancel(queue, id)));
    }
  }
  await kill(store, codes.get(FAILED), workers < WORKERS ? DEAD / 20 : DEAD);
  for (let n = 0; n < workers; n += 1) {
    const worker = `worker-${n}`;
    const facts = { id: worker, name: worker, host: 'bench', pid: n, version: '0', startedAt: now };
    await store.announce(
      'worker',
      { ...facts, queues: [queues[n % queues.length]], handlers: ['work'] },
      3_600_000,
    );
    const claim = { worker, want: 1, handlers: ['work'], leaseMs: 3_600_000, completions: [], nonce: 1 };
    await store.claim(BUSY, claim);
  }
}

/** Tasks of one handler that nobody else has, dead at their first attempt. */
async function kill(store, code, count) {
  const [worker, handlers] = ['undertaker', ['fragile']];
  for (let from = 0; from < count; from += 100) {
    const now = await store.time();
    const drafts = Array.from({ length: 100 }, (_, n) => ({
      ...{ id: `${code}-dead${from + n}`, handler: 'fragile', priority: 'normal' },
      ...{ payload: '{"hello":"world"}', createdAt: now, due: now },
    }));
    await store.enqueue(FAILED, drafts);
    const claim = { worker, want: 100, handlers, leaseMs: 60_000, completions: [], nonce: 1 + from / 100 };
    const { tasks } = await store.claim(FAILED, claim);
    const dead = tasks.map(({ id, token, attempt }, n) => {
      const error = { message: `no answer from ${SERVICES[(from + n) % SERVICES.length]} after ${n} ms` };
      const record = { attempt, worker, startedAt: now, finishedAt: now, outcome: 'failed', error };
      return { id, token, record, failure: true, next: { to: 'dead' } };
    });
    await store.settle(FAILED, worker, dead);
  }
  await store.leave(FAILED, worker);
}

function questionsOf(store, queues) {
  const page = (request) => listTasks(store, { queues, states: STATES, limit: 50, ...request });
  const last = queues.at(-1);
  let ready;
  let deep;
  return {
    'a page of all tasks': () => page({}),
    'a page of ready tasks': () => page({ states: ['ready'] }),
    'a page of running tasks': () => page({ states: ['running'] }),
    'a page of dead tasks, which one queue has': () => page({ states: ['dead'] }),
    'a page of retrying tasks, of which there are none': () => page({ states: ['retrying'] }),
    'a page of what a search finds nowhere': () => queryTasks(store, { q: 'nowhere' }),
    'dead tasks by what they died of': () => groupedErrors(store, {}),
    'a page of cancelled tasks of the last queue': () => page({ states: ['cancelled'], queues: [last] }),
    'the next page of ready tasks, again and again': async () => {
      ready = (await page({ states: ['ready'], ...(ready ? { cursor: ready } : {}) })).nextCursor;
    },
    'the next page of all tasks, 1000 at once': async () => {
      deep = (await page({ limit: 1_000, ...(deep ? { cursor: deep } : {}) })).nextCursor;
    },
    'one that is ready beside 1,000 workers': async () => {
      ready = undefined;
      const { items } = await store.list(BUSY, 'ready', 1);
      await store.find(items[0].id);
    },
    'the figures of the busy queue': () => store.queueFacts(BUSY),
    'counts of everything': () => countTasks(store, {}),
    'counts of the handler that all have': () => countTasks(store, { handler: 'work' }),
    'handlers, with what of them is ready and runs': () =>
      Promise.all(queues.map((queue) => store.handlersOf(queue))),
    'the figures of every queue': () => store.queuesFacts(queues),
  };
}

function row(label, ms) {
  return {
    label,
    unit: 'ms of Redis',
    carillon: ms,
    ratio: Number.NaN,
    spread: [Number.NaN],
    target: '≤ 20 ms',
    met: ms <= 20,
  };
}
