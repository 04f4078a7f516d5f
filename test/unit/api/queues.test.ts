/** Queues over HTTP: settings, pause and resume, and unique keys, which live in one queue. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiOnModel, apiOnModel } from './support.js';

let on: ApiOnModel;
beforeEach(() => {
  on = apiOnModel();
});
afterEach(() => on.api.close());

const patch = (url: string, body: object) =>
  on.api.app.inject({
    method: 'PATCH',
    url,
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify(body),
  });

describe('a queue', () => {
  it('is paused, hands nothing out, and is resumed', async () => {
    await on.post('/v1/tasks', { handler: 'a', queue: 'mail' });
    const paused = await on.post('/v1/queues/mail/pause');
    expect([paused.statusCode, paused.json()]).toMatchObject([
      200,
      { queue: 'mail', paused: true, ready: 1 },
    ]);
    expect(await on.claim(['a'], 1, 'mail')).toEqual([]);
    const resumed = await on.post('/v1/queues/mail/resume');
    expect([resumed.statusCode, resumed.json().paused]).toEqual([200, false]);
    expect(await on.claim(['a'], 1, 'mail')).toHaveLength(1);
  });

  it('takes settings: PUT sets all, PATCH those named, null is the default', async () => {
    const put = await on.put('/v1/queues/mail', { concurrency: 3 });
    expect([put.statusCode, put.json()]).toMatchObject([
      200,
      { paused: false, settings: { concurrency: 3 } },
    ]);
    expect((await patch('/v1/queues/mail', {})).json().settings).toEqual({ concurrency: 3 });
    expect((await patch('/v1/queues/mail', { concurrency: 4 })).json().settings).toEqual({ concurrency: 4 });
    expect((await patch('/v1/queues/mail', { concurrency: null })).json().settings).toEqual({});
    await on.put('/v1/queues/mail', { concurrency: 3 });
    expect((await on.put('/v1/queues/mail', {})).json().settings).toEqual({});
    expect((await on.get('/v1/queues')).json().items).toMatchObject([{ queue: 'mail', settings: {} }]);
  });

  it('tells since when something waits, how fast it goes and when it has drained', async () => {
    for (let n = 0; n < 9; n += 1) await on.post('/v1/tasks', { handler: 'a', queue: 'mail' });
    await on.post('/v1/tasks', { handler: 'a', queue: 'mail', delay: '1h' });
    await on.put('/v1/queues/mail', { maxDepth: 20 });
    await on.store.sample('mail', 0);
    const first = (await on.get('/v1/queues/mail')).json();
    expect(first).toMatchObject({ scheduled: 1, retrying: 0, ready: 9, oldestAgeMs: 0 });
    expect([first.rates, first.drainsInMs]).toEqual([undefined, undefined]);
    on.store.advance(30_000);
    await on.claim(['a'], 3, 'mail');
    const then = (await on.get('/v1/queues')).json().items[0];
    expect(then).toMatchObject({
      ...{ queue: 'mail', ready: 6, running: 3, oldestAgeMs: 30_000, drainsInMs: 60_000 },
      rates: { enqueued: 0, started: 6, completed: 0, failed: 0 },
      limits: { maxDepth: { limit: 20, used: 7 } },
    });
    expect(then.pace).toBeUndefined();
    await on.claim(['a'], 9, 'mail');
    const last = (await on.get('/v1/queues/mail')).json();
    expect([last.ready, last.oldestAgeMs, last.drainsInMs]).toEqual([0, undefined, 0]);
  });

  it('refuses what it has no room for with 429, and answers a batch item by item', async () => {
    await on.put('/v1/queues/mail', { maxDepth: 2 });
    const task = { handler: 'a', queue: 'mail' };
    expect((await on.post('/v1/tasks', task)).statusCode).toBe(201);
    const { results } = (await on.post('/v1/tasks/batch', { tasks: [task, task, { handler: 'a' }] })).json();
    expect(results).toMatchObject([
      { task: { queue: 'mail' } },
      { error: { code: 'queue_full', status: 429 } },
      { task: { queue: 'default' } },
    ]);
    const refused = await on.post('/v1/tasks', task);
    expect([refused.statusCode, refused.json().code]).toEqual([429, 'queue_full']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await on.claim(['a'], 1, 'mail');
    expect((await on.post('/v1/tasks', task)).statusCode).toBe(201);
  });

  it('takes limits of keys and rates, shows them as they were given, and strict order beside one at a time', async () => {
    const settings = {
      keyConcurrency: 1,
      keyOrder: 'strict',
      rate: [
        { limit: 10, per: '60s' },
        { limit: 1, per: '1s', key: true },
      ],
    };
    expect((await on.put('/v1/queues/mail', settings)).json().settings).toEqual(settings);
    const one = { rate: { limit: 10, per: '1m' } };
    expect((await patch('/v1/queues/mail', one)).json().settings).toEqual({ ...settings, ...one });
    // Beside what stands there already.
    const refused = await patch('/v1/queues/mail', { keyConcurrency: 5 });
    expect([refused.statusCode, refused.json().errors]).toMatchObject([
      422,
      [{ pointer: '/keyConcurrency' }],
    ]);
    expect((await patch('/v1/queues/mail', { keyConcurrency: 5, keyOrder: null })).statusCode).toBe(200);
    const again = await patch('/v1/queues/mail', { keyOrder: 'strict' });
    expect([again.statusCode, again.json().errors]).toMatchObject([422, [{ pointer: '/keyOrder' }]]);
  });

  it('shows what each of its keys has to do, page by page', async () => {
    await on.put('/v1/queues/mail', { keyConcurrency: 1 });
    for (const concurrencyKey of ['a', 'a', 'b', 'é/%']) {
      await on.post('/v1/tasks', { handler: 'h', queue: 'mail', concurrencyKey });
    }
    await on.claim(['h'], 1, 'mail');
    const page = async (query = '') => (await on.get(`/v1/queues/mail/keys${query}`)).json();
    expect(await page()).toEqual({
      items: [
        { key: 'a', backlog: 1, oldestWaitMs: 0, running: 1, throttled: true },
        { key: 'b', backlog: 1, oldestWaitMs: 0, running: 0, throttled: false },
        { key: 'é/%', backlog: 1, oldestWaitMs: 0, running: 0, throttled: false },
      ],
      nextCursor: null,
    });
    const first = await page('?limit=2');
    expect(first.items).toHaveLength(2);
    expect(await page(`?limit=2&cursor=${first.nextCursor}`)).toMatchObject({
      items: [{ key: 'é/%' }],
      nextCursor: null,
    });
    for (const query of ['?limit=0', '?cursor=!', '?after=a']) {
      expect((await on.get(`/v1/queues/mail/keys${query}`)).statusCode, query).toBe(422);
    }
    expect((await on.get('/v1/queues/none/keys')).statusCode).toBe(404);
  });

  it('is opened by a pause or a setting, and by nothing else', async () => {
    for (const reply of [await on.get('/v1/queues/none'), await on.post('/v1/queues/none/resume')]) {
      expect([reply.statusCode, reply.json().code]).toEqual([404, 'not_found']);
    }
    expect(await on.store.queues()).toEqual([]);
    expect((await on.post('/v1/queues/b/pause')).statusCode).toBe(200);
    expect((await patch('/v1/queues/a', {})).statusCode).toBe(200);
    expect(await on.store.queues()).toEqual(['a', 'b']);
  });

  it('are listed by name, page by page', async () => {
    for (const queue of ['c', 'a', 'b']) await on.post(`/v1/queues/${queue}/pause`);
    const page = async (query: string) => (await on.get(`/v1/queues?${query}`)).json();
    const first = await page('limit=2');
    expect(first.items.map(({ queue }: { queue: string }) => queue)).toEqual(['a', 'b']);
    const second = await page(`limit=2&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ items: [{ queue: 'c' }], nextCursor: null });
    for (const query of ['limit=0', 'cursor=..', 'cursor=YQ%3D%3D']) {
      expect((await on.get(`/v1/queues?${query}`)).statusCode, query).toBe(422);
    }
  });

  it.each([
    [{ concurrency: 0 }, 'invalid_input', '/concurrency'],
    [{ concurrency: '5' }, 'invalid_input', '/concurrency'],
    [{ concurency: 5 }, 'invalid_input', '/concurency'],
    [{ keyConcurrency: 0 }, 'invalid_input', '/keyConcurrency'],
    [{ keyOrder: 'fifo' }, 'invalid_input', '/keyOrder'],
    [{ keyOrder: 'strict', keyConcurrency: 2 }, 'invalid_input', '/keyConcurrency'],
    [{ rate: { limit: 0, per: '1s' } }, 'invalid_input', '/rate/limit'],
    [{ rate: { limit: 10_001, per: '1s' } }, 'invalid_input', '/rate/limit'],
    [{ rate: { limit: 1 } }, 'invalid_input', '/rate/per'],
    [{ rate: { per: '1s' } }, 'invalid_input', '/rate/limit'],
    [{ rate: { limit: 1, per: '0ms' } }, 'invalid_input', '/rate/per'],
    [{ rate: { limit: 1, per: 1000 } }, 'invalid_input', '/rate/per'],
    [{ rate: { limit: 1, per: '1s', key: false } }, 'invalid_input', '/rate/key'],
    [{ rate: { limit: 1, per: '1s', keys: true } }, 'invalid_input', '/rate/keys'],
    [{ rate: [{ limit: 1, per: '1s' }, { limit: 5 }] }, 'invalid_input', '/rate/1/per'],
    [{ rate: [] }, 'invalid_input', '/rate'],
    [{ rate: '10/1s' }, 'invalid_input', '/rate'],
    [{ maxDepth: 0 }, 'invalid_input', '/maxDepth'],
  ])('refuses the settings %j', async (settings, code, pointer) => {
    for (const reply of [
      await on.put('/v1/queues/mail', settings),
      await patch('/v1/queues/mail', settings),
    ]) {
      expect(reply.statusCode).toBe(422);
      expect(reply.json()).toMatchObject({ code, errors: [{ pointer }] });
    }
    expect(await on.store.queues()).toEqual([]);
  });

  it('refuses a name that is none', async () => {
    for (const reply of [await on.put('/v1/queues/No', {}), await on.post('/v1/queues/No/pause')]) {
      expect([reply.statusCode, reply.json().errors[0].pointer]).toEqual([422, '/queue']);
    }
  });
});

describe('a unique key', () => {
  const keyed = { handler: 'a', uniqueKey: 'welcome:42' };

  it('answers the live task, with 200 and deduplicated, until that has ended', async () => {
    const first = await on.post('/v1/tasks', { ...keyed, delay: '1h' });
    expect([first.statusCode, first.json().uniqueKey]).toEqual([201, 'welcome:42']);
    expect(first.json()).not.toHaveProperty('deduplicated');
    const second = await on.post('/v1/tasks', { ...keyed, payload: 2, unique: { mode: 'reject' } });
    expect([second.statusCode, second.json()]).toMatchObject([
      200,
      { id: first.json().id, state: 'scheduled', deduplicated: true, payload: null },
    ]);
    await on.post(`/v1/tasks/${first.json().id}/cancel`);
    expect((await on.post('/v1/tasks', keyed)).statusCode).toBe(201);
  });

  it('makes one task of a batch and of many calls at once', async () => {
    const calls = Array.from({ length: 10 }, () => on.post('/v1/tasks', keyed));
    const codes = (await Promise.all(calls)).map(({ statusCode }) => statusCode).sort();
    expect(codes).toEqual([...Array(9).fill(200), 201]);
    const other = { ...keyed, uniqueKey: 'other' };
    const { results } = (await on.post('/v1/tasks/batch', { tasks: [other, other, keyed] })).json();
    const [one, two, three] = results.map((result: { task: { deduplicated?: true } }) => result.task);
    expect([one.deduplicated, two.deduplicated, three.deduplicated]).toEqual([undefined, true, true]);
    expect(two.id).toBe(one.id);
  });

  it('is one in each queue', async () => {
    await on.post('/v1/tasks', keyed);
    expect((await on.post('/v1/tasks', { ...keyed, queue: 'other' })).statusCode).toBe(201);
  });
});
