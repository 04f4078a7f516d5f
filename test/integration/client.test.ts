/** The TypeScript client on a real Redis: when payloads are read, what closing and waiting do, and its types. */

import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { CarillonError, Client, defineTask, type StandardSchema, type Task } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from '../support/eventually.js';
import { redisCommand, startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

let redis: TestRedis;
const clients: Client[] = [];
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

function make(namespace = uniqueNamespace()): Client {
  const client = new Client({ redis: redis.url, namespace, log: silentLog });
  clients.push(client);
  return client;
}

function schema<T>(): StandardSchema<T> {
  const validate = async (value: unknown) => {
    await Promise.resolve();
    return typeof (value as { n: unknown }).n === 'number'
      ? { value: value as T }
      : { issues: [{ message: 'must be a number', path: ['n'] }] };
  };
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

const connections = async () =>
  String(await redisCommand(redis.url, 'CLIENT', 'LIST'))
    .trim()
    .split('\n').length;

const counted = defineTask({ name: 'counted', input: schema<{ n: number }>() });

describe('a payload', () => {
  test('is the one of the moment of the call, also before the client is connected', async () => {
    const client = make();
    const payload = { n: 0 };
    const first = [1, 2, 3].map((n) => {
      payload.n = n;
      return client.enqueue('h', payload);
    });
    await Promise.all(first);
    const second = [4, 5].map((n) => {
      payload.n = n;
      return client.enqueue('h', payload, { priority: 'high' });
    });
    payload.n = 99;
    const tasks = await Promise.all([...first, ...second]);
    expect(tasks.map((task) => task.payload)).toEqual([1, 2, 3, 4, 5].map((n) => ({ n })));
    const stored = await Promise.all(tasks.map(({ id }) => client.get(id)));
    expect(stored.map((task) => task?.payload)).toEqual([1, 2, 3, 4, 5].map((n) => ({ n })));
  });

  test('that changes while a schema looks at it is sent as it was checked', async () => {
    const client = make();
    const [one, many]: { n: unknown }[] = [{ n: 1 }, { n: 2 }];
    const sent = [
      client.enqueue(counted, one as { n: number }),
      client.enqueueMany([{ handler: counted, payload: many as { n: number } }]),
    ];
    Object.assign(one as object, { n: 'not checked' });
    Object.assign(many as object, { n: 'not checked' });
    const [task, [other]] = (await Promise.all(sent)) as [Task, [Task]];
    expect((await client.get(task.id))?.payload).toEqual({ n: 1 });
    expect((await client.get(other.id))?.payload).toEqual({ n: 2 });
  });
});

describe('closing', () => {
  test('sends what was gathered, connected or not, checked by a schema or not', async () => {
    const namespace = uniqueNamespace();
    for (const connected of [false, true]) {
      const client = make(namespace);
      if (connected) await client.enqueue('h', 'first');
      const sent = [
        client.enqueue('h', 1),
        client.enqueue('h', 2, { queue: 'other' }),
        client.enqueue(counted, { n: 3 }),
      ];
      const many = client.enqueueMany([{ handler: 'h' }, { handler: 'h', queue: 'other' }]);
      await client.close();
      const tasks = [...(await Promise.all(sent)), ...(await many)];
      const reader = make(namespace);
      for (const { id } of tasks) expect(await reader.get(id)).toMatchObject({ id, state: 'ready' });
    }
  });

  test('is for good: whatever is asked afterwards is wrong usage, and connects to nothing', async () => {
    const client = make();
    const { id } = await client.enqueue('h');
    const before = await connections();
    await Promise.all([client.close(), client.close()]);
    const calls = [
      () => client.enqueue('h'),
      () => client.enqueue(counted, { n: 1 }),
      () => client.enqueueMany([{ handler: 'h' }]),
      () => client.get(id),
      () => client.list(),
      () => client.cancel(id),
      () => client.wait(id),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'usage' });
    await eventually(connections, (count) => count === before - 1);
  });

  test('ends a wait at once', async () => {
    const client = make();
    const { id } = await client.enqueue('h', null, { delay: '1h' });
    const waiting = client.wait(id, '1h').catch((error: unknown) => error);
    await client.get(id);
    await client.close();
    expect(await waiting).toMatchObject({ code: 'usage' });
    expect(await waiting).toBeInstanceOf(CarillonError);
  });
});

describe('waiting', () => {
  test('goes on over a connection that was dropped', async () => {
    const client = make();
    const { id } = await client.enqueue('h', null, { delay: '1h' });
    const waiting = client.wait(id, '30s');
    await client.get(id);
    await redisCommand(redis.url, 'CLIENT', 'KILL', 'TYPE', 'normal');
    for (;;) {
      const done = await client.cancel(id, { reason: 'enough' }).catch((error: unknown) => error);
      if (!(done instanceof CarillonError)) break;
      expect(done.code).toBe('unavailable');
    }
    expect(await waiting).toMatchObject({ id, state: 'cancelled', reason: 'enough' });
  });
});

describe('lists', () => {
  test('are asked for by state, queue and more, page by page', async () => {
    const client = make();
    const at = (queue: string, n: number) => ({ handler: n % 2 ? 'odd' : 'even', queue, payload: n });
    await client.enqueueMany([...[1, 2, 3, 4].map((n) => at('a', n)), ...[5, 6].map((n) => at('b', n))]);
    const waits = await client.enqueue('odd', 7, { delay: '1h', labels: { tier: 'gold' } });
    const payloads = async (options: Parameters<Client['list']>[0]) =>
      (await client.list(options)).items.map(({ payload }) => payload).sort();
    expect(await payloads({ state: 'ready', queue: 'a' })).toEqual([1, 2, 3, 4]);
    expect(await payloads({ handler: 'even' })).toEqual([2, 4, 6]);
    expect(await payloads({ state: ['scheduled', 'dead'], label: 'tier=gold' })).toEqual([7]);
    expect(await payloads({ from: new Date(waits.dueAt) })).toEqual([7]);
    const first = await client.list({ state: 'ready', queue: 'a', limit: 3 });
    expect(first.items).toHaveLength(3);
    const rest = await client.list({ state: 'ready', queue: 'a', cursor: first.nextCursor ?? '' });
    expect([rest.items.length, rest.nextCursor]).toEqual([1, null]);
    for (const wrong of [{ state: 'active' }, { limit: 0 }, { stat: 'ready' }, { queue: 'No' }]) {
      await expect(client.list(wrong as never)).rejects.toMatchObject({ code: 'invalid_input' });
    }
  });
});

test('a refused cancel tells the state', async () => {
  const client = make();
  const { id } = await client.enqueue('h');
  expect(await client.cancel(id)).toMatchObject({ state: 'cancelled' });
  await expect(client.cancel('none-1')).rejects.toMatchObject({ code: 'not_found' });
  await expect(client.cancel(id, { reasn: 'x' } as never)).rejects.toMatchObject({ code: 'invalid_input' });
});

test('the types refuse what would be refused at run time', () => {
  // Never called: the compiler reads it.
  const typed = (client: Client) => {
    const optional = defineTask({ name: 'optional', input: schema<{ n: number } | undefined>() });
    const free = defineTask({ name: 'free' });
    void client.enqueue(counted, { n: 1 });
    // @ts-expect-error its payload is missing
    void client.enqueue(counted);
    // @ts-expect-error its payload is wrong
    void client.enqueue(counted, { n: '1' });
    void client.enqueue(optional);
    void client.enqueue(free);
    void client.enqueue('h');
    void client.enqueueMany([
      { handler: 'h' },
      { handler: counted, payload: { n: 1 } },
      { handler: optional },
    ]);
    void client.enqueueMany([1, 2].map((n) => ({ handler: 'h', payload: n, queue: 'q' })));
    // @ts-expect-error a payload is wrong
    void client.enqueueMany([{ handler: 'h' }, { handler: counted, payload: { n: '1' } }]);
    // @ts-expect-error a payload is missing
    void client.enqueueMany([{ handler: counted }]);
    void client.enqueue('h', null, { delay: '1h30m', timeout: '1w2d' });
    const ms = 5 as number;
    void client.enqueue('h', null, { delay: `${ms}ms` });
    // @ts-expect-error no spaces
    void client.enqueue('h', null, { delay: '10 s' });
    // @ts-expect-error the order is descending
    void client.enqueue('h', null, { delay: '1s1h' });
    // @ts-expect-error either a delay or a time
    void client.enqueue('h', null, { delay: '1s', runAt: new Date(0) });
    expectTypeOf(client.wait<number>('id')).resolves.toEqualTypeOf<Task<number>>();
  };
  expect(typed).toBeTypeOf('function');
});
