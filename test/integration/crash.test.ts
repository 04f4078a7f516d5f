/** Workers that end badly, started again and again as a supervisor does, and no scheduler node: neighbours are untouched. */

import { hostname } from 'node:os';
import { expect, it } from 'vitest';
import { type Task, Worker } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from '../support/eventually.js';
import type { TestProcess } from '../support/processes.js';
import { onScene } from '../support/scene.js';

const scene = onScene();
const { write } = scene;

/** Starts the worker again whenever it ends, until told to stop. */
function supervise(handlers: string): { ends: number[]; stop(): void } {
  write('handlers.mjs', handlers);
  const ends: number[] = [];
  let over = false;
  const again = (): void => {
    const worker: TestProcess = scene.carillon(['worker', 'handlers.mjs']);
    worker.exited.then(
      ({ code }) => {
        ends.push(code ?? -1);
        if (!over) again();
      },
      () => {},
    );
  };
  again();
  return {
    ends,
    stop: () => {
      over = true;
    },
  };
}

const over = ({ state }: Task) => state === 'completed' || state === 'dead';
const ended = (id: string) =>
  eventually(
    async () => (await scene.client.get(id)) as Task,
    (task) => task !== null && over(task),
    { within: 90_000, every: 200 },
  );

it('a stray rejection costs nobody else an attempt, and its reason stands in the attempt that caused it', async () => {
  const retry = { maxAttempts: 2, backoff: 'fixed', delay: '100ms', jitter: false } as const;
  const poison = await scene.client.enqueue('poison', null, { retry });
  const innocents = await scene.client.enqueueMany(
    Array.from({ length: 9 }, () => ({ handler: 'slow', retry })),
  );
  const { ends, stop } = supervise(`
    const nap = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    export default {
      slow: async () => { await nap(400); return 'done'; },
      poison: async () => { await nap(100); Promise.reject(new Error('nobody catches me')); await nap(5000); },
    };`);
  const dead = await ended(poison.id);
  expect(dead).toMatchObject({ state: 'dead', failures: 2, error: { message: 'nobody catches me' } });
  expect(dead.attempts.map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
  for (const { id } of innocents) expect(await ended(id)).toMatchObject({ state: 'completed', failures: 0 });
  expect(ends).toEqual([1, 1]);
  stop();
});

it('a handler that kills its process is found by itself; its neighbours complete, without a node', async () => {
  const retry = { maxAttempts: 3, backoff: 'fixed', delay: '500ms', jitter: false } as const;
  const poison = await scene.client.enqueue('poison', null, { retry });
  const innocents = await scene.client.enqueueMany(
    Array.from({ length: 5 }, () => ({ handler: 'slow', retry })),
  );
  const { stop } = supervise(`
    export default {
      slow: () => new Promise((resolve) => setTimeout(resolve, 300)),
      poison: () => { setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100); return new Promise(() => {}); },
    };`);
  const { state, failures, attempts } = await ended(poison.id);
  expect([state, failures]).toEqual(['dead', 3]);
  // Who it took along is told: each worker, its machine and its last beat.
  for (const { outcome, worker, host, startedAt, lastBeatAt = '', finishedAt = '' } of attempts) {
    expect([outcome, host]).toEqual(['lost', hostname()]);
    expect(worker).toMatch(/~/);
    expect([startedAt, lastBeatAt, finishedAt].toSorted()).toEqual([startedAt, lastBeatAt, finishedAt]);
  }
  for (const { id } of innocents) expect(await ended(id)).toMatchObject({ state: 'completed' });
  stop();
});

it('a first signal says what is waited for; a second hands back what is left and leaves', async () => {
  write('handlers.mjs', 'export default { hang: () => new Promise(() => {}) };');
  const { id } = await scene.client.enqueue('hang');
  const worker = scene.carillon(['worker', 'handlers.mjs', '--drain', '60s']);
  await eventually(async () => (await scene.client.get(id))?.state === 'running');
  worker.kill('SIGINT');
  await worker.line(/waiting for 1 running task, at most 1m; a second signal/);
  worker.kill('SIGINT');
  expect(await worker.exited).toMatchObject({ code: 130 });
  expect(await scene.client.get(id)).toMatchObject({
    state: 'ready',
    failures: 0,
    attempts: [{ outcome: 'released' }],
  });
});

it('stop inside a handler does not wait for that handler', async () => {
  const worker = new Worker({
    ...{
      redis: scene.redis.url,
      namespace: scene.env['CARILLON_NAMESPACE'] ?? '',
      log: silentLog,
      drain: '60s',
    },
    handlers: {
      last: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        await worker.stop();
        return 'stopped';
      },
    },
  });
  await worker.start();
  const { id } = await scene.client.enqueue('last');
  expect(await scene.client.wait(id)).toMatchObject({ state: 'completed', result: 'stopped', attempt: 1 });
  await worker.stop();
});
