/** A schedule that moves from queue to queue under load, while workers and leaders are killed: never two runs at once. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Client } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from '../support/eventually.js';
import { EXCLUSIVE } from '../support/exclusive-handlers.js';
import { Processes, type TestProcess } from '../support/processes.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

let redis: TestRedis;
let cwd: string;
let processes: Processes;
let client: Client;
let env: Record<string, string>;

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'carillon-overlap-'));
  processes = new Processes();
  const namespace = uniqueNamespace();
  client = new Client({ redis: redis.url, namespace, log: silentLog });
  env = { CARILLON_REDIS_URL: redis.url, CARILLON_NAMESPACE: namespace, CARILLON_LEASE: '1s' };
});
afterEach(async () => {
  await processes.stopAll();
  await client.close();
  rmSync(cwd, { recursive: true, force: true });
});

const lines = (file: string): string[] =>
  existsSync(join(cwd, file)) ? readFileSync(join(cwd, file), 'utf8').split('\n').filter(Boolean) : [];

const POLICIES = ['skip', 'wait'] as const;

it('never two at once and never stuck, from queue to queue', async () => {
  mkdirSync(join(cwd, 'held'));
  writeFileSync(join(cwd, 'handlers.mjs'), EXCLUSIVE);
  const worker = (): TestProcess =>
    processes.carillon(['worker', 'handlers.mjs', '--queues', 'a,b'], { cwd, env });
  const node = (): TestProcess => processes.carillon(['start', '--port', '0'], { cwd, env });
  const retry = { maxAttempts: 2, backoff: 'fixed', delay: '100ms' } as const;
  const moveTo = (queue: string) =>
    Promise.all(
      POLICIES.map((overlap) =>
        client.schedules.put(overlap, {
          ...{ handler: 'run', every: '1s', overlap, queue, retry },
          payload: { length: 2_500 },
        }),
      ),
    );
  const workers = [worker(), worker()];
  const nodes = [node(), node()];
  const since = (one: string, before: number) => lines('done').slice(before).includes(one);
  await moveTo('a');
  await eventually(() => POLICIES.every((one) => since(one, 0)), Boolean, { within: 30_000 });
  for (let n = 0; n < 8; n += 1) {
    await moveTo(n % 2 === 0 ? 'b' : 'a');
    await sleep(300 + Math.random() * 1_500);
    if (n % 3 === 1) {
      workers.splice(0, 1)[0]?.kill('SIGKILL');
      workers.push(worker());
    }
    if (n === 4) nodes.splice(0, 1)[0]?.kill('SIGKILL');
  }
  const before = lines('done').length;
  await eventually(() => POLICIES.every((one) => since(one, before)), Boolean, { within: 30_000 });
  expect(lines('violations')).toEqual([]);
});
