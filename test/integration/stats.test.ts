/** Statistics of real workers, nodes and clients on real Redis, through deaths and cut lines. */

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Client, Worker } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from '../support/eventually.js';
import { Processes } from '../support/processes.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

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

const handlers = {
  good: () => 'done',
  bad: () => {
    throw new Error('no');
  },
};
const bare = () => ({ redis: redis.url, namespace: uniqueNamespace(), log: silentLog });

it('a worker and a client alone: what ended, failed and was cancelled, once both have stopped', async () => {
  const connection = bare();
  const client = new Client(connection);
  const worker = new Worker({ ...connection, queues: ['mail', 'bulk'], handlers });
  await worker.start();
  const once = { retry: { maxAttempts: 1 } };
  const made = await client.enqueueMany([
    ...Array.from({ length: 20 }, () => ({ handler: 'good', queue: 'mail' })),
    { handler: 'good', queue: 'bulk' },
    { handler: 'bad', queue: 'bulk', ...once },
  ]);
  for (const { id } of made) await client.wait(id);
  const { id } = await client.enqueue('good', null, { queue: 'mail', delay: '1h' });
  await client.cancel(id);
  await worker.stop();
  await client.close();

  const reader = new Client(connection);
  cleanups.push(() => reader.close());
  const total = async (asked: object) => (await reader.stats(asked)).total;
  expect(await total({})).toMatchObject({ completed: 21, failed: 1, dead: 1, cancelled: 1, enqueued: 23 });
  expect(await total({ queue: 'mail' })).toMatchObject({ completed: 20, dead: 0, cancelled: 1 });
  expect(await total({ handler: 'bad' })).toMatchObject({ completed: 0, failed: 1, dead: 1 });
  const { runMs, waitMs, latenessMs } = await total({ handler: 'good' });
  expect([runMs.p99, waitMs.p99]).toEqual([expect.any(Number), expect.any(Number)]);
  expect(latenessMs.p50).toBeNull();
});

it('a node, a killed worker and the command line: lost attempts, schedules, and what they usually take', {
  timeout: 120_000,
}, async () => {
  const connection = bare();
  const env = { CARILLON_REDIS_URL: redis.url, CARILLON_NAMESPACE: connection.namespace };
  const node = processes.carillon(['start', '--port', '0', '--stats-budget', '2000000'], { env });
  const url = (await node.line(/http:\/\/[\d.:]+/))[0];
  const client = new Client(connection);
  cleanups.push(() => client.close());
  await client.schedules.put('every-second', { every: '1s', handler: 'good', queue: 'mail' });
  const total = async (asked: object) => (await client.stats(asked)).total;

  const worker = new Worker({ ...connection, queues: ['mail'], handlers });
  cleanups.push(() => worker.stop());
  await worker.start();
  await eventually(
    () => total({ schedule: 'every-second' }),
    ({ completed, latenessMs }) => completed >= 3 && latenessMs.p95 !== null,
    { within: 30_000 },
  );

  // A worker that takes a task and never says a word again.
  const taken = await client.enqueue('held', null, { queue: 'lost', retry: { maxAttempts: 1 } });
  const { openStore } = await import('../../src/store/redis/index.js');
  const store = await openStore({ url: redis.url, namespace: connection.namespace });
  cleanups.push(() => store.close());
  const claim = { worker: 'w~gone', nonce: 2, want: 1, handlers: ['held'], leaseMs: 500, completions: [] };
  expect((await store.claim('lost', claim)).tasks).toHaveLength(1);
  expect((await client.wait(taken.id)).state).toBe('dead');
  await eventually(
    () => total({ handler: 'held' }),
    ({ failed, dead }) => failed === 1 && dead === 1,
    { within: 30_000 },
  );

  const told = async (...args: string[]): Promise<string> => {
    const command = processes.carillon([...args, '--url', url], { env });
    await command.ended;
    return command.stdout;
  };
  const shown = await told('schedules', 'show', 'every-second');
  expect(shown).toMatch(/usually takes +\d+ms \(p95/);
  expect(shown).toMatch(/last \d+ days +\d+ completed/);
  const queue = await told('queues', 'show', 'mail');
  expect(queue).toMatch(/last hour +\d+ completed/);
  expect(queue).toMatch(/waits +\d+m?s \(p95/);
  const answer = await (await fetch(`${url}/v1/stats?queue=mail&step=1m`)).json();
  expect(answer.items).toHaveLength(61);
});
