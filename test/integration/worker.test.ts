/** A Client and a Worker alone, without any scheduler node: immediate, delayed and retried tasks, and every ending. */

import { describe, expect, it } from 'vitest';
import { Client, Fatal, RetryAfter, Snooze, type TaskContext, Worker } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from '../support/eventually.js';
import { gate, house } from '../support/house.js';
import { startTestRedis, uniqueNamespace } from '../support/redis.js';

describe('a task on its way', () => {
  it('runs at once and keeps its result and attempt', async () => {
    const { client, work } = house();
    await work({ greet: (payload: { name: string }) => ({ said: `hello ${payload.name}` }) });
    const created = await client.enqueue('greet', { name: 'Ada' }, { labels: { tier: 'gold' } });
    expect(created).toMatchObject({ handler: 'greet', queue: 'default', state: 'ready', attempt: 0 });
    const done = await client.wait(created.id);
    expect(done).toMatchObject({
      id: created.id,
      state: 'completed',
      payload: { name: 'Ada' },
      result: { said: 'hello Ada' },
      attempt: 1,
      failures: 0,
      labels: { tier: 'gold' },
      attempts: [{ attempt: 1, outcome: 'completed' }],
    });
    expect(Date.parse(done.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(done.startedAt ?? ''));
  });

  it('waits for its delay and is never early', async () => {
    const { client, work } = house();
    await work({ late: () => 'done' });
    const task = await client.enqueue('late', null, { delay: '300ms' });
    expect(task.state).toBe('scheduled');
    expect(Date.parse(task.dueAt) - Date.parse(task.createdAt)).toBe(300);
    const done = await client.wait(task.id);
    expect(done.state).toBe('completed');
    expect(Date.parse(done.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(task.dueAt));
  });

  it('with a runAt in the past runs now', async () => {
    const { client, work } = house();
    await work({ now: () => 1 });
    const task = await client.enqueue('now', null, { runAt: new Date('2020-01-01T00:00:00Z') });
    expect((await client.wait(task.id)).state).toBe('completed');
  });

  it('fails, waits for its back-off and succeeds; every attempt is told', async () => {
    const { client, work } = house();
    await work({
      flaky: (_: unknown, ctx: TaskContext) => {
        if (ctx.attempt < 3) throw new Error(`no ${ctx.attempt}`);
        return 'yes';
      },
    });
    const task = await client.enqueue('flaky', null, { retry: { delays: ['20ms', '30ms'] } });
    const done = await client.wait(task.id);
    expect(done).toMatchObject({ state: 'completed', attempt: 3, failures: 2, result: 'yes' });
    expect(done.attempts.map(({ attempt, outcome, error }) => [attempt, outcome, error?.message])).toEqual([
      [1, 'failed', 'no 1'],
      [2, 'failed', 'no 2'],
      [3, 'completed', undefined],
    ]);
  });

  it('is dead after maxAttempts failures, with its error', async () => {
    const { client, work } = house();
    let runs = 0;
    await work({
      broken: () => {
        runs += 1;
        throw new Error('always');
      },
    });
    const task = await client.enqueue('broken', null, {
      retry: { maxAttempts: 2, delay: '5ms', jitter: false },
    });
    expect(await client.wait(task.id)).toMatchObject({
      state: 'dead',
      failures: 2,
      maxAttempts: 2,
      error: { message: 'always' },
    });
    expect(runs).toBe(2);
  });

  it('obeys Fatal, RetryAfter and Snooze', async () => {
    const { client, work } = house();
    await work({
      fatal: () => {
        throw new Fatal('never again');
      },
      later: (_: unknown, ctx: TaskContext) => {
        if (ctx.attempt === 1) throw new RetryAfter('10ms');
      },
      snooze: (_: unknown, ctx: TaskContext) => {
        if (ctx.attempt === 1) throw new Snooze('10ms');
      },
    });
    const [fatal, later, snooze] = await client.enqueueMany([
      { handler: 'fatal' },
      { handler: 'later', retry: { delay: '1h' } },
      { handler: 'snooze', retry: { maxAttempts: 1 } },
    ]);
    expect(await client.wait(fatal?.id ?? '')).toMatchObject({ state: 'dead', failures: 1, attempt: 1 });
    expect(await client.wait(later?.id ?? '')).toMatchObject({ state: 'completed', failures: 1, attempt: 2 });
    expect(await client.wait(snooze?.id ?? '')).toMatchObject({
      state: 'completed',
      failures: 0,
      attempt: 2,
    });
  });

  it('that runs too long is told to stop and counts as failed', async () => {
    const { client, work } = house();
    await work({
      slow: (_: unknown, ctx: TaskContext) =>
        new Promise((resolve) => ctx.signal.addEventListener('abort', () => resolve('stopped'))),
    });
    const task = await client.enqueue('slow', null, { timeout: '30ms', retry: { maxAttempts: 1 } });
    const done = await client.wait(task.id);
    expect(done).toMatchObject({ state: 'dead', attempts: [{ outcome: 'timeout' }] });
    expect(done.error?.message).toContain('30ms');
  });

  it('for a handler nobody has waits, burns no attempt, says so, and runs when a worker comes', async () => {
    const { client, work } = house();
    await work({ other: () => 1 });
    const task = await client.enqueue('unknown.handler');
    const seen = await eventually(
      () => client.get(task.id),
      (found) => found?.unroutable === true,
    );
    expect(seen).toMatchObject({ state: 'ready', attempt: 0 });
    await work({ 'unknown.handler': () => 'at last' });
    expect(await client.wait(task.id)).toMatchObject({ state: 'completed', attempt: 1 });
  });

  it('can be cancelled while it waits, and then never runs', async () => {
    const { client, work } = house();
    const ran: string[] = [];
    const delayed = await client.enqueue('count', 'delayed', { delay: '100ms' });
    const ready = await client.enqueue('count', 'ready');
    expect((await client.cancel(delayed.id)).state).toBe('cancelled');
    expect((await client.cancel(ready.id)).state).toBe('cancelled');
    await work({ count: (payload: string) => void ran.push(payload) });
    const last = await client.enqueue('count', 'last', { delay: '150ms' });
    expect((await client.wait(last.id)).state).toBe('completed');
    expect(ran).toEqual(['last']);
    await expect(client.cancel(last.id)).rejects.toMatchObject({ code: 'conflict' });
    await expect(client.cancel('1-nothing')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('what a handler can do wrong', () => {
  it('whatever it throws, the attempt ends and the next task runs', async () => {
    const { client, work } = house();
    const thrown: unknown[] = [
      Object.assign(new Error('x'), { message: Object.create(null) }),
      undefined,
      null,
      Symbol('s'),
      {
        toJSON: () => {
          throw new Error('nested');
        },
      },
      Object.defineProperty(new Error('y'), 'stack', {
        get: () => {
          throw new Error('no stack');
        },
      }),
    ];
    await work(
      {
        hurl: (i: number) => {
          throw thrown[i];
        },
      },
      { concurrency: 1 },
    );
    const tasks = await client.enqueueMany(
      thrown.map((_, i) => ({ handler: 'hurl', payload: i, retry: { maxAttempts: 1 } })),
    );
    for (const task of tasks) {
      const done = await client.wait(task.id);
      expect(done).toMatchObject({ state: 'dead', failures: 1 });
      expect(typeof done.error?.message).toBe('string');
    }
  });

  it('a result that is no JSON does not undo the work; one that is too large fails the attempt', async () => {
    const { client, work } = house();
    await work({ big: () => 10n, huge: () => 'x'.repeat(70_000) });
    const done = await client.wait((await client.enqueue('big')).id);
    expect(done).toMatchObject({ state: 'completed', failures: 0 });
    expect(done.result).toBeUndefined();
    const dead = await client.wait((await client.enqueue('huge', null, { retry: { maxAttempts: 1 } })).id);
    expect(dead).toMatchObject({ state: 'dead', failures: 1, error: { code: 'result_too_large' } });
  });
});

describe('a worker and its lease', () => {
  it('keeps what it runs for many leases, in several queues', async () => {
    const { client, work } = house();
    const release = gate();
    const signals: AbortSignal[] = [];
    await work(
      {
        hold: async (_: unknown, ctx: TaskContext) => {
          signals.push(ctx.signal);
          await release.passed;
        },
      },
      { queues: ['a', 'b', 'c'], lease: '150ms' },
    );
    const tasks = await client.enqueueMany(['a', 'b'].map((queue) => ({ handler: 'hold', queue })));
    await eventually(
      () => signals.length,
      (count) => count === 2,
    );
    const marker = await client.enqueue('hold', null, { queue: 'c', delay: '900ms' });
    await eventually(
      () => signals.length,
      (count) => count === 3,
    );
    release.open();
    for (const task of [...tasks, marker]) {
      expect(await client.wait(task.id)).toMatchObject({ state: 'completed', attempt: 1 });
    }
    expect(signals.some(({ aborted }) => aborted)).toBe(false);
  });

  it('after an outage longer than the lease runs everything, and nothing is dead unrun', async () => {
    const own = await startTestRedis();
    const connection = { redis: own.url, namespace: uniqueNamespace(), log: silentLog };
    const client = new Client(connection);
    const ran = new Set<number>();
    const worker = new Worker({
      ...connection,
      lease: '500ms',
      concurrency: 4,
      handlers: { note: (n: number) => void ran.add(n) },
    });
    try {
      await worker.start();
      const tasks = await client.enqueueMany(
        Array.from({ length: 2000 }, (_, n) => ({ handler: 'note', payload: n, retry: { maxAttempts: 1 } })),
      );
      await eventually(() => ran.size > 50);
      const before = worker.id;
      own.kill('SIGSTOP');
      await eventually(() => worker.id !== before);
      own.kill('SIGCONT');
      for (const task of tasks) expect((await client.wait(task.id)).state).toBe('completed');
      expect(ran.size).toBe(2000);
    } finally {
      await worker.stop();
      await client.close();
      await own.stop();
    }
  });
});
