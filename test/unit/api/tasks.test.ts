/** Routes of tasks over the model store. */

import { describe, expect, it } from 'vitest';
import { api, get, post, store } from './stage.js';

describe('tasks', () => {
  it('are created, shown, listed and cancelled', async () => {
    const created = await post('/v1/tasks', { handler: 'mail.send', payload: { to: 'a' }, delay: '10m' });
    expect(created.statusCode).toBe(201);
    const { unroutable, ...task } = created.json();
    expect(unroutable).toBe(true);
    expect(task).toMatchObject({
      handler: 'mail.send',
      state: 'scheduled',
      payload: { to: 'a' },
      attempt: 0,
      attempts: [],
    });
    expect(Date.parse(task.dueAt) - store.now).toBe(600_000);
    expect(created.headers['location']).toBe(`/v1/tasks/${task.id}`);

    expect((await get(`/v1/tasks/${task.id}`)).json()).toEqual(task);
    expect((await get('/v1/tasks?state=scheduled')).json().items).toEqual([task]);

    const cancelled = await post(`/v1/tasks/${task.id}/cancel`);
    expect(cancelled.statusCode).toBe(200);
    expect(cancelled.json().state).toBe('cancelled');
    expect((await post(`/v1/tasks/${task.id}/cancel`)).statusCode).toBe(200);
  });

  it('without a worker for them wait and are shown as unroutable', async () => {
    const created = (await post('/v1/tasks', { handler: 'nobody.has' })).json();
    expect(created.unroutable).toBe(true);
    const { id } = created;
    const later = (await post('/v1/tasks', { handler: 'nobody.has', queue: 'other', delay: '1h' })).json();
    expect(later).toMatchObject({ state: 'scheduled', unroutable: true });
    const facts = { host: 'h', pid: 1, version: '1', startedAt: store.now, seenAt: store.now };
    const worker = { id: 'w~1', name: 'w', queues: ['*'], handlers: ['somebody.has'], ...facts };
    await store.announce('worker', worker, 10_000);
    expect((await post('/v1/tasks', { handler: 'somebody.has' })).json()).not.toHaveProperty('unroutable');
    expect((await post('/v1/tasks', { handler: 'nobody.has', queue: 'q' })).json().unroutable).toBe(true);
    expect((await get(`/v1/tasks/${id}`)).json()).toMatchObject({
      state: 'ready',
      attempt: 0,
      unroutable: true,
    });
    expect((await get('/v1/queues/default')).json().unroutable).toEqual({ 'nobody.has': 1 });
  });

  it('that run are asked to stop, and say so at once', async () => {
    const { id } = (await post('/v1/tasks', { handler: 'a' })).json();
    await store.claim('default', {
      worker: 'w~1',
      nonce: 1,
      want: 1,
      handlers: ['a'],
      leaseMs: 10_000,
      completions: [],
    });
    for (const reason of ['wrong address', 'again']) {
      const asked = await post(`/v1/tasks/${id}/cancel`, { reason });
      expect(asked.statusCode).toBe(200);
      expect(asked.json()).toMatchObject({
        state: 'running',
        cancelRequested: true,
        reason: 'wrong address',
      });
    }
  });

  it('come in a batch with one result each, in order', async () => {
    const tasks = [
      { handler: 'a', queue: 'q1' },
      { handler: '!' },
      { handler: 'b', queue: 'q2' },
      { handler: 'c', queue: 'q1' },
    ];
    const reply = await post('/v1/tasks/batch', { tasks });
    expect(reply.statusCode).toBe(200);
    const { results } = reply.json();
    expect(results.map((one: { task?: { handler: string } }) => one.task?.handler)).toEqual([
      'a',
      undefined,
      'b',
      'c',
    ]);
    expect(results[1].error).toMatchObject({ code: 'invalid_input', errors: [{ pointer: '/handler' }] });
  });

  it('are listed page by page over queues and states, each exactly once', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 23; i += 1) {
      const body = { handler: 'a', queue: i % 2 ? 'q1' : 'q2', ...(i % 3 ? { delay: '1h' } : {}) };
      ids.push((await post('/v1/tasks', body)).json().id);
      store.advance(1);
    }
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await get(`/v1/tasks?limit=5${cursor ? `&cursor=${cursor}` : ''}`);
      expect(page.statusCode).toBe(200);
      const { items, nextCursor } = page.json() as { items: { id: string }[]; nextCursor: string | null };
      seen.push(...items.map(({ id }) => id));
      cursor = nextCursor;
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  it('are awaited until they end, or until the time is over', async () => {
    const { id } = (await post('/v1/tasks', { handler: 'a' })).json();
    expect((await get(`/v1/tasks/${id}/wait?timeout=0ms`)).statusCode).toBe(202);
    const waiting = get(`/v1/tasks/${id}/wait?timeout=30s`);
    await post(`/v1/tasks/${id}/cancel`);
    expect((await waiting).json()).toMatchObject({ id, state: 'cancelled' });
  });

  it('that are awaited do not hold up the end of the API', async () => {
    const { id } = (await post('/v1/tasks', { handler: 'a' })).json();
    const waiting = get(`/v1/tasks/${id}/wait?timeout=1m`);
    await get('/livez');
    await api.close();
    expect((await waiting).statusCode).toBe(202);
  });
});
