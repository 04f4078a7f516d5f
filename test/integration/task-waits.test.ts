/** Waiting for the end of tasks on a real Redis: told, not asked for; through lost lines and a Redis that comes back. */

import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Client, type Task } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { partitionKeys } from '../../src/store/redis/keys.js';
import { eventually } from '../support/eventually.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

let redis: TestRedis;
let admin: Redis;
let namespace: string;
const clients: Client[] = [];

beforeAll(async () => {
  redis = await startTestRedis({ persistence: 'aof' });
  admin = new Redis(redis.url, { maxRetriesPerRequest: null });
  admin.on('error', () => {});
});
afterAll(async () => {
  admin.disconnect();
  await redis.stop();
});
beforeEach(() => {
  namespace = uniqueNamespace();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

function make(): Client {
  const client = new Client({ redis: redis.url, namespace, log: silentLog });
  clients.push(client);
  return client;
}

const keys = () => partitionKeys(namespace, 'default');
const isAwaited = (id: string) => eventually(async () => (await admin.hget(keys().awaited, id)) !== null);
const calls = async (name: string): Promise<number> =>
  Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(await admin.info('commandstats'))?.[1] ?? 0);

test('many that are awaited by two clients are told to each, and nothing is left of it', async () => {
  const [one, other] = [make(), make()];
  const tasks = await one.enqueueMany(Array.from({ length: 300 }, () => ({ handler: 'h', delay: '1h' })));
  const ids = tasks.map(({ id }) => id);
  const ended = Promise.all([one, other].flatMap((client) => ids.map((id) => client.wait(id, '1m'))));
  for (const id of [ids[0], ids.at(-1)]) await isAwaited(id ?? '');
  await eventually(async () => (await admin.hvals(keys().awaited)).every((who) => who.includes(' ')));
  await Promise.all(ids.map((id) => one.cancel(id)));
  expect((await ended).every(({ state }) => state === 'cancelled')).toBe(true);
  expect(await admin.exists(keys().awaited)).toBe(0);
  expect((await admin.get(keys().switches)) ?? '').not.toContain('w');
});

test('who waits asks for nothing meanwhile', async () => {
  const client = make();
  const { id } = await client.enqueue('h', {}, { delay: '1h' });
  const waiting = client.wait(id, '1m');
  await isAwaited(id);
  const before = await calls('evalsha');
  // Other work of the same Redis, many turns of it.
  for (let turn = 0; turn < 300; turn += 1) await admin.ping();
  const after = await calls('evalsha');
  expect(after - before).toBeLessThanOrEqual(1);
  await client.cancel(id);
  expect((await waiting).state).toBe('cancelled');
});

test('who gives up is forgotten, and beside him the others are not', async () => {
  const [patient, hasty] = [make(), make()];
  const { id } = await patient.enqueue('h', {}, { delay: '1h' });
  const waiting = patient.wait(id, '1m');
  await isAwaited(id);
  const alone = await admin.hget(keys().awaited, id);
  expect((await hasty.wait(id, '50ms')).state).toBe('scheduled');
  await eventually(async () => (await admin.hget(keys().awaited, id)) === alone);
  await patient.cancel(id);
  expect((await waiting).state).toBe('cancelled');
});

test('what is told while the line is down is seen when it is back', async () => {
  const [client, other] = [make(), make()];
  const { id } = await other.enqueue('h', {}, { delay: '1h' });
  const waiting = client.wait(id, '1m');
  await isAwaited(id);
  await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await other.cancel(id);
  expect((await waiting).state).toBe('cancelled');
});

test('a Redis that is killed and comes back ends no wait, and tells the end', async () => {
  const client = make();
  const tasks: Task[] = [];
  for (let n = 0; n < 3; n += 1) tasks.push(await client.enqueue('h', {}, { delay: '1h' }));
  const waiting = tasks.map(({ id }) => client.wait(id, '1m'));
  for (const { id } of tasks) await isAwaited(id);
  redis.kill('SIGKILL');
  await redis.gone();
  await redis.restart();
  const other = make();
  await Promise.all(tasks.map(({ id }) => other.cancel(id)));
  expect((await Promise.all(waiting)).map(({ state }) => state)).toEqual(Array(3).fill('cancelled'));
});
