/** Payloads over HTTP: their text as it was received, exact to the last digit, on the way in and out. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiOnModel, apiOnModel } from './support.js';

let house: ApiOnModel;
beforeEach(() => {
  house = apiOnModel();
});
afterEach(() => house.api.close());

const send = (method: 'POST' | 'PUT', url: string, payload: string) =>
  house.api.app.inject({ method, url, headers: { 'content-type': 'application/json' }, payload });

const EXACT = '{"n": 9007199254740993, "far":1e400,"list":[0.10]}';

describe('a payload', () => {
  it('stays the text it came as: stored, answered, listed and awaited', async () => {
    const created = await send(
      'POST',
      '/v1/tasks',
      `{"handler":"a","payload": ${EXACT} ,"labels":{"x":"y"}}`,
    );
    expect([created.statusCode, created.body.includes(`"payload":${EXACT}`)]).toEqual([201, true]);
    const { id } = created.json();
    expect((await house.store.find(id))?.payload).toBe(EXACT);
    for (const url of [`/v1/tasks/${id}`, '/v1/tasks', `/v1/tasks/${id}/wait?timeout=0ms`]) {
      expect((await house.get(url)).body).toContain(`"payload":${EXACT}`);
    }
    const many = await send('POST', '/v1/tasks/batch', `{"tasks":[{"handler":"a","payload":${EXACT}}]}`);
    expect(many.body).toContain(`"payload":${EXACT}`);
    expect((await send('POST', `/v1/tasks/${id}/cancel`, '{}')).body).toContain(`"payload":${EXACT}`);
  });

  it('with a name twice is refused, with the place', async () => {
    const twice = await send('POST', '/v1/tasks', '{"handler":"a","payload":{"n":1,"n":2}}');
    expect([twice.statusCode, twice.json().errors]).toEqual([
      422,
      [{ pointer: '/payload/n', detail: 'stands twice in one object' }],
    ]);
    const outside = await send('POST', '/v1/tasks', '{"handler":"a","handler":"b"}');
    expect(outside.json().errors[0].pointer).toBe('/handler');
  });
});

it('a number of a schedule that cannot be held is refused, with the place', async () => {
  const body = '{"handler":"a","every":"1h","payload":{"n":9007199254740993}}';
  const reply = await send('PUT', '/v1/schedules/s', body);
  expect([reply.statusCode, reply.json().errors[0].pointer]).toEqual([422, '/payload/n']);
});
