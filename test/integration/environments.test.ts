/** Schedules of other environments stay out, whoever leads and whatever is made up for. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Client, Worker } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from '../support/eventually.js';
import { Processes, type TestProcess } from '../support/processes.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

const processes = new Processes();
const open: (() => unknown)[] = [];
let redis: TestRedis;
let cwd: string;
let namespace: string;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'carillon-environments-'));
  namespace = uniqueNamespace();
});
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
  await processes.stopAll();
  rmSync(cwd, { recursive: true, force: true });
});

it('hold through a leader that is killed, a node of another environment, and a backfill', {
  timeout: 120_000,
}, async () => {
  mkdirSync(join(cwd, 'schedules'));
  const one = (environments: string[]) => ({ handler: 'work', every: '1s', overlap: 'allow', environments });
  const schedules = {
    here: one(['production']),
    both: one(['staging', 'production']),
    there: one(['staging']),
  };
  writeFileSync(join(cwd, 'schedules', 'a.json'), JSON.stringify({ version: 1, schedules }));
  const node = (environment: string): TestProcess =>
    processes.carillon(['start', '--redis', redis.url, '--namespace', namespace, '--port', '0'], {
      ...{ cwd, env: { CARILLON_ENVIRONMENT: environment } },
    });
  const client = new Client({ redis: redis.url, namespace, log: silentLog });
  open.push(() => client.close());
  const ran: string[] = [];
  const handlers = { work: async (_: unknown, ctx: { task: { id: string } }) => void ran.push(ctx.task.id) };
  const worker = new Worker({ redis: redis.url, namespace, log: silentLog, handlers });
  await worker.start();
  open.push(() => worker.stop());
  const ids = async () => (await client.schedules.list()).items.map(({ id }) => id);
  const runs = (id: string, from = 0) => ran.slice(from).filter((task) => task.startsWith(`${id}@`)).length;
  const goesOn = async (): Promise<void> => {
    const from = ran.length;
    await eventually(() => runs('here', from) > 1 && runs('both', from) > 1, Boolean, { within: 30_000 });
    expect(await ids()).toEqual(['both', 'here']);
  };
  const first = node('production');
  await goesOn();
  const others = [node('production'), node('staging')];
  await Promise.all(others.map((other) => other.line(/http:\/\//)));
  // It may lead like any other; its files are held.
  await others[1]?.line(/held/);
  first.kill('SIGKILL');
  await goesOn();
  others[0]?.kill('SIGKILL');
  await goesOn();

  const to = new Date(Date.parse((await client.schedules.get('here')).createdAt));
  const range = { from: new Date(to.getTime() - 10_000), to };
  const { id, matched } = await client.schedules.backfill('here', range);
  expect(matched).toBe(10);
  await eventually(
    async () => (await client.operations.get(id)).state,
    (state) => state === 'done',
    { within: 30_000 },
  );
  await eventually(() => ran.filter((task) => task.endsWith(`+${id}`)).length === 10, Boolean);
  await expect(client.schedules.backfill('there', range)).rejects.toThrow(/no schedule/);
  await goesOn();
  expect(runs('there')).toBe(0);
});
