/** What the API does with requests that are odd as HTTP: slow senders, encodings, methods. */

import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { apiOnModel } from './support.js';

let apis: ReturnType<typeof apiOnModel>[] = [];
afterEach(async () => {
  await Promise.all(apis.map(({ api }) => api.close()));
  apis = [];
});

function make(options: Parameters<typeof apiOnModel>[0] = {}) {
  const made = apiOnModel(options);
  apis.push(made);
  return made;
}

describe('a sender that is too slow is cut off', () => {
  it.each([
    ['in its headers', 'POST /v1/tasks HTTP/1.1\r\nhost: localhost\r\n'],
    [
      'in its body',
      'POST /v1/tasks HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
    ],
  ])('%s', { timeout: 10_000 }, async (_where, begin) => {
    const { api } = make({ arriveWithin: 100 });
    const { url } = await api.listen();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    let said = '';
    socket.on('data', (data) => {
      said += data.toString();
    });
    socket.write(begin);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(said).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('a body', () => {
  it('that is encoded is refused as such; identity is none', async () => {
    const { post } = make();
    const gzip = await post('/v1/tasks', { handler: 'a' }, { 'content-encoding': 'gzip' });
    expect([gzip.statusCode, gzip.json().code]).toEqual([415, 'unsupported_media']);
    expect((await post('/v1/tasks', { handler: 'a' }, { 'content-encoding': 'identity' })).statusCode).toBe(
      201,
    );
  });
});

describe('a method', () => {
  it.each(['TRACE', 'PATCH', 'OPTIONS'] as const)(
    '%s that a route has not is not allowed',
    async (method) => {
      const { api } = make();
      const reply = await api.app.inject({ method: method as 'GET', url: '/v1/tasks' });
      expect([reply.statusCode, reply.json().code]).toEqual([405, 'method_not_allowed']);
      expect(reply.headers['allow']).toBe('GET, HEAD, POST');
    },
  );
});
