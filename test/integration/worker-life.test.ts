/** How a worker starts, drains and stops, and what it and a Client refuse. */

import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { CarillonError, Client, defineTask, type TaskContext, Worker } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from '../support/eventually.js';
import { gate, house } from '../support/house.js';
import { startTestRedis, uniqueNamespace } from '../support/redis.js';

describe('a worker', () => {
  it('never runs more at once than it has slots, and wakes for each new task', async () => {
    const { client, work } = house();
    let running = 0;
    let most = 0;
    const release = gate();
    await work(
      {
        hold: async () => {
          running += 1;
          most = Math.max(most, running);
          await release.passed;
          running -= 1;
        },
      },
      { concurrency: 3 },
    );
    const tasks = await client.enqueueMany(Array.from({ length: 20 }, () => ({ handler: 'hold' })));
    await eventually(
      () => running,
      (count) => count === 3,
    );
    release.open();
    for (const task of tasks) expect((await client.wait(task.id)).state).toBe('completed');
    expect(most).toBe(3);
  });

  it('shares a backlog with another and loses and doubles nothing', async () => {
    const { client, work } = house();
    const runs = new Map<number, number>();
    const handlers = { once: (n: number) => void runs.set(n, (runs.get(n) ?? 0) + 1) };
    const tasks = await client.enqueueMany(
      Array.from({ length: 3000 }, (_, n) => ({
        handler: 'once',
        payload: n,
        queue: n % 2 ? 'odd' : 'even',
      })),
    );
    await work(handlers, { queues: ['odd', 'even'], concurrency: 40 });
    await work(handlers, { queues: ['*'], concurrency: 7 });
    for (const task of tasks) expect((await client.wait(task.id)).state).toBe('completed');
    expect([...runs.values()].every((count) => count === 1)).toBe(true);
    expect(runs.size).toBe(3000);
  });

  it('that stops finishes what it runs', async () => {
    const { client, work } = house();
    const started = gate();
    const release = gate();
    const worker = await work({
      hold: async () => {
        started.open();
        await release.passed;
        return 'finished';
      },
    });
    const task = await client.enqueue('hold');
    await started.passed;
    const stopping = worker.stop();
    release.open();
    await stopping;
    expect(await client.get(task.id)).toMatchObject({ state: 'completed', result: 'finished' });
  });

  it('that stopped has no lease and is not there any more, though both would last', async () => {
    const { client, work, connection } = house();
    const worker = await work({ note: () => 'noted' }, { lease: '1m' });
    await client.wait((await client.enqueue('note')).id);
    const redis = new Redis(connection.redis);
    const leases = (): Promise<string[]> =>
      redis.zrange(`{${connection.namespace}:default}:workers`, '0', '-1');
    expect(await leases()).toHaveLength(1);
    await worker.stop();
    expect(await leases()).toEqual([]);
    expect(await client.workers.list()).toEqual([]);
    redis.disconnect();
  });

  it('that stops hands back what does not end, without counting a failure', async () => {
    const { client, work } = house();
    const started = gate<AbortSignal>();
    const worker = await work(
      {
        stuck: (_: unknown, ctx: TaskContext) => {
          if (ctx.attempt > 1) return 'elsewhere';
          started.open(ctx.signal);
          return new Promise(() => {});
        },
      },
      { drain: '20ms' },
    );
    const task = await client.enqueue('stuck', null, { retry: { maxAttempts: 1 } });
    const signal = await started.passed;
    await worker.stop();
    expect(signal.aborted).toBe(true);
    expect(await client.get(task.id)).toMatchObject({ state: 'ready', failures: 0, attempt: 1 });
    await work({ stuck: () => 'elsewhere' });
    expect(await client.wait(task.id)).toMatchObject({
      state: 'completed',
      attempt: 2,
      attempts: [{ outcome: 'released' }, { outcome: 'completed' }],
    });
  });

  it('goes on by itself when Redis was away', async () => {
    const own = await startTestRedis({ persistence: 'aof' });
    const connection = { redis: own.url, namespace: uniqueNamespace(), log: silentLog };
    const client = new Client(connection);
    const worker = new Worker({ ...connection, handlers: { go: () => 'on' } });
    try {
      await worker.start();
      const before = await client.enqueue('go');
      expect((await client.wait(before.id)).state).toBe('completed');
      await own.restart();
      const after = await eventually(() => client.enqueue('go').catch(() => null));
      expect((await client.wait(after?.id ?? '')).state).toBe('completed');
      expect((await client.get(before.id))?.state).toBe('completed');
    } finally {
      await worker.stop();
      await client.close();
      await own.stop();
    }
  });
});

describe('bad input', () => {
  const bad: [string, Parameters<Client['enqueue']>, string, string][] = [
    ['no handler', ['' as string], 'invalid_input', '/handler'],
    ['a handler outside the grammar', ['no spaces allowed'], 'invalid_input', '/handler'],
    ['a queue outside the grammar', ['h', null, { queue: 'Mail' }], 'invalid_input', '/queue'],
    [
      'both delay and runAt',
      ['h', null, { delay: '1s', runAt: new Date() } as never],
      'invalid_input',
      '/runAt',
    ],
    ['a delay that is none', ['h', null, { delay: 'soon' as never }], 'invalid_input', '/delay'],
    ['a delay beyond 10 years', ['h', null, { delay: '4000d' }], 'invalid_input', '/delay'],
    ['a runAt that is no time', ['h', null, { runAt: '2027-02-30T00:00:00Z' }], 'invalid_input', '/runAt'],
    ['a runAt beyond 10 years', ['h', null, { runAt: '2127-01-01T00:00:00Z' }], 'invalid_input', '/runAt'],
    ['a payload over 1 MiB', ['h', 'x'.repeat(1_048_577)], 'payload_too_large', '/payload'],
    ['a payload over 1 MiB in UTF-8', ['h', 'ü'.repeat(600_000)], 'payload_too_large', '/payload'],
    ['a payload that is no JSON', ['h', { n: 1n }], 'invalid_input', '/payload'],
    ['an unknown option', ['h', null, { dealy: '1s' } as never], 'invalid_input', '/dealy'],
    [
      'a retry that is none',
      ['h', null, { retry: { maxAttempts: 0 } }],
      'invalid_input',
      '/retry/maxAttempts',
    ],
  ];
  it.each(bad)('%s: one clear error, nothing enqueued', async (_, args, code, pointer) => {
    const { client } = house();
    const error = await client.enqueue(...args).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CarillonError);
    expect(error).toMatchObject({ code, errors: [{ pointer }] });
    expect((error as Error).message.length).toBeLessThan(500);
  });

  it('in one of many: none is enqueued, and the error tells which', async () => {
    const { client, work } = house();
    const ran: unknown[] = [];
    await work({ h: (payload: unknown) => void ran.push(payload) });
    const many = client.enqueueMany([
      { handler: 'h', payload: 1 },
      { handler: 'h', delay: 'never' as '1s' },
    ]);
    await expect(many).rejects.toMatchObject({ errors: [{ pointer: '/1/delay' }] });
    const marker = await client.enqueue('h', 'marker');
    await client.wait(marker.id);
    expect(ran).toEqual(['marker']);
  });

  it('a worker without handlers, or with one that is no function, is refused', async () => {
    const { work } = house();
    await expect(work({})).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(work({ x: 'no function' as never })).rejects.toThrow('"x" is not a function');
    await expect(work({ x: () => 1 }, { concurrency: 0 })).rejects.toThrow('concurrency');
  });
});

it('defineTask types both ends of a task', async () => {
  const { client, work } = house();
  const welcome = defineTask<{ to: string }>({ name: 'email.welcome' });
  await work({ [welcome.name]: (payload: { to: string }) => payload.to });
  const task = await client.enqueue(welcome, { to: 'a@b.c' });
  expect(await client.wait(task.id)).toMatchObject({ result: 'a@b.c' });
});
