/** What a queue tells of its pace, with a real node and a real worker. */

import { setTimeout as lasts } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Client, Worker } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from '../support/eventually.js';
import { Processes } from '../support/processes.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

const TASKS = 1_200;
const CONCURRENCY = 4;
/** Of one task, ms: far more than what is around it. */
const LASTS = 60;

let redis: TestRedis;
const processes = new Processes();
const cleanups: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await processes.stopAll();
});

it('half way through a steady backlog it is told, within a quarter, how long the rest takes', {
  timeout: 120_000,
}, async () => {
  const connection = { redis: redis.url, namespace: uniqueNamespace(), log: silentLog };
  const env = { CARILLON_REDIS_URL: redis.url, CARILLON_NAMESPACE: connection.namespace };
  await processes.carillon(['start', '--port', '0'], { env }).line(/http:\/\//);
  const client = new Client(connection);
  cleanups.push(() => client.close());
  await client.enqueueMany(Array.from({ length: TASKS }, () => ({ handler: 'steady', queue: 'steady' })));
  const handlers = { steady: () => lasts(LASTS) };
  const worker = new Worker({ ...connection, queues: ['steady'], concurrency: CONCURRENCY, handlers });
  cleanups.push(() => worker.stop());
  await worker.start();

  const queue = () => client.queues.get('steady');
  const ready = (most: number) => eventually(queue, (facts) => facts.ready <= most, { within: 60_000 });
  const half = await ready(TASKS / 2);
  const halfAt = performance.now();
  const { drainsInMs = 0, rates, oldestAgeMs = 0 } = half;
  await ready(0);
  const took = performance.now() - halfAt;
  expect(drainsInMs / took).toBeGreaterThan(0.75);
  expect(drainsInMs / took).toBeLessThan(1.25);
  // All were made together, and have waited since.
  expect(oldestAgeMs).toBeGreaterThan(0);
  expect(rates?.started).toBeGreaterThan(0);
  expect(await queue()).toMatchObject({ ready: 0, drainsInMs: 0 });
});
