/** What people ask of workers, with real processes: under load, across outages of Redis, of who dies, stops, or has a namesake. */

import { expect, it } from 'vitest';
import { type CarillonError, Client, Worker } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from '../support/eventually.js';
import { gate, house } from '../support/house.js';
import type { TestProcess } from '../support/processes.js';
import { startTestRedis, uniqueNamespace } from '../support/redis.js';
import { onScene } from '../support/scene.js';

const LEASE = '600ms';
const scene = onScene();

const HANDLERS = `
  const nap = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  export default {
    hold: async (ms) => { await nap(ms); return process.pid; },
  };`;

function startWorker(name: string): TestProcess {
  scene.write('handlers.mjs', HANDLERS);
  return scene.carillon(['worker', 'handlers.mjs', '--name', name, '--lease', LEASE]);
}
const workers = () => scene.client.workers;
/** The one process of this name, once it is there. */
const there = (name: string) => eventually(() => workers().get(name), Boolean, { what: `worker ${name}` });

it('verbs under load lose no task and run none twice', { timeout: 60_000 }, async () => {
  const { client, work } = house();
  const runs = new Map<number, number>();
  const count = async (n: number) => {
    runs.set(n, (runs.get(n) ?? 0) + 1);
    await new Promise((resolve) => setTimeout(resolve, n % 5));
  };
  // Long enough not to be lost where the machine is busy: a lost lease would run a task again.
  const options = { queues: ['a', 'b'], concurrency: 20, lease: '6s' } as const;
  await work({ count }, { ...options, name: 'one' });
  await work({ count }, { ...options, name: 'two' });
  const all = 6_000;
  const tasks = await client.enqueueMany(
    Array.from({ length: all }, (_, n) => ({
      ...{ handler: 'count', payload: n, queue: n % 2 ? 'a' : 'b', retry: { maxAttempts: 1 } },
    })),
  );
  const { workers } = client;
  const turns = [
    () => workers.quiet('one'),
    () => workers.scale('two', 1),
    () => workers.queues('two', { remove: ['a'] }),
    () => workers.resume('one'),
    () => workers.queues('two', { add: ['a'], remove: ['b'] }),
    () => workers.scale('two', 50),
    () => workers.queues('one', { remove: ['b'] }),
    () => workers.queues('two', { add: ['b'] }),
    () => workers.scale('one', 3),
    () => workers.queues('one', { add: ['b'] }),
  ];
  for (const turn of turns) {
    const asked = await turn();
    await eventually(
      () => workers.get(asked.name),
      (worker) => worker.asked === undefined,
    );
  }
  await eventually(
    () => runs.size,
    (size) => size === all,
    { within: 40_000 },
  );
  for (const { id } of tasks.filter((_, n) => n % 50 === 0))
    expect(await client.wait(id)).toMatchObject({ state: 'completed' });
  expect([...runs.values()].filter((times) => times !== 1)).toEqual([]);
  const told = await eventually(
    () => workers.list(),
    (both) => both.reduce((sum, { processed }) => sum + processed, 0) === all,
  );
  expect(told.map(({ failed, quiet }) => [failed, quiet])).toEqual([
    [0, false],
    [0, false],
  ]);
});

it('what was asked outlives a restart of Redis, and what nobody could write down was not asked', async () => {
  const own = await startTestRedis({ persistence: 'aof' });
  const connection = { redis: own.url, namespace: uniqueNamespace(), log: silentLog };
  const client = new Client(connection);
  const release = gate();
  const handlers = { hold: () => release.passed, note: () => 'noted' };
  const worker = new Worker({ ...connection, handlers, name: 'w', lease: '3s', concurrency: 2 });
  try {
    await worker.start();
    const held = await client.enqueue('hold');
    await eventually(() => worker.running === 1);
    await client.workers.quiet('w');
    await client.workers.scale('w', 7);
    own.kill('SIGKILL');
    await own.gone();
    const refused = await client.workers.resume('w').catch((error: CarillonError) => error.code);
    expect(refused).toBe('unavailable');
    await own.restart();
    const follows = await eventually(
      () => client.workers.get('w').catch(() => null),
      (view) => view !== null && view.asked === undefined && view.quiet,
      { within: 20_000 },
    );
    expect(follows).toMatchObject({ quiet: true, concurrency: 7 });
    const waiting = await client.enqueue('note');
    release.open();
    expect(await client.get(waiting.id)).toMatchObject({ state: 'ready', attempt: 0 });
    await client.workers.resume('w');
    expect(await client.wait(waiting.id)).toMatchObject({ state: 'completed' });
    // Its lease may have been over before Redis was back: then it has run again.
    expect(await client.wait(held.id)).toMatchObject({ state: 'completed' });
  } finally {
    release.open();
    await worker.stop();
    await client.close();
    await own.stop();
  }
});

it('a Redis that has lost everything takes no order back: the worker goes on as it was told', async () => {
  const own = await startTestRedis();
  const connection = { redis: own.url, namespace: uniqueNamespace(), log: silentLog };
  const client = new Client(connection);
  const worker = new Worker({ ...connection, handlers: { note: () => 'noted' }, name: 'w', lease: LEASE });
  try {
    await worker.start();
    await client.workers.scale('w', 7);
    await client.workers.quiet('w');
    await eventually(async () => (await client.workers.get('w')).quiet);
    await own.restart();
    const again = await eventually(() => client.workers.get('w').catch(() => null), Boolean, {
      within: 20_000,
    });
    expect(again).toMatchObject({ quiet: true, concurrency: 7 });
    await client.workers.resume('w');
    await eventually(async () => !(await client.workers.get('w')).quiet);
  } finally {
    await worker.stop();
    await client.close();
    await own.stop();
  }
});

it('a worker that is killed right after it was told leaves nothing to its successor', async () => {
  const first = startWorker('w');
  const { id } = await there('w');
  await workers().quiet('w');
  await workers().stop('w');
  first.kill('SIGKILL');
  await first.exited;
  startWorker('w');
  const second = await eventually(
    () => workers().list(),
    (all) => all.some((one) => one.id !== id),
  );
  const fresh = second.find((one) => one.id !== id);
  expect(fresh).toMatchObject({ name: 'w', quiet: false, stopping: false });
  expect(fresh).not.toHaveProperty('asked');
  const task = await scene.client.enqueue('hold', 1);
  expect(await scene.client.wait(task.id)).toMatchObject({ state: 'completed', result: fresh?.pid });
});

it('of two workers of one name that one is asked which was meant', async () => {
  const [a, b] = [startWorker('w'), startWorker('w')];
  const both = await eventually(
    () => workers().list(),
    (all) => all.length === 2,
  );
  const ids = both.map(({ id }) => id);
  await expect(workers().quiet('w')).rejects.toMatchObject({ code: 'conflict', ids });
  const chosen = both.find(({ pid }) => pid === a.pid)?.id ?? '';
  await Promise.all([workers().quiet(chosen), workers().scale(chosen, 4)]);
  await eventually(async () => (await workers().get(chosen)).quiet);
  const tasks = await Promise.all(Array.from({ length: 30 }, () => scene.client.enqueue('hold', 1)));
  for (const { id } of tasks) expect(await scene.client.wait(id)).toMatchObject({ result: b.pid });
  expect(await workers().get(chosen)).toMatchObject({ quiet: true, concurrency: 4, processed: 0 });
});

it('stop ends the process when what it runs is done; it takes no further order meanwhile', async () => {
  const worker = startWorker('w');
  await there('w');
  const task = await scene.client.enqueue('hold', 2_500);
  await eventually(async () => (await workers().get('w')).runningCount === 1);
  const answers = await Promise.all([workers().stop('w'), workers().stop('w')]);
  expect(answers.map(({ asked }) => asked?.stop)).toEqual([true, true]);
  await eventually(async () => (await workers().get('w')).stopping);
  await expect(workers().resume('w')).rejects.toMatchObject({ code: 'conflict', state: 'stopping' });
  const waiting = await scene.client.enqueue('hold', 1);
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  expect(await scene.client.get(task.id)).toMatchObject({ state: 'completed', attempt: 1 });
  expect(await scene.client.get(waiting.id)).toMatchObject({ state: 'ready', attempt: 0 });
  await expect(workers().get('w')).rejects.toMatchObject({ code: 'not_found' });
});

it('a worker that stops by a signal is asked nothing more', async () => {
  const worker = startWorker('w');
  const { id } = await there('w');
  await scene.client.enqueue('hold', 2_000);
  await eventually(async () => (await workers().get('w')).runningCount === 1);
  worker.kill('SIGTERM');
  await eventually(async () => (await workers().get('w')).stopping);
  await expect(workers().scale(id, 3)).rejects.toMatchObject({ code: 'conflict', state: 'stopping' });
  expect(await worker.exited).toEqual({ code: 0, signal: null });
});
