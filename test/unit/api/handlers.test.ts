/** Handlers over HTTP: who has each, what of it waits and runs, which schedules name it. */

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type ApiOnModel, apiOnModel } from './support.js';

let on: ApiOnModel;
beforeEach(() => {
  on = apiOnModel();
});
afterEach(() => on.api.close());

const get = async (path: string) => (await on.get(path)).json();

async function work(name: string, queues: string[], handlers: string[]): Promise<void> {
  const facts = { host: 'h', pid: 1, version: '0', startedAt: on.store.now, seenAt: on.store.now };
  const told = { queues, handlers, concurrency: 10, running: 1 };
  await on.store.announce('worker', { id: `${name}~1`, name, ...facts, ...told }, 15_000);
}

it('lists those of workers, tasks and schedules, by name, page by page', async () => {
  expect(await get('/v1/handlers')).toEqual({ items: [], nextCursor: null });
  await work('w1', ['mail'], ['mail.send', 'idle']);
  await work('w2', ['*'], ['mail.send']);
  for (const queue of ['mail', 'bulk']) await on.post('/v1/tasks', { handler: 'mail.send', queue });
  await on.post('/v1/tasks', { handler: 'nobody/has', queue: 'bulk' });
  await on.claim(['mail.send'], 1, 'bulk');
  for (const id of ['a', 'b']) await on.put(`/v1/schedules/${id}`, { handler: 'report', every: '1h' });
  const { items } = await get('/v1/handlers');
  const none = { ready: 0, running: 0 };
  const w1 = { id: 'w1~1', name: 'w1' };
  expect(items).toEqual([
    { name: 'idle', workers: [w1], workerCount: 1, queues: ['mail'], scheduleCount: 0, counts: none },
    {
      ...{ name: 'mail.send', workers: [w1, { id: 'w2~1', name: 'w2' }], workerCount: 2 },
      ...{ queues: ['*', 'bulk', 'mail'], scheduleCount: 0, counts: { ready: 1, running: 1 } },
    },
    {
      name: 'nobody/has',
      workers: [],
      workerCount: 0,
      queues: ['bulk'],
      scheduleCount: 0,
      counts: { ready: 1, running: 0 },
    },
    { name: 'report', workers: [], workerCount: 0, queues: [], scheduleCount: 2, counts: none },
  ]);
  const first = await get('/v1/handlers?limit=2');
  expect(first.items.map(({ name }: { name: string }) => name)).toEqual(['idle', 'mail.send']);
  const second = await get(`/v1/handlers?limit=2&cursor=${first.nextCursor}`);
  expect([second.items.map(({ name }: { name: string }) => name), second.nextCursor]).toEqual([
    ['nobody/has', 'report'],
    null,
  ]);
  expect((await get('/v1/handlers?q=MAIL')).items).toHaveLength(1);
  for (const query of ['?limit=0', '?cursor=!', '?queue=mail'])
    expect((await on.get(`/v1/handlers${query}`)).statusCode, query).toBe(422);
  await on.remove('/v1/schedules/a');
  await on.put('/v1/schedules/b', { handler: 'other', every: '1h' });
  const names = (await get('/v1/handlers')).items.map(({ name }: { name: string }) => name);
  expect(names).toEqual(['idle', 'mail.send', 'nobody/has', 'other']);
});

it('shows one with its workers, its queues, its schedules, and the counts of all states', async () => {
  await work('w1', ['mail'], ['mail/send']);
  await on.post('/v1/tasks', { handler: 'mail/send', queue: 'mail', delay: '1h' });
  await on.post('/v1/tasks', { handler: 'mail/send', queue: 'bulk' });
  await on.put('/v1/schedules/nightly', { handler: 'mail/send', cron: '0 0 * * *' });
  expect(await get('/v1/handlers/mail%2Fsend')).toEqual({
    ...{ name: 'mail/send', workerCount: 1, scheduleCount: 1, schedules: ['nightly'] },
    workers: [
      {
        ...{ id: 'w1~1', name: 'w1', queues: ['mail'], concurrency: 10, running: 1 },
        seenAt: new Date(on.store.now).toISOString(),
      },
    ],
    queues: [
      { queue: 'bulk', ready: 1, running: 0, workers: 0 },
      { queue: 'mail', ready: 0, running: 0, workers: 1 },
    ],
    counts: {
      ...{ scheduled: 1, ready: 1, running: 0, retrying: 0, completed: 0, dead: 0, cancelled: 0 },
      ...{ exact: true, scanned: 0 },
    },
  });
  for (const name of ['nobody', 'a%20b']) expect((await on.get(`/v1/handlers/${name}`)).statusCode).toBe(404);
});

it('tells the schema of the payload as the worker that started last has it', async () => {
  const schema = (title: string) => ({ type: 'object', title });
  const facts = { host: 'h', pid: 1, version: '0', seenAt: 0, queues: ['*'], handlers: ['mail', 'plain'] };
  for (const [at, title] of ['old', 'new'].entries()) {
    await on.store.keepSchemas(title, JSON.stringify({ mail: schema(title) }), 15_000);
    const told = { id: `${title}~1`, name: title, startedAt: at + 1, schemas: title };
    await on.store.announce('worker', { ...facts, ...told }, 15_000);
  }
  const { items } = await get('/v1/handlers');
  expect(items.map((one: { name: string; schema?: unknown }) => [one.name, one.schema])).toEqual([
    ['mail', schema('new')],
    ['plain', undefined],
  ]);
  expect(await get('/v1/handlers/mail')).toMatchObject({ schema: schema('new') });
  const reads = vi.spyOn(on.store, 'schemas');
  const without = (await get('/v1/handlers?schema=false')).items;
  expect(reads).not.toHaveBeenCalled();
  expect(without).toEqual(items.map(({ schema: _, ...rest }: { schema?: unknown }) => rest));
  expect((await get('/v1/handlers?schema=true')).items).toEqual(items);
  for (const word of ['', '0', 'no', 'FALSE', 'false&schema=true'])
    expect((await on.get(`/v1/handlers?schema=${word}`)).statusCode, word).toBe(422);
  await on.store.depart('worker', 'new~1');
  expect(await get('/v1/handlers/mail')).toMatchObject({ schema: schema('old') });
  await on.store.depart('worker', 'old~1');
  expect(await get('/v1/handlers')).toEqual({ items: [], nextCursor: null });
});
