/** A line to Redis that breaks in the midst of a start: processes come up all the same. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Client, Worker } from '../../src/index.js';
import { eventually } from '../support/eventually.js';
import { Processes } from '../support/processes.js';
import { startTestRedis } from '../support/redis.js';
import { startRedisProxy } from '../support/redis-proxy.js';

const processes = new Processes();
const open: (() => unknown)[] = [];
afterEach(async () => {
  await processes.stopAll();
  for (const end of open.splice(0).reverse()) await end();
});

/** A Redis whose line breaks once at the first request with each of the needles. */
async function shaky(...needles: string[]): Promise<{ steady: string; url: string; left: string[] }> {
  const redis = await startTestRedis();
  open.push(() => redis.stop());
  const left = [...needles];
  const proxy = await startRedisProxy(redis.port, (text) => {
    const at = left.findIndex((needle) => text.toLowerCase().includes(needle));
    if (at === -1) return undefined;
    left.splice(at, 1);
    return 'break';
  });
  open.push(() => proxy.close());
  return { steady: redis.url, url: proxy.url, left };
}

async function runsOne(redis: string): Promise<unknown> {
  const client = new Client({ redis });
  open.push(() => client.close());
  const { id } = await client.enqueue('greet', { name: 'Ada' });
  return (await client.wait(id, '30s')).result;
}

const ASKS_TIME = '$4\r\ntime\r\n';
const SUBSCRIBES = 'subscribe';
const LISTS_QUEUES = 'smembers';
const ANNOUNCES = '"pid"';

test('a node takes part', async () => {
  const { url, left } = await shaky(ASKS_TIME, ASKS_TIME, SUBSCRIBES, ANNOUNCES, LISTS_QUEUES);
  const schedules = mkdtempSync(join(tmpdir(), 'carillon-shaky-'));
  open.push(() => rmSync(schedules, { recursive: true, force: true }));
  const node = processes.carillon(['start', '--port', '0', '--schedules', schedules], {
    env: { CARILLON_REDIS_URL: url },
  });
  await node.line(/"elected leader"/);
  await eventually(() => left.length === 0);
});

test('a worker process takes tasks', async () => {
  const { url, steady, left } = await shaky(SUBSCRIBES, LISTS_QUEUES, ANNOUNCES);
  const directory = mkdtempSync(join(tmpdir(), 'carillon-shaky-'));
  open.push(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(
    join(directory, 'handlers.mjs'),
    'export default { greet: ({ name }) => ["hello", name].join(" ") };',
  );
  const worker = processes.carillon(['worker', 'handlers.mjs'], {
    cwd: directory,
    env: { CARILLON_REDIS_URL: url, CARILLON_QUEUES: '*' },
  });
  await worker.line(/takes tasks/);
  expect(left).toEqual([]);
  expect(await runsOne(steady)).toBe('hello Ada');
});

test('a Worker takes tasks', async () => {
  const { url, steady, left } = await shaky(SUBSCRIBES, LISTS_QUEUES, ANNOUNCES);
  const greet = ({ name }: { name: string }): string => `hello ${name}`;
  const worker = new Worker({ redis: url, queues: ['*'], handlers: { greet } });
  open.push(() => worker.stop());
  await worker.start();
  expect(left).toEqual([]);
  expect(await runsOne(steady)).toBe('hello Ada');
});
