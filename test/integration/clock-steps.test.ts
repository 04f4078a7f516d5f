/** A clock that was stepped back: what a dead worker held comes back within one lease, not when its time comes again. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import { Client } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from '../support/eventually.js';
import { Processes } from '../support/processes.js';
import { startTestRedis } from '../support/redis.js';

const STEP = 300_000;

const processes = new Processes();
const open: (() => unknown)[] = [];
afterEach(async () => {
  await processes.stopAll();
  for (const end of open.splice(0).reverse()) await end();
});

it('the lease of a killed worker is cut to its length', { timeout: 60_000 }, async () => {
  const redis = await startTestRedis();
  open.push(() => redis.stop());
  const directory = await mkdtemp(join(tmpdir(), 'carillon-clock-'));
  open.push(() => rm(directory, { recursive: true, force: true }));
  const env = { CARILLON_REDIS_URL: redis.url, CARILLON_LEASE: '1s' };
  const module = new URL('./fixtures/first-hangs.mjs', import.meta.url).pathname;
  processes.carillon(['start', '--port', '0', '--schedules', directory], { env });
  const victim = processes.carillon(['worker', module], { env });
  const client = new Client({ redis: redis.url, log: silentLog });
  open.push(() => client.close());
  const { id } = await client.enqueue('first-hangs');
  await eventually(
    () => client.get(id),
    (task) => task?.state === 'running',
    { within: 20_000 },
  );
  victim.kill('SIGKILL');
  await victim.exited;
  // As if its lease had been set before a step back.
  const admin = new Redis(redis.url);
  open.push(() => admin.disconnect());
  const [worker = ''] = await admin.zrange('{carillon:default}:workers', 0, '-1');
  await admin.zincrby('{carillon:default}:workers', STEP, worker);
  processes.carillon(['worker', module], { env });
  expect(await client.wait(id, '30s')).toMatchObject({ state: 'completed', attempt: 2 });
});
