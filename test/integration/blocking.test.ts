/** Handlers that block the event loop for longer than the lease keep their task, as long as they may. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, type EnqueueOptions, type Task } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from '../support/eventually.js';
import { Processes } from '../support/processes.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

const LEASE = 3_000;

let redis: TestRedis;
let cwd: string;
const processes = new Processes();
const clients: Client[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  cwd = mkdtempSync(join(tmpdir(), 'carillon-blocking-'));
  // The first attempt blocks for the time it is told, the others end at once.
  writeFileSync(
    join(cwd, 'handlers.mjs'),
    `import { writeSync } from 'node:fs';
    const blocking = (block) => (ms, { attempt }) => {
      writeSync(1, 'began ' + attempt + '\\n');
      if (attempt === 1) block(ms);
      writeSync(1, 'done ' + attempt + '\\n');
      return attempt;
    };
    export default {
      busy: blocking((ms) => { for (const until = Date.now() + ms; Date.now() < until; ); }),
      // As a synchronous call that waits: the loop stands still, the processor is free for others.
      waits: blocking((ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)),
      nothing: () => {},
    };`,
  );
});
afterAll(async () => {
  await processes.stopAll();
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await redis.stop();
  rmSync(cwd, { recursive: true, force: true });
});

/** A namespace with a node that takes back leases in time, and what one test does there. */
async function scene() {
  const namespace = uniqueNamespace();
  const client = new Client({ redis: redis.url, namespace, log: silentLog });
  clients.push(client);
  const lease = { CARILLON_LEASE: `${LEASE}ms` };
  const env = { CARILLON_REDIS_URL: redis.url, CARILLON_NAMESPACE: namespace, ...lease };
  await processes.carillon(['start', '--port', '0'], { cwd, env }).line(/http:\/\//);
  return {
    client,
    async startWorker(more: Record<string, string> = {}) {
      const worker = processes.carillon(['worker', 'handlers.mjs'], { cwd, env: { ...env, ...more } });
      await worker.line(/takes tasks/);
      return worker;
    },
    block: (ms: number, options: EnqueueOptions = {}) => client.enqueue('waits', ms, options),
    ended: (id: string) =>
      eventually(
        async () => (await client.get(id)) as Task,
        ({ state }) => state === 'completed' || state === 'dead',
        { within: 60_000 },
      ),
  };
}

it.each([
  ['the first it ever gets', false],
  ['one of many', true],
])('three leases of a busy loop, in %s: one attempt', async (_, warm) => {
  // Long enough for a thread to begin on a machine where many processes compete.
  const lease = 5_000;
  const { client, startWorker, ended } = await scene();
  const worker = await startWorker({ CARILLON_LEASE: `${lease}ms` });
  if (warm) await ended((await client.enqueue('nothing', null)).id);
  const { id } = await client.enqueue('busy', 3 * lease);
  await worker.line(/began 1/);
  // Idle, and free to take it if it were given back.
  await startWorker();
  const task = await ended(id);
  expect(task).toMatchObject({ state: 'completed', result: 1, failures: 0 });
  expect(task.attempts.map(({ outcome }) => outcome)).toEqual(['completed']);
  await worker.line(/blocked the process for longer than the lease/);
});

// Each waits for leases to run out: together that is once.
describe.concurrent('a handler that waits synchronously', () => {
  it('with a timeout it is kept until timeout and killAfter are over, and then taken back', async () => {
    const { client, startWorker, block, ended } = await scene();
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
    const { startWorker, block, ended } = await scene();
    const blocked = await startWorker();
    const { id } = await block(60_000);
    await blocked.line(/began 1/);
    const other = await startWorker();
    blocked.kill('SIGKILL');
    await other.line(/began 2/, 30_000);
    expect((await ended(id)).attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'completed']);
  });

  it('stopped as a whole for longer than the lease, it keeps nothing either', async () => {
    const { startWorker, block, ended } = await scene();
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
});
