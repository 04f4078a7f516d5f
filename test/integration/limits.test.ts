/** Limits of keys over several workers that are killed again and again: never over, nothing leaked; and whose turn it is. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Client, type Handlers, type Task, Worker } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { mostIn } from '../conformance/suite/rates.js';
import { eventually } from '../support/eventually.js';
import { Processes, type TestProcess } from '../support/processes.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

const KEYS = ['a', 'b', 'c'];
const WORKERS = 3;

let redis: TestRedis;
let cwd: string;
let processes: Processes;
let client: Client;
let namespace: string;
const workers: Worker[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'carillon-limits-'));
  processes = new Processes();
  namespace = uniqueNamespace();
  client = new Client({ redis: redis.url, namespace, log: silentLog });
});
afterEach(async () => {
  await processes.stopAll();
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  await client.close();
  rmSync(cwd, { recursive: true, force: true });
});

/** Enqueues, kills one of three workers with each few attempts that begin, and answers what came of all tasks. */
async function underFire(perKey: number): Promise<Task[]> {
  const env = { CARILLON_REDIS_URL: redis.url, CARILLON_NAMESPACE: namespace, CARILLON_LEASE: '1s' };
  writeFileSync(
    join(cwd, 'handlers.mjs'),
    `const nap = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    export default { slow: () => nap(60), slower: () => nap(120) };`,
  );
  const start = () => processes.carillon(['worker', 'handlers.mjs'], { cwd, env });
  const running: TestProcess[] = Array.from({ length: WORKERS }, start);
  const retry = { maxAttempts: 20, backoff: 'fixed', delay: '50ms', jitter: false } as const;
  const requests = Array.from({ length: perKey * KEYS.length }, (_, i) => ({
    handler: i % 2 === 0 ? 'slow' : 'slower',
    priority: i % 4 === 0 ? ('high' as const) : ('normal' as const),
    concurrencyKey: KEYS[i % KEYS.length] ?? '',
    retry,
  }));
  const ids = (await client.enqueueMany(requests)).map(({ id }) => id);
  const find = async () => Promise.all(ids.map(async (id) => (await client.get(id)) as Task));
  const begun = (tasks: readonly Task[]) => tasks.reduce((sum, { attempts }) => sum + attempts.length, 0);
  for (let kills = 0, seen = 0; kills < 5; kills += 1) {
    seen = begun(await eventually(find, (tasks) => begun(tasks) > seen, { within: 60_000, every: 50 }));
    running[kills % WORKERS]?.kill('SIGKILL');
    running[kills % WORKERS] = start();
  }
  const done = (tasks: readonly Task[]) => tasks.every(({ state }) => state === 'completed');
  return eventually(find, done, { within: 120_000, every: 300 });
}

interface Span {
  from: number;
  to: number;
}

const spansOf = (tasks: readonly Task[], key: string): Span[] =>
  tasks
    .filter(({ concurrencyKey }) => concurrencyKey === key)
    .flatMap(({ attempts }) => attempts)
    .map(({ startedAt, finishedAt = startedAt }) => ({
      from: Date.parse(startedAt),
      to: Date.parse(finishedAt),
    }));

/** How many of them were under way at once, at most. */
const mostAtOnce = (spans: readonly Span[]): number =>
  Math.max(0, ...spans.map(({ from }) => spans.filter((one) => one.from <= from && from < one.to).length));

/** What is left of keys once everything has ended. */
async function leftOver(): Promise<string[]> {
  const connection = new Redis(redis.url);
  try {
    const keys = await connection.keys(`{${namespace}:default}:*`);
    const names = keys.map((key) => key.slice(`{${namespace}:default}:`.length));
    return names.filter((name) => /^(slots|key-lanes|keyed|key-counts|heads|ready)/.test(name));
  } finally {
    await connection.quit();
  }
}

it('a limit and a rate of each key hold while workers are killed, and leak nothing', async () => {
  const rate = { limit: 3, per: '500ms', key: true } as const;
  await client.queues.set('default', { keyConcurrency: 2, rate });
  const tasks = await underFire(8);
  expect(tasks.flatMap(({ attempts }) => attempts).some(({ outcome }) => outcome === 'lost')).toBe(true);
  for (const key of KEYS) {
    const spans = spansOf(tasks, key);
    expect(mostAtOnce(spans)).toBeLessThanOrEqual(2);
    expect(
      mostIn(
        spans.map(({ from }) => from),
        500,
      ),
    ).toBeLessThanOrEqual(3);
  }
  expect(await client.queues.keys('default')).toEqual([]);
  expect(await leftOver()).toEqual([]);
}, 240_000);

it('strict order holds while workers are killed: one at a time, one after the other', async () => {
  await client.queues.set('default', { keyOrder: 'strict' });
  const tasks = await underFire(6);
  for (const key of KEYS) {
    expect(mostAtOnce(spansOf(tasks, key))).toBe(1);
    const of = tasks.filter(({ concurrencyKey }) => concurrencyKey === key);
    const spans = of.map((task) => spansOf([task], key));
    for (const [i, mine] of spans.entries()) {
      const next = spans[i + 1]?.[0];
      if (next) expect(next.from).toBeGreaterThanOrEqual(Math.max(...mine.map(({ to }) => to)));
    }
  }
  expect(await leftOver()).toEqual([]);
}, 240_000);

it('keys take turns, in each queue by itself, with asynchronous handlers', async () => {
  const queues = ['q0', 'q1'];
  for (const queue of queues) {
    for (const [concurrencyKey, count] of [
      ['big', 400],
      ['small', 40],
      ['other', 40],
    ] as const) {
      await client.enqueueMany(
        Array.from({ length: count }, () => ({ handler: 'slow', queue, concurrencyKey })),
      );
    }
  }
  const ran: string[] = [];
  const slow: Handlers[string] = async (_, ctx) => {
    ran.push(`${ctx.task.queue} ${ctx.task.concurrencyKey}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  };
  const worker = new Worker({
    ...{ redis: redis.url, namespace, log: silentLog },
    ...{ queues, concurrency: 3, handlers: { slow } },
  });
  workers.push(worker);
  await worker.start();
  await eventually(() => ran.length >= 180);
  for (const queue of queues) {
    for (const key of ['big', 'small', 'other']) {
      const count = ran.slice(0, 180).filter((one) => one === `${queue} ${key}`).length;
      expect(Math.abs(count - 30), `${queue} ${key}`).toBeLessThan(6);
    }
  }
});
