/** Overlap while workers and nodes are killed at random: never two runs at once, never stuck; and cancel over HTTP. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Client, type Task } from '../../src/index.js';
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

const POLICIES = ['skip', 'wait', 'replace'] as const;

const lines = (file: string): string[] =>
  existsSync(join(cwd, file)) ? readFileSync(join(cwd, file), 'utf8').split('\n').filter(Boolean) : [];

it('never two at once and never stuck, while workers and nodes are killed', async () => {
  mkdirSync(join(cwd, 'held'));
  mkdirSync(join(cwd, 'schedules'));
  writeFileSync(join(cwd, 'handlers.mjs'), EXCLUSIVE);
  const of = (overlap: string) =>
    `  ${overlap}: { handler: run, every: 1s, overlap: ${overlap}, payload: { length: 2500 },\n` +
    '    retry: { maxAttempts: 2, backoff: fixed, delay: 100ms } }\n';
  writeFileSync(join(cwd, 'schedules/all.yaml'), `version: 1\nschedules:\n${POLICIES.map(of).join('')}`);
  const worker = (): TestProcess => processes.carillon(['worker', 'handlers.mjs'], { cwd, env });
  const node = (): TestProcess => processes.carillon(['start', '--port', '0'], { cwd, env });
  const workers = [worker(), worker()];
  const nodes = [node(), node()];
  await eventually(() => POLICIES.every((one) => lines('done').includes(one)), Boolean, { within: 30_000 });
  for (let n = 0; n < 5; n += 1) {
    await sleep(400 + Math.random() * 1_200);
    const [killed] = workers.splice(0, 1);
    killed?.kill('SIGKILL');
    if (n === 2) nodes.splice(0, 1)[0]?.kill('SIGKILL');
    workers.push(worker());
  }
  const before = lines('done').length;
  const since = (one: string) =>
    lines('done')
      .slice(before)
      .filter((id) => id === one).length;
  await eventually(() => POLICIES.every((one) => since(one) >= 2), Boolean, { within: 30_000 });
  expect(lines('violations')).toEqual([]);
  const ended = await client.list({ state: ['cancelled', 'completed'], limit: 1_000 });
  expect(ended.items.filter(({ reason }) => reason === 'replaced').map(({ state }) => state)).toContain(
    'cancelled',
  );
});

it('a running task is cancelled from anywhere: its handler is told within a second, and it runs no more', async () => {
  writeFileSync(
    join(cwd, 'handlers.mjs'),
    `export default { wait: (_, { signal }) => new Promise((_, reject) => {
       signal.addEventListener('abort', () => { console.log('told ' + signal.reason.message); reject(signal.reason); });
     }) };`,
  );
  const worker = processes.carillon(['worker', 'handlers.mjs'], {
    cwd,
    env: { ...env, CARILLON_LEASE: '30s' },
  });
  const { id } = await client.enqueue('wait');
  await eventually(async () => (await client.get(id))?.state === 'running');
  await sleep(500);
  const asked = (await client.cancel(id, { reason: 'not needed' })) as Task;
  expect(asked).toMatchObject({ state: 'running', cancelRequested: true });
  const at = performance.now();
  await worker.line(/told the task was cancelled: not needed/);
  // A beat would come after ten seconds.
  expect(performance.now() - at).toBeLessThan(5_000);
  const over = await eventually(
    async () => (await client.get(id)) as Task,
    ({ state }) => state !== 'running',
  );
  expect(over).toMatchObject({ state: 'cancelled', reason: 'not needed', attempt: 1 });
});
