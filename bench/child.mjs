/** Entry of a benchmark process: a producer, a worker or both of one side, driven by verbs over IPC. */

import { performance } from 'node:perf_hooks';
import { telling } from './lib/telling.mjs';
import { hostMs, sleep, wallOffset } from './lib/time.mjs';

const [, , sideName, redis] = process.argv;
const side = await import(`./sides/${sideName === 'before' ? 'carillon' : sideName}.mjs`);

let producer;
let worker;
let ticker;
/** To whom the workers to come tell what they do. */
let tells = { options: {}, told: () => 0 };
const runs = { count: 0, first: 0, last: 0 };
let cpu = process.cpuUsage();

/** No-op, or as near as can be: it counts and notes the time. */
function countRun() {
  const now = hostMs();
  if (runs.count === 0) runs.first = now;
  runs.last = now;
  runs.count += 1;
}

/** Every tenth task, the first time: what it costs to fail and to run once more. */
function failRun(payload, attempt) {
  if (payload.fails && attempt === 1) throw new Error('no answer from the other side');
  countRun();
}

/** By key, the latest that began, and those under way. */
const turns = new Map();
const underWay = new Set();
let outOfTurn = 0;

/** One at a time of each key, in order: what begins otherwise is counted. */
async function keyedRun({ key, n }) {
  if (underWay.has(key) || n <= (turns.get(key) ?? -1)) outOfTurn += 1;
  underWay.add(key);
  turns.set(key, n);
  countRun();
  await undefined;
  underWay.delete(key);
}

const lateness = [];
let early = 0;
let offset = 0;

/** Reads the wall clock first thing: whole ms for "never early", with fractions for the distribution. */
function timeRun(payload) {
  const fine = performance.now() + offset;
  if (Date.now() < payload.due) early += 1;
  lateness.push(fine - payload.due);
  countRun();
}

const verbs = {
  async openProducer({ queue, strict }) {
    producer = await side.openProducer({ redis, queue, strict });
  },

  /** `total` tasks in batches of `batch`, one batch in flight; answers ms, CPU ms and a sample of ids. */
  async bulk({ total, batch, dueFrom, dueStep = 0, payload, failing = false, keys }) {
    const ids = [];
    const cpuBefore = process.cpuUsage();
    const begun = hostMs();
    for (let at = 0; at < total; at += batch) {
      const size = Math.min(batch, total - at);
      const tasks = [];
      for (let i = 0; i < size; i += 1) {
        const due = dueFrom === undefined ? undefined : dueFrom + Math.floor((at + i) * dueStep);
        const own = failing ? { n: at + i, fails: (at + i) % 10 === 0 } : { n: at + i };
        const key = keys === undefined ? undefined : `key-${(at + i) % keys}`;
        tasks.push({ payload: payload ?? (key ? { ...own, key } : own), due, again: failing, key });
      }
      ids.push((await producer.enqueueMany(tasks))[0]);
    }
    return { ms: hostMs() - begun, cpuMs: cpuMs(cpuBefore), ids };
  },

  /** One task that says when it was sent. */
  async now() {
    await producer.enqueue({ payload: { due: Date.now() } });
  },

  /** `total` tasks by `callers` concurrent callers, each awaiting its own call before the next. */
  async callers({ total, callers }) {
    let next = 0;
    const cpuBefore = process.cpuUsage();
    const begun = hostMs();
    await Promise.all(
      Array.from({ length: callers }, async () => {
        while (next < total) {
          next += 1;
          await producer.enqueue({ payload: { n: next } });
        }
      }),
    );
    return { ms: hostMs() - begun, cpuMs: cpuMs(cpuBefore) };
  },

  /** Sends each planned task at its time, by single calls, as an application would. */
  async stream({ plan }) {
    const sent = [];
    for (let i = 0; i < plan.length; ) {
      const wait = plan[i].sendAt - Date.now();
      if (wait > 0) {
        await sleep(wait);
        continue;
      }
      sent.push(producer.enqueue({ payload: { due: plan[i].due }, due: plan[i].due }));
      i += 1;
    }
    await Promise.all(sent);
  },

  async openWorker({ queue, queues, concurrency, timed = false, failing = false, keyed = false }) {
    Object.assign(runs, { count: 0, first: 0, last: 0 });
    lateness.length = 0;
    turns.clear();
    outOfTurn = 0;
    early = 0;
    offset = timed ? wallOffset() : 0;
    cpu = process.cpuUsage();
    let reported = 0;
    ticker = setInterval(() => {
      if (runs.count !== reported) process.send({ runs: runs.count });
      reported = runs.count;
    }, 20);
    const run = timed ? timeRun : failing ? failRun : keyed ? keyedRun : countRun;
    const { options } = tells;
    worker = await side.openWorker({ redis, queue, queues, concurrency, run, options });
  },

  async tell({ telemetry }) {
    tells = telling(telemetry);
  },

  told: () => tells.told(),

  report() {
    return { ...runs, outOfTurn, cpuMs: cpuMs(cpu) };
  },

  reportLateness() {
    return { lateness, early, clockDrift: wallOffset() - offset, cpuMs: cpuMs(cpu) };
  },

  async closeWorker() {
    clearInterval(ticker);
    await worker.close();
    process.send({ runs: 0 });
  },

  /** How many of the ids are kept as completed with exactly one attempt. */
  async kept({ queue, ids }) {
    const reader = await side.openProducer({ redis, queue });
    let count = 0;
    for (const id of ids) if (await reader.completedOnce(id)) count += 1;
    await reader.close();
    return count;
  },
};

function cpuMs(since) {
  const used = process.cpuUsage(since);
  return (used.user + used.system) / 1000;
}

process.on('message', async ({ id, verb, argument }) => {
  try {
    process.send({ id, answer: await verbs[verb](argument ?? {}) });
  } catch (error) {
    process.send({ id, error: error?.stack ?? String(error) });
  }
});
process.on('disconnect', () => process.exit(0));
