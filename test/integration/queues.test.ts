/** Queue-wide settings and unique keys on real Redis and live workers, through the Client. */

import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client, type Handlers, Worker, type WorkerOptions } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from '../support/eventually.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

let redis: TestRedis;
let client: Client;
let connection: { redis: string; namespace: string; log: typeof silentLog };
const workers: Worker[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  connection = { redis: redis.url, namespace: uniqueNamespace(), log: silentLog };
  client = new Client(connection);
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
});
afterAll(async () => {
  await client?.close();
  await redis?.stop();
});

async function work(handlers: Handlers, options: Partial<WorkerOptions> = {}): Promise<void> {
  const worker = new Worker({ ...connection, handlers, ...options });
  workers.push(worker);
  await worker.start();
}

describe('a paused queue', () => {
  it('runs nothing while its neighbour on the same worker does, and goes on when it is resumed', async () => {
    const ran: string[] = [];
    const handlers = { note: async (payload: unknown) => void ran.push(String(payload)) };
    await client.queues.pause('still');
    await client.enqueue('note', 'before', { queue: 'still' });
    await work(handlers, { queues: ['still', 'busy'] });
    await client.enqueue('note', 'after', { queue: 'still' });
    for (let i = 0; i < 3; i++) {
      const task = await client.enqueue('note', `busy ${i}`, { queue: 'busy' });
      expect((await client.wait(task.id)).state).toBe('completed');
    }
    expect(ran.filter((name) => !name.startsWith('busy'))).toEqual([]);
    expect(await client.queues.get('still')).toMatchObject({ paused: true, ready: 2 });
    await client.queues.resume('still');
    await eventually(
      async () => ran.filter((name) => !name.startsWith('busy')),
      (names) => names.length === 2,
    );
  });
});

describe('the concurrency of a queue', () => {
  it('holds over workers and handlers, and everything runs in the end', async () => {
    let running = 0;
    let most = 0;
    let done = 0;
    const handler = async () => {
      running += 1;
      most = Math.max(most, running);
      for (let i = 0; i < 20; i++) await turn();
      running -= 1;
      done += 1;
    };
    await client.queues.set('narrow', { concurrency: 2 });
    for (let i = 0; i < 3; i++)
      await work({ a: handler, b: handler }, { queues: ['narrow'], concurrency: 5 });
    await client.enqueueMany(
      Array.from({ length: 60 }, (_, i) => ({ handler: i % 2 ? 'a' : 'b', queue: 'narrow' })),
    );
    await eventually(
      async () => done,
      (count) => count === 60,
    );
    expect(most).toBeLessThanOrEqual(2);
  });
});

describe('a unique key', () => {
  it('makes one task of many calls, and another once that has run', async () => {
    const create = () => client.enqueue('once', undefined, { uniqueKey: 'k', queue: 'u' });
    const many = await Promise.all(Array.from({ length: 120 }, create));
    expect(new Set(many.map(({ id }) => id)).size).toBe(1);
    expect(many.filter(({ deduplicated }) => deduplicated)).toHaveLength(119);
    const [first] = many;
    await work({ once: async () => 'done' }, { queues: ['u'] });
    expect(await client.wait(first?.id ?? '')).toMatchObject({ state: 'completed', uniqueKey: 'k' });
    const next = await create();
    expect(next.id).not.toBe(first?.id);
    expect((await client.wait(next.id)).state).toBe('completed');
  });
});
