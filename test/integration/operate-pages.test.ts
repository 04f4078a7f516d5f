/** docs/redis.md and docs/upgrade.md: the settings, the user and the restoring they tell of, on real redis-servers. */

import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import { startRedisServer } from '../../src/embedded/redis-server.js';
import { Client } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from '../support/eventually.js';
import { Processes } from '../support/processes.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const page = (name: string): string =>
  readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');
const block = (text: string, language: string): string =>
  new RegExp(`^\`\`\`${language}.*?\\n(.*?)^\`\`\`$`, 'ms').exec(text)?.[1]?.trim() ?? '';

const processes = new Processes();
const clean: (() => unknown)[] = [];
afterEach(async () => {
  await processes.stopAll();
  for (const step of clean.splice(0).reverse()) await step();
});

async function redisWith(config: Record<string, string>): Promise<TestRedis> {
  const redis = await startTestRedis({ persistence: 'aof', config });
  clean.push(() => redis.stop());
  return redis;
}

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'carillon-operate-'));
  clean.push(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, 'schedules'));
  const handlers = "export default { tick: async () => 'ticked', slow: async () => 'done' };";
  writeFileSync(join(dir, 'handlers.mjs'), handlers);
  return dir;
}

function clientOf(url: string): Client {
  const client = new Client({ redis: url, log: silentLog });
  clean.push(() => client.close());
  return client;
}

it('a user with the rights that docs/redis.md gives it, on a Redis that is set as it says, is enough', async () => {
  const text = page('redis');
  const lines = block(text, 'conf').split('\n');
  const config = Object.fromEntries(
    lines.map((line) => [line.split(' ')[0], line.slice(line.indexOf(' ') + 1).replaceAll('"', '')]),
  );
  expect(config).toMatchObject({ appendonly: 'yes', 'maxmemory-policy': 'noeviction' });
  const { save: _, appendonly: __, ...rest } = config;
  const redis = await redisWith(rest);
  const admin = new Redis(redis.url);
  clean.push(() => admin.disconnect());
  const [word, ...rules] = block(text, 'acl').split(' ');
  expect(word).toBe('user');
  await admin.call('ACL', 'SETUSER', ...rules);
  const url = redis.url.replace('redis://', 'redis://carillon:secret@');

  const dir = folder();
  writeFileSync(
    join(dir, 'schedules/a.yaml'),
    'version: 1\nschedules:\n  tick: { handler: tick, every: 1s }\n',
  );
  const env = { CARILLON_REDIS_URL: url, CARILLON_LOG_FORMAT: 'json' };
  const node = processes.carillon(['start', '--port', '0'], { cwd: dir, env });
  const worker = processes.carillon(['worker', 'handlers.mjs'], { cwd: dir, env });
  const client = clientOf(url);
  await eventually(
    async () => (await client.list({ schedule: 'tick', state: 'completed' })).items.length > 1,
  );
  const task = await client.enqueue('slow', {}, { delay: '100ms', uniqueKey: 'u', concurrencyKey: 'k' });
  expect((await client.wait(task.id, '20s')).state).toBe('completed');

  // What the page says of connections: a handful for each of the three processes, this one included.
  const connections = String(await admin.call('CLIENT', 'LIST'))
    .split('\n')
    .filter((line) => / user=carillon /.test(line));
  expect(connections.length).toBeLessThan(3 * 7);
  const denied = (await admin.call('ACL', 'LOG')) as unknown[];
  expect(denied).toEqual([]);
  await expect(
    new Client({ redis: redis.url.replace('redis://', 'redis://carillon:wrong@'), log: silentLog }).list(),
  ).rejects.toMatchObject({
    code: 'forbidden',
  });
  expect((await worker.stop()).code).toBe(0);
  expect((await node.stop()).code).toBe(0);
});

it('restoring a backup goes as docs/upgrade.md says', async () => {
  const dir = folder();
  const file =
    'version: 1\nschedules:\n  tick: { handler: tick, every: 2s, overlap: allow, catchUp: { policy: all } }\n';
  writeFileSync(join(dir, 'schedules/a.yaml'), file);
  const lost = await redisWith({});
  const start = (url: string, ...words: string[]) =>
    processes.carillon(words, { cwd: dir, env: { CARILLON_REDIS_URL: url, CARILLON_LOG_FORMAT: 'json' } });
  const before = clientOf(lost.url);
  start(lost.url, 'start', '--port', '0');
  start(lost.url, 'worker', 'handlers.mjs');
  const runs = async (client: Client) => (await client.list({ schedule: 'tick', state: 'completed' })).items;
  await eventually(async () => (await runs(before)).length > 0);

  const waiting = await before.enqueue('slow', {}, { delay: '1s' });
  const admin = new Redis(lost.url);
  await admin.save();
  const known = new Set((await runs(before)).map(({ id }) => id));
  const [, place = ''] = (await admin.config('GET', 'dir')) as string[];
  admin.disconnect();
  mkdirSync(join(dir, 'restored'));
  copyFileSync(join(place, 'dump.rdb'), join(dir, 'restored/dump.rdb'));

  // Since the backup: what waited has run, so has an instant, and a task was made.
  expect((await before.wait(waiting.id, '20s')).state).toBe('completed');
  const made = await before.enqueue('slow', {});
  const again = await eventually(async () => (await runs(before)).find(({ id }) => !known.has(id))?.id ?? '');
  await processes.stopAll();
  await lost.stop();

  // A snapshot is read while there is no append-only file to be read instead.
  const restored = await startRedisServer({
    dir: join(dir, 'restored'),
    persistence: 'none',
    listen: 'port',
  });
  clean.push(() => restored.stop());
  const after = clientOf(restored.url);
  start(restored.url, 'start', '--port', '0');
  await eventually(async () => (await after.get(waiting.id))?.state === 'ready');
  expect(await after.get(made.id)).toBeNull();
  start(restored.url, 'worker', 'handlers.mjs');
  expect((await after.wait(waiting.id, '20s')).state).toBe('completed');
  await eventually(async () => (await after.get(again))?.state === 'completed', Boolean, { within: 30_000 });
});

it('a snapshot beside `appendonly yes` is not read, as docs/upgrade.md warns', async () => {
  const redis = await startTestRedis();
  clean.push(() => redis.stop());
  const admin = new Redis(redis.url);
  clean.push(() => admin.disconnect());
  await admin.set('there', '1');
  await admin.save();
  const [, place = ''] = (await admin.config('GET', 'dir')) as string[];
  const dir = folder();
  copyFileSync(join(place, 'dump.rdb'), join(dir, 'dump.rdb'));
  const empty = await startRedisServer({ dir, persistence: 'aof', listen: 'port' });
  clean.push(() => empty.stop());
  const looking = new Redis(empty.url);
  clean.push(() => looking.disconnect());
  expect(await looking.dbsize()).toBe(0);
});
