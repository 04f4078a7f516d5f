/** A schedule that is renamed in its file again and again, while leaders and workers are killed. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  cwd = mkdtempSync(join(tmpdir(), 'carillon-renames-'));
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

/** Whatever it is called, its runs must not meet. */
const HANDLERS = EXCLUSIVE.replace('const { id } = ctx.schedule;', "const id = 'one';").replace(
  "appendFileSync('done', id",
  "appendFileSync('done', ctx.task.id",
);

function declare(id: string, formerly: string | undefined, queue: string): void {
  const fields = {
    ...{ handler: 'run', every: '1s', overlap: 'wait', payload: { length: 1_500 }, queue },
    ...{ retry: { maxAttempts: 2, backoff: 'fixed', delay: '100ms' } },
    ...(formerly === undefined ? {} : { formerly }),
  };
  // In one write, so that nobody reads half of it.
  writeFileSync(
    join(cwd, 'schedules', 'a.json'),
    JSON.stringify({ version: 1, schedules: { [id]: fields } }),
  );
}

it('one fate for every instant, never two runs at once, and a pause that stays', {
  timeout: 120_000,
}, async () => {
  for (const directory of ['held', 'schedules']) mkdirSync(join(cwd, directory));
  writeFileSync(join(cwd, 'handlers.mjs'), HANDLERS);
  declare('r0', undefined, 'a');
  const worker = (): TestProcess =>
    processes.carillon(['worker', 'handlers.mjs', '--queues', 'a,b'], { cwd, env });
  const node = (): TestProcess => processes.carillon(['start', '--port', '0'], { cwd, env });
  const workers = [worker(), worker()];
  const nodes = [node(), node()];
  const ids = ['r0', 'r1', 'r2', 'r3', 'r1', 'r0'];
  const isThere = (id: string) => async () =>
    (await client.schedules.list()).items.map((one) => one.id).join() === id;
  await eventually(isThere('r0'), Boolean, { within: 30_000 });
  const created = (await client.schedules.get('r0'))?.createdAt;
  for (const [n, id] of ids.entries()) {
    if (n === 0) continue;
    const before = lines('done').length;
    await eventually(() => lines('done').length > before, Boolean, { within: 30_000 });
    declare(id, ids[n - 1], n % 2 === 0 ? 'a' : 'b');
    if (n % 2 === 1) nodes.shift()?.kill('SIGKILL');
    if (n === 2) workers.shift()?.kill('SIGKILL');
    if (n % 2 === 1) nodes.push(node());
    if (n === 2) workers.push(worker());
    await eventually(isThere(id), Boolean, { within: 30_000 });
  }
  const before = lines('done').length;
  await eventually(() => lines('done').length > before + 1, Boolean, { within: 30_000 });
  await client.schedules.pause('r0', { reason: 'seen' });
  declare('last', 'r0', 'a');
  await eventually(isThere('last'), Boolean, { within: 30_000 });
  const last = await client.schedules.get('last');
  expect(last).toMatchObject({ createdAt: created, state: 'paused', paused: { reason: 'seen' } });

  expect(lines('violations')).toEqual([]);
  // Runs of a dead worker go again; nothing else does, whatever name it had.
  const nominals = [...new Set(lines('done'))].map((id) => id.split('@')[1]);
  expect(new Set(nominals).size).toBe(nominals.length);
  const to = new Date(Date.parse(String(created)) + 10_000);
  const { items } = await client.schedules.occurrences('last', { from: String(created), to });
  expect(items.length).toBeGreaterThan(8);
  const open = items.filter(({ fate }) => !['fired', 'coalesced', 'missed', 'skipped'].includes(fate));
  expect(open).toEqual([]);
  for (const { taskId, nominalAt } of items) {
    if (taskId !== undefined) expect(taskId).toMatch(new RegExp(`^r\\d@${Date.parse(nominalAt)}$`));
  }
});
