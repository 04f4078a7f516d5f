/** Redrive and reschedule of one task over HTTP. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiOnModel, apiOnModel } from './support.js';

let api: ApiOnModel;
beforeEach(() => {
  api = apiOnModel();
});
afterEach(() => api.api.close());

async function made(body: object): Promise<string> {
  return ((await api.post('/v1/tasks', { handler: 'work', ...body })).json() as { id: string }).id;
}

/** A task that has died of its first attempt. */
async function died(body: object = {}): Promise<string> {
  const id = await made(body);
  const [task] = await api.claim(['work']);
  if (task?.id !== id) throw new Error('not claimed');
  const error = { message: 'boom' };
  const record = {
    attempt: 1,
    worker: 'w~1',
    startedAt: 1,
    finishedAt: 2,
    outcome: 'failed' as const,
    error,
  };
  const settlement = { id, token: task.token, record, failure: true, next: { to: 'dead' as const } };
  expect(await api.store.settle('default', 'w~1', [settlement])).toEqual(['ok']);
  return id;
}

describe('POST /v1/tasks/{id}/redrive', () => {
  it('answers the task: ready, its attempts kept, with the payload as it was sent', async () => {
    const id = await died({ payload: 1 });
    const reply = await api.post(`/v1/tasks/${id}/redrive`, {});
    expect(reply.statusCode).toBe(200);
    expect(reply.json()).toMatchObject({ id, state: 'ready', failures: 0, attempt: 1, payload: 1 });
    expect(reply.json().attempts).toMatchObject([{ attempt: 1, outcome: 'failed' }]);
    await api.claim(['work']);
    const url = `/v1/tasks/${await died()}/redrive`;
    const sent = await api.api.app.inject({
      ...{ method: 'POST', url, payload: '{"payload":9007199254740993}' },
      headers: { 'content-type': 'application/json' },
    });
    expect(sent.body).toContain('"payload":9007199254740993');
  });

  it('answers 409 with the state of one that is not dead, 404 and 422', async () => {
    const id = await made({ delay: '1h' });
    const reply = await api.post(`/v1/tasks/${id}/redrive`, {});
    expect([reply.statusCode, reply.json().state]).toEqual([409, 'scheduled']);
    expect((await api.post('/v1/tasks/nobody-x/redrive', {})).statusCode).toBe(404);
    const unknown = await api.post(`/v1/tasks/${id}/redrive`, { payloda: 1 });
    expect([unknown.statusCode, unknown.json().errors[0].pointer]).toEqual([422, '/payloda']);
  });

  it('answers 409 with the task that has its unique key by now', async () => {
    const id = await died({ uniqueKey: 'k' });
    const owner = await made({ uniqueKey: 'k' });
    const reply = await api.post(`/v1/tasks/${id}/redrive`, {});
    expect([reply.statusCode, reply.json().state]).toEqual([409, 'dead']);
    expect(reply.json().detail).toContain(owner);
  });
});

describe('POST /v1/tasks/{id}/reschedule', () => {
  it('moves the due time and keeps the id; 0ms makes it ready', async () => {
    const id = await made({ delay: '1h' });
    const later = await api.post(`/v1/tasks/${id}/reschedule`, { delay: '2h' });
    expect(later.statusCode).toBe(200);
    const due = (ms: number) => new Date(api.store.now + ms).toISOString();
    expect(later.json()).toMatchObject({ id, state: 'scheduled', dueAt: due(7_200_000) });
    const at = await api.post(`/v1/tasks/${id}/reschedule`, { runAt: due(60_000) });
    expect(at.json()).toMatchObject({ id, dueAt: due(60_000) });
    const now = await api.post(`/v1/tasks/${id}/reschedule`, { delay: '0ms' });
    expect(now.json()).toMatchObject({ id, state: 'ready', dueAt: due(0) });
    const ready = await api.post(`/v1/tasks/${id}/reschedule`, { delay: '1h' });
    expect([ready.statusCode, ready.json().state]).toEqual([409, 'ready']);
    await api.claim(['work']);
    const running = await api.post(`/v1/tasks/${id}/reschedule`, { delay: '1h' });
    expect([running.statusCode, running.json().state]).toEqual([409, 'running']);
  });

  it.each([
    [{}, '/delay'],
    [{ delay: '1h', runAt: '2030-01-01T00:00:00Z' }, '/runAt'],
    [{ delay: 'soon' }, '/delay'],
    [{ runAt: '2090-01-01T00:00:00Z' }, '/runAt'],
  ])('refuses %j and names the field', async (body, pointer) => {
    const id = await made({ delay: '1h' });
    const reply = await api.post(`/v1/tasks/${id}/reschedule`, body);
    expect([reply.statusCode, reply.json().errors[0].pointer]).toEqual([422, pointer]);
    expect((await api.post('/v1/tasks/nobody-x/reschedule', { delay: '1h' })).statusCode).toBe(404);
  });
});
