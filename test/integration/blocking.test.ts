/** Handlers that block the event loop for longer than the lease keep their task, as long as they may. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Client, type EnqueueOptions, type Task } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from '../support/eventually.js';
import { Processes } from '../support/processes.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

const LEASE = 3_000;

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
  cwd = mkdtempSync(join(tmpdir(), 'carillon-blocking-'));
  processes = new Processes();
  const namespace = uniqueNamespace();
  client = new Client({ redis: redis.url, namespace, log: silentLog });
  env = { CARILLON_REDIS_URL: redis.url, CARILLON_NAMESPACE: namespace };
  // The first attempt blocks for the time it is told, the others end at once.
  writeFileSync(
    join(cwd, 'handlers.mjs'),
    `import { writeSync } from 'node:fs';
    export default {
      block: (ms, { attempt }) => {
        writeSync(1, 'began ' + attempt + '\\n');
        const until = Date.now() + (attempt === 1 ? ms : 0);
        while (Date.now() < until);
        writeSync(1, 'done ' + attempt + '\\n');
        return attempt;
      },
      nothing: () => {},
    };`,
  );
});
afterEach(async () => {
  await processes.stopAll();
  await client.close();
  rmSync(cwd, { recursive: true, force: true });
});

async function startWorker(more: Record<string, string> = {}) {
  const worker = processes.carillon(['worker', 'handlers.mjs'], {
    cwd,
    env: { ...env, CARILLON_LEASE: `${LEASE}ms`, ...more },
  });
  await worker.line(/takes tasks/);
  return worker;
}

/** Takes back leases in time. */
const startNode = () =>
  processes
    .carillon(['start', '--port', '0'], { cwd, env: { ...env, CARILLON_LEASE: `${LEASE}ms` } })
    .line(/http:\/\//);

const block = (ms: number, options: EnqueueOptions = {}) => client.enqueue('block', ms, options);

const ended = (id: string) =>
  eventually(
    async () => (await client.get(id)) as Task,
    ({ state }) => state === 'completed' || state === 'dead',
    { within: 60_000 },
  );

it.each([
  ['the first it ever gets', false],
  ['one of many', true],
])('three leases of a busy loop, in %s: one attempt', async (_, warm) => {
  // Long enough for a thread to begin on a machine where many processes compete.
  const lease = 5_000;
  await startNode();
  const worker = await startWorker({ CARILLON_LEASE: `${lease}ms` });
  if (warm) await ended((await client.enqueue('nothing', null)).id);
  const { id } = await block(3 * lease);
  await worker.line(/began 1/);
  // Idle, and free to take it if it were given back.
  await startWorker();
  const task = await ended(id);
  expect(task).toMatchObject({ state: 'completed', result: 1, failures: 0 });
  expect(task.attempts.map(({ outcome }) => outcome)).toEqual(['completed']);
  await worker.line(/blocked the process for longer than the lease/);
});

it('with a timeout it is kept until timeout and killAfter are over, and then taken back', async () => {
  await startNode();
  const blocked = await startWorker({ CARILLON_KILL_AFTER: '1s' });
  const { id } = await block(6 * LEASE, { timeout: '1s' });
  await blocked.line(/began 1/);
  const other = await startWorker();
  await other.line(/began 2/, 30_000);
  expect(blocked.stdout).not.toContain('done 1');
  const task = await ended(id);
  expect(task).toMatchObject({ state: 'completed', result: 2 });
  expect(task.attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'completed']);
  // It finds out when it is free again, and what it has to say counts no more.
  await blocked.line(/done 1/, 60_000);
  await blocked.line(/The lease was lost/);
  expect(await client.get(id)).toMatchObject({ state: 'completed', result: 2, attempt: 2 });
});

it('killed while it blocks, it keeps nothing: the thread ends with the process', async () => {
  await startNode();
  const blocked = await startWorker();
  const { id } = await block(60_000);
  await blocked.line(/began 1/);
  const other = await startWorker();
  blocked.kill('SIGKILL');
  await other.line(/began 2/, 30_000);
  expect((await ended(id)).attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'completed']);
});

it('stopped as a whole for longer than the lease, it keeps nothing either', async () => {
  await startNode();
  const blocked = await startWorker();
  const { id } = await block(4 * LEASE);
  await blocked.line(/began 1/);
  const other = await startWorker();
  blocked.kill('SIGSTOP');
  await other.line(/began 2/, 30_000);
  blocked.kill('SIGCONT');
  await blocked.line(/The lease was lost/, 60_000);
  expect((await ended(id)).attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'completed']);
});
