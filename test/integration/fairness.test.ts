/** Several queues, handlers and priorities on one worker: none waits for another longer than its turn. */

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Client, type Handlers, Worker, type WorkerOptions } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from '../support/eventually.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

let redis: TestRedis;
const open: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
afterEach(async () => {
  await Promise.all(open.splice(0).map((part) => part.stop()));
});

function house() {
  const connection = { redis: redis.url, namespace: uniqueNamespace(), log: silentLog };
  const client = new Client(connection);
  open.push({ stop: () => client.close() });
  const work = async (handlers: Handlers, options: Partial<WorkerOptions>): Promise<void> => {
    const worker = new Worker({ ...connection, handlers, ...options });
    open.push(worker);
    await worker.start();
  };
  return { client, work };
}

const turnOfTheLoop = () => new Promise((resolve) => setTimeout(resolve, 1));
function counts(names: readonly string[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const name of names) sum[name] = (sum[name] ?? 0) + 1;
  return sum;
}

it.each([1, 3])('queues take turns with asynchronous handlers and %i slots', async (concurrency) => {
  const { client, work } = house();
  const queues = ['q0', 'q1', 'q2'];
  for (const queue of queues) {
    await client.enqueueMany(Array.from({ length: 120 }, () => ({ handler: 'slow', queue })));
  }
  const ran: string[] = [];
  const slow: Handlers[string] = async (_, ctx) => {
    ran.push(ctx.task.queue);
    await turnOfTheLoop();
  };
  await work({ slow }, { queues, concurrency });
  await eventually(() => ran.length >= 120);
  for (const queue of queues) expect(Math.abs((counts(ran.slice(0, 120))[queue] ?? 0) - 40)).toBeLessThan(6);
});

it('one task in a small queue does not wait for the backlog of a large one', async () => {
  const { client, work } = house();
  await client.enqueueMany(Array.from({ length: 200 }, () => ({ handler: 'slow', queue: 'bulk' })));
  const ran: string[] = [];
  const slow: Handlers[string] = async (_, ctx) => {
    ran.push(ctx.task.queue);
    if (ran.length === 20) await client.enqueue('slow', null, { queue: 'mail', priority: 'high' });
    await turnOfTheLoop();
  };
  await work({ slow }, { queues: ['bulk', 'mail'], concurrency: 1 });
  await eventually(() => ran.includes('mail'));
  expect(ran.indexOf('mail')).toBeLessThan(25);
});

it.each([2, 5])('%i handlers share each priority evenly, and priorities 6 : 3 : 1', async (n) => {
  const { client, work } = house();
  const rounds = 12 * n;
  const handlers = Array.from({ length: n }, (_, i) => `h${i}`);
  await client.enqueueMany(
    (['high', 'normal', 'low'] as const).flatMap((priority) =>
      handlers.flatMap((handler) =>
        Array.from({ length: (7 * rounds) / n }, () => ({
          handler,
          priority,
          payload: `${priority} ${handler}`,
        })),
      ),
    ),
  );
  const ran: string[] = [];
  const note = async (lane: string) => {
    ran.push(lane);
    await turnOfTheLoop();
  };
  await work(Object.fromEntries(handlers.map((handler) => [handler, note])), { concurrency: 1 });
  // The lanes are learnt with the first claims.
  await eventually(() => ran.length >= 10 * rounds + 10);
  const seen = counts(ran.slice(10, 10 * rounds + 10));
  for (const [priority, share] of [
    ['high', 6],
    ['normal', 3],
    ['low', 1],
  ] as const) {
    for (const handler of handlers) {
      expect(Math.abs((seen[`${priority} ${handler}`] ?? 0) - (rounds * share) / n)).toBeLessThanOrEqual(2);
    }
  }
});

it('a delayed task of a queue that was idle for long comes in time, without a node', async () => {
  const { client, work } = house();
  const due = new Map<string, number>();
  const begun = new Map<string, number>();
  await work(
    { note: (_, ctx) => void begun.set(ctx.task.id, Date.now()) },
    { queues: Array.from({ length: 20 }, (_, i) => `idle-${i}`), concurrency: 5 },
  );
  for (const queue of ['idle-3', 'idle-17']) {
    const { id, dueAt } = await client.enqueue('note', null, { queue, delay: '2500ms' });
    due.set(id, Date.parse(dueAt));
  }
  for (const [id, at] of due) {
    expect(await client.wait(id)).toMatchObject({ state: 'completed' });
    expect(begun.get(id)).toBeGreaterThanOrEqual(at);
    // Looks by itself come after ten seconds and more; a token tells of this one.
    expect((begun.get(id) ?? 0) - at).toBeLessThan(1_500);
  }
});
