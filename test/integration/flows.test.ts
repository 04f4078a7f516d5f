/** Parents and children over several processes that are killed at any moment; without a scheduler node and with some. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Client, Fatal, type Task, Worker } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { openStore } from '../../src/store/redis/index.js';
import { Processes } from '../support/processes.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

const PAGE = new URL('../../docs/flows.md', import.meta.url);

let redis: TestRedis;
let namespace: string;
let client: Client;
let cwd: string;
const processes = new Processes();
const workers: Worker[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
beforeEach(() => {
  namespace = uniqueNamespace();
  cwd = mkdtempSync(join(tmpdir(), 'carillon-flows-'));
  client = new Client({ redis: redis.url, namespace, log: silentLog });
});
afterEach(async () => {
  await processes.stopAll();
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  await client.close();
  rmSync(cwd, { recursive: true, force: true });
});

type WorkerOptions = ConstructorParameters<typeof Worker>[0];

async function work(
  handlers: WorkerOptions['handlers'],
  queues: string[],
  concurrency = 50,
): Promise<Worker> {
  const worker = new Worker({ redis: redis.url, namespace, log: silentLog, queues, concurrency, handlers });
  workers.push(worker);
  await worker.start();
  return worker;
}

describe('docs/flows.md', () => {
  const page = readFileSync(PAGE, 'utf8');
  const programs = [...page.matchAll(/^```ts\n(.*?)^\/\/ (.*?)$\n```$/gms)];

  it('has programs', () => expect(programs.length).toBeGreaterThanOrEqual(5));

  it.each(programs.map(([, program = '', output = '']) => [output, program]))(
    'says truly: %s',
    async (output, program) => {
      const [, source = ''] = /^```js handlers\n(.*?)^```$/ms.exec(page) ?? [];
      const module = new Function('Fatal', source.replace('export default', 'return')) as (
        fatal: typeof Fatal,
      ) => WorkerOptions['handlers'];
      await work(module(Fatal), ['default', 'reports']);
      const said: unknown[] = [];
      const run = new Function('client', 'console', `return (async () => {${program}})();`);
      await run(client, { log: (...words: unknown[]) => said.push(...words) });
      const told = said.map((one) =>
        Array.isArray(one) ? `[ ${one.map((text) => `'${text}'`).join(', ')} ]` : String(one),
      );
      expect(told.join(' ')).toBe(output);
    },
  );
});

describe('without a scheduler node', () => {
  it('a fan-in of 10,000 over two queues begins once, after the last of them, with their results', async () => {
    const done = new Set<string>();
    let sums = 0;
    await work(
      {
        one: (_, ctx) => {
          done.add(ctx.task.id);
          return 1;
        },
        sum: async (_, ctx) => {
          sums += 1;
          const before = done.size;
          const parents = await ctx.parents();
          const results = parents.reduce((sum, { result }) => sum + Number(result), 0);
          return [before, parents.length, results];
        },
      },
      ['a', 'b', 'c'],
      500,
    );
    const requests = Array.from({ length: 10_000 }, (_, i) => ({
      handler: 'one',
      queue: i % 2 === 0 ? 'a' : 'b',
    }));
    const made = await client.enqueueMany(requests, { onComplete: { handler: 'sum', queue: 'c' } });
    expect(made).toHaveLength(10_000);
    const { state, result } = await client.wait(made.onComplete.id, '1m');
    expect([state, result]).toEqual(['completed', [10_000, 10_000, 10_000]]);
    expect(sums).toBe(1);
  });

  it('a chain of fifty over three queues goes on from worker to worker', async () => {
    const order: number[] = [];
    const handlers = { step: ({ n }: { n: number }) => order.push(n) };
    for (const queue of ['a', 'b', 'c']) await work(handlers as WorkerOptions['handlers'], [queue], 1);
    let last: Task | undefined;
    for (let n = 0; n < 50; n += 1) {
      const options = last ? { after: [last.id] } : { delay: '500ms' as const };
      last = await client.enqueue('step', { n }, { ...options, queue: 'abc'[n % 3] ?? 'a' });
    }
    expect(await client.wait(last?.id ?? '', '30s')).toMatchObject({ state: 'completed' });
    expect(order).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  it('a handler whose worker is killed makes no child twice', async () => {
    writeFileSync(
      join(cwd, 'handlers.mjs'),
      `export default { parent: async (_, ctx) => {
        for (const n of [1, 2, 3]) await ctx.enqueue('child', { n }, { queue: 'b' });
        if (ctx.attempt === 2) await ctx.enqueue('child', { n: 4 }, { queue: 'b' });
        console.log('made');
        if (ctx.attempt === 1) process.kill(process.pid, 'SIGKILL');
        return 'done';
      } };`,
    );
    const env = { CARILLON_REDIS_URL: redis.url, CARILLON_NAMESPACE: namespace, CARILLON_LEASE: '500ms' };
    const parent = await client.enqueue('parent', null, { queue: 'a' });
    const first = processes.carillon(['worker', 'handlers.mjs', '--queues', 'a'], { cwd, env });
    await first.exited;
    processes.carillon(['worker', 'handlers.mjs', '--queues', 'a'], { cwd, env });
    expect(await client.wait(parent.id, '30s')).toMatchObject({ state: 'completed', attempt: 2 });
    const { items } = await client.list({ queue: 'b' });
    const made = items.map(({ payload, madeBy }) => [(payload as { n: number }).n, madeBy]);
    const by = (attempt: number) => ({ taskId: parent.id, attempt });
    expect(made.sort(([a], [b]) => Number(a) - Number(b))).toEqual([
      ...[1, 2, 3].map((n) => [n, by(1)]),
      [4, by(2)],
    ]);
    expect(await client.get(parent.id)).not.toHaveProperty('madeBy');
  });

  it('a worker of the child finds what died undelivered in a queue that nobody serves any more', async () => {
    // The client and the worker of the parent are a bare store: it relays nothing of itself, as if killed at once.
    const store = await openStore({ url: redis.url, namespace });
    const parent = await client.enqueue('parent', null, { queue: 'a' });
    const child = await client.enqueue('child', null, { queue: 'b', after: [parent.id] });
    expect(await client.get(child.id)).toMatchObject({ state: 'scheduled', waitingFor: [parent.id] });
    const request = { worker: 'w', want: 1, handlers: ['parent'], leaseMs: 1_000 };
    const { tasks } = await store.claim('a', { ...request, nonce: 1, completions: [] });
    const [task] = tasks;
    if (!task) throw new Error('nothing to claim');
    const record = { attempt: 1, worker: 'w', startedAt: 1, finishedAt: 2, outcome: 'completed' as const };
    const completions = [{ id: task.id, token: task.token, record }];
    await store.claim('a', { ...request, nonce: 2, want: 0, completions });
    await store.close();
    expect(await client.get(child.id)).toMatchObject({ state: 'scheduled' });
    await work({ child: () => 'ran' }, ['b']);
    expect(await client.wait(child.id, '30s')).toMatchObject({ state: 'completed', result: 'ran' });
  });
});

describe('while processes are killed', () => {
  const HANDLERS = `const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export default {
  parent: async ({ n }) => { await sleep(20); return n; },
  child: async ({ n }, ctx) => {
    await sleep(20);
    const [parent] = await ctx.parents();
    if (parent.state !== 'completed' || parent.result !== n) throw new Error('before its parent');
    return n;
  },
  note: async (_, ctx) => (await ctx.parents()).map(({ state }) => state).join(' '),
};`;

  it.each([
    ['without a scheduler node', 0],
    ['nodes among them', 2],
  ])('every child runs after its parent, once, and none is lost: %s', async (_, nodes) => {
    writeFileSync(join(cwd, 'handlers.mjs'), HANDLERS);
    const env = { CARILLON_REDIS_URL: redis.url, CARILLON_NAMESPACE: namespace, CARILLON_LEASE: '1s' };
    const start = [
      ...['a', 'b', 'c'].map((queue) => ['worker', 'handlers.mjs', '--queues', queue]),
      ...Array.from({ length: nodes }, () => ['start', '--port', '0']),
    ].map((words) => () => processes.carillon(words, { cwd, env }));
    const running = start.map((begin) => begin());
    const flows: { children: Task[]; note: Task }[] = [];
    const enough = 60;
    const making = (async () => {
      for (let n = 0; n < enough; n += 1) {
        const parent = await client.enqueue('parent', { n }, { queue: 'a', retry: { maxAttempts: 20 } });
        const retry = { maxAttempts: 20, delay: '100ms' } as const;
        const children = await client.enqueueMany(
          ['b', 'c'].map((queue) => ({ handler: 'child', payload: { n }, queue, retry, after: [parent.id] })),
          { onComplete: { handler: 'note', queue: 'a', retry } },
        );
        flows.push({ children, note: children.onComplete });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    for (let kill = 0; kill < 2 * start.length; kill += 1) {
      const at = kill % start.length;
      await new Promise((resolve) => setTimeout(resolve, 350));
      running[at]?.kill('SIGKILL');
      await running[at]?.exited;
      const begin = start[at];
      if (begin) running[at] = begin();
    }
    await making;
    for (const { children, note } of flows) {
      const ended = await Promise.all(children.map(({ id }) => client.wait(id, '1m')));
      expect(ended.map(({ state, result }) => [state, result])).toEqual(
        ended.map(({ payload }) => ['completed', (payload as { n: number }).n]),
      );
      expect(await client.wait(note.id, '1m')).toMatchObject({
        ...{ state: 'completed', result: 'completed completed' },
      });
    }
    expect(flows).toHaveLength(enough);
  });
});
