/** The Idempotency-Key of calls that create. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiOnModel, apiOnModel } from './support.js';

let api: ApiOnModel;
beforeEach(() => {
  api = apiOnModel();
});
afterEach(() => api.api.close());

const key = (text = 'k') => ({ 'idempotency-key': text });
const make = (body: object, headers = key()) => api.post('/v1/tasks', { handler: 'h', ...body }, headers);
const count = async () => (await api.get('/v1/tasks')).json().items.length;

describe('a task', () => {
  it('is made once by many at once; a repeat answers 200 with it, also when it has ended', async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => make({ payload: { n: 1 } })));
    expect(replies.filter(({ statusCode }) => statusCode === 201)).toHaveLength(1);
    expect(new Set(replies.map((reply) => reply.json().id)).size).toBe(1);
    expect(await count()).toBe(1);
    const [task] = await api.claim(['h']);
    const repeat = await make({ payload: { n: 1 } });
    expect(repeat.statusCode).toBe(200);
    expect(repeat.json()).toMatchObject({ id: task?.id, state: 'running', payload: { n: 1 } });
    expect(repeat.json()).not.toHaveProperty('deduplicated');
    expect(repeat.headers['location']).toBe(`/v1/tasks/${task?.id}`);
  });

  it('of another body is 422; of another key, queue, or a day later it is another', async () => {
    const first = (await make({ payload: 1 })).json().id;
    const other = await make({ payload: 2 });
    expect([other.statusCode, other.json().code]).toEqual([422, 'idempotency_mismatch']);
    expect((await make({ payload: 2 }, key('l'))).statusCode).toBe(201);
    expect((await make({ payload: 2, queue: 'q' })).statusCode).toBe(201);
    // In the body it is the same key.
    expect((await make({ payload: 1, idempotencyKey: 'k' }, {} as never)).json().id).toBe(first);
    const both = await make({ payload: 1, idempotencyKey: 'other' });
    expect([both.statusCode, both.json().errors[0].pointer]).toEqual([422, '/idempotencyKey']);
    const long = await make({ payload: 1 }, key('x'.repeat(257)));
    expect([long.statusCode, long.json().errors[0].pointer]).toEqual([422, '/Idempotency-Key']);
    api.store.advance(86_400_001);
    expect((await make({ payload: 2 })).statusCode).toBe(201);
  });

  it('that was pruned is answered as it was made', async () => {
    const { unroutable: _, ...first } = (await make({ payload: { n: 1 }, delay: '1h' })).json();
    await api.store.cancel('default', first.id);
    const nothing = { count: 0, age: 0 };
    api.store.advance(1);
    await api.store.prune('default', { completed: nothing, dead: nothing, atLeast: 0 } as never);
    expect(await api.store.find(first.id)).toBeNull();
    expect((await make({ payload: { n: 1 }, delay: '1h' })).json()).toMatchObject(first);
  });
});

describe('a batch', () => {
  const batch = (tasks: object[], more = {}) => api.post('/v1/tasks/batch', { tasks, ...more }, key('b'));
  const tasks = [{ handler: 'a' }, { handler: 'b', queue: 'q' }, { handler: '' }];

  it('is made once, item by item, and refused with another body', async () => {
    const [one, two] = await Promise.all([batch(tasks), batch(tasks)]);
    const ids = (reply: typeof one) =>
      reply.json().results.map((result: { task?: { id: string } }) => result.task?.id);
    expect(ids(one)).toEqual(ids(two));
    expect(ids(one)[2]).toBeUndefined();
    const other = await batch([...tasks, { handler: 'c', queue: 'new' }]);
    expect([other.statusCode, other.json().code]).toEqual([422, 'idempotency_mismatch']);
    expect(await count()).toBe(2);
  });
});

describe('trigger and backfill', () => {
  beforeEach(async () => {
    await api.put('/v1/schedules/s', { handler: 'h', cron: '* * * * *', overlap: 'allow' });
  });

  it('make one run and one operation for a key, and refuse another body', async () => {
    const trigger = (body: object, headers = key()) => api.post('/v1/schedules/s/trigger', body, headers);
    const first = (await trigger({ payload: 1 })).json().id;
    api.store.advance(5_000);
    expect((await trigger({ payload: 1 })).json().id).toBe(first);
    expect((await trigger({ payload: 1, idempotencyKey: 'k' }, {} as never)).json().id).toBe(first);
    expect((await trigger({ payload: 2 })).json().code).toBe('idempotency_mismatch');
    expect((await trigger({ payload: 1 }, key('l'))).json().id).not.toBe(first);
    const now = api.store.now;
    const range = { from: new Date(now - 600_000).toISOString(), to: new Date(now).toISOString() };
    const backfill = (body: object) => api.post('/v1/schedules/s/backfill', body, key());
    const begun = await backfill(range);
    expect(begun.statusCode).toBe(202);
    expect((await backfill(range)).json().id).toBe(begun.json().id);
    expect((await backfill({ ...range, rerun: true })).json().code).toBe('idempotency_mismatch');
    expect((await api.get('/v1/operations')).json().items).toHaveLength(1);
  });
});

describe('deeds on many tasks', () => {
  it('begin one operation for a key, also when there is nothing left to do it to, and refuse another body', async () => {
    await make({ delay: '1h' }, key('a'));
    const post = (path: string, body: object) => api.post(path, body, key('many'));
    for (const [path, body] of [
      ['/v1/tasks/cancel', { filter: { handler: 'h' }, count: 1 }],
      ['/v1/tasks/reschedule', { filter: { handler: 'h' }, count: 1, delay: '1m' }],
      ['/v1/queues/default/purge', { count: 1 }],
    ] as const) {
      const begun = await post(path, body);
      expect(begun.statusCode).toBe(202);
      const { id } = begun.json();
      expect((await post(path, body)).json().id).toBe(id);
      expect((await post(path, { ...body, count: 7 })).json().code).toBe('idempotency_mismatch');
      expect((await api.get(`/v1/operations/${id}`)).json().kind).toBe(path.split('/').at(-1));
    }
    const { items } = (await api.get('/v1/operations')).json();
    expect(items).toHaveLength(3);
    const [first] = (await api.get('/v1/tasks')).json().items;
    await api.store.cancel('default', first.id);
    const again = await post('/v1/tasks/cancel', { filter: { handler: 'h' }, count: 1 });
    expect(again.statusCode).toBe(202);
  });
});

describe('modes of a unique key over HTTP', () => {
  const unique = (mode: object, more: object = {}) =>
    make({ uniqueKey: 'u', unique: mode, ...more }, {} as never);

  it('answer 200 with the task that was changed, 201 with a follower', async () => {
    const due = (ms: number) => new Date(api.store.now + ms).toISOString();
    const first = (await unique({ mode: 'debounce', for: '1m' }, { payload: 1 })).json();
    expect(first).toMatchObject({ state: 'scheduled', dueAt: due(60_000) });
    api.store.advance(30_000);
    const again = await unique({ mode: 'debounce', for: '1m', maxWait: '75s' }, { payload: 2 });
    expect(again.statusCode).toBe(200);
    expect(again.json()).toMatchObject({ id: first.id, payload: 2, dueAt: due(45_000), deduplicated: true });
    const now = await unique({ mode: 'replace' }, { payload: 3 });
    expect(now.json()).toMatchObject({ id: first.id, state: 'ready', payload: 3 });
    await api.claim(['h']);
    const follower = await unique({ mode: 'after' });
    expect([follower.statusCode, follower.json().state]).toEqual([201, 'scheduled']);
    expect((await unique({ mode: 'after' })).json()).toMatchObject({
      id: follower.json().id,
      deduplicated: true,
    });
    const shown = (await api.get(`/v1/tasks/${follower.json().id}`)).json();
    expect(shown).toMatchObject({ state: 'scheduled', waitingFor: [first.id] });
  });

  it.each([
    [{ mode: 'throttle' }, '/unique/for'],
    [{ mode: 'debounce' }, '/unique/for'],
    [{ mode: 'replace', for: '1m' }, '/unique/for'],
    [{ mode: 'throttle', for: '1m', maxWait: '2m' }, '/unique/maxWait'],
    [{ mode: 'debounce', for: '2m', maxWait: '1m' }, '/unique/maxWait'],
    [{ mode: 'afterwards' }, '/unique/mode'],
  ])('refuse %j', async (mode, pointer) => {
    const reply = await unique(mode);
    expect([reply.statusCode, reply.json().errors[0].pointer]).toEqual([422, pointer]);
  });
});
