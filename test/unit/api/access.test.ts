/** Who may speak to the API, and what is told of faults. */

import { describe, expect, it } from 'vitest';
import { CarillonError } from '../../../src/domain/input/errors.js';
import { api, create, get, post, replace, store } from './stage.js';

describe('access', () => {
  it('is refused at start when the address is open and there is no key', () => {
    expect(() => create({ host: '0.0.0.0' })).toThrow(
      expect.objectContaining({ code: 'configuration', exit: 78 }),
    );
    expect(() => create({ host: '0.0.0.0', apiKey: 'k' })).not.toThrow();
  });

  it('asks for the key on every route but the health ones', async () => {
    replace({ apiKey: 'secret' });
    for (const url of ['/', '/assets/none.js', '/v1/tasks', '/openapi.json', '/nothing']) {
      const reply = await get(url);
      expect([url, reply.statusCode, reply.json().code]).toEqual([url, 401, 'unauthorized']);
    }
    for (const url of ['/livez', '/readyz']) expect((await get(url)).statusCode).toBe(200);
    const wrong = await get('/v1/tasks', { authorization: 'Bearer wrong' });
    expect([wrong.statusCode, wrong.json().detail]).toEqual([401, 'The API key is not the right one.']);
    expect((await get('/v1/tasks')).json().detail).toBe('This route asks for the API key.');
    expect((await get('/v1/tasks', { authorization: 'Bearer secret' })).statusCode).toBe(200);
    const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    expect((await get('/v1/tasks', { authorization: basic })).statusCode).toBe(200);
    expect((await get('/assets/none.js')).headers['www-authenticate']).toEqual([
      expect.stringMatching(/^Bearer /),
      expect.stringMatching(/^Basic /),
    ]);
  });

  it('without a key answers loopback names only, so that no foreign name can be pointed here', async () => {
    for (const host of ['localhost:4780', '127.0.0.1:4780', '[::1]:4780', '127.9.9.9']) {
      expect([host, (await get('/v1/tasks', { host })).statusCode]).toEqual([host, 200]);
    }
    for (const host of ['evil.example:4780', '127.0.0.1.evil.example', '10.0.0.1', 'localhost.evil']) {
      expect([host, (await get('/v1/tasks', { host })).statusCode]).toEqual([host, 403]);
    }
  });

  it('lets no page of another site write', async () => {
    const send = (headers: Record<string, string>) =>
      post('/v1/tasks', { handler: 'a' }, { host: '127.0.0.1:4780', ...headers });
    expect((await send({ origin: 'http://evil.example' })).statusCode).toBe(403);
    expect((await send({ origin: 'null' })).statusCode).toBe(403);
    expect((await send({ 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
    expect((await send({ origin: 'http://127.0.0.1:4780' })).statusCode).toBe(201);
    replace({ apiKey: 'secret' });
    const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    expect((await send({ authorization: basic, origin: 'http://evil.example' })).statusCode).toBe(403);
    expect((await send({ authorization: 'Bearer secret', origin: 'http://any.example' })).statusCode).toBe(
      201,
    );
  });
});

describe('faults', () => {
  it('of Redis become 503 with Retry-After, and nothing internal is told', async () => {
    store.find = async () => {
      throw new CarillonError('unavailable', 'Redis does not answer');
    };
    const reply = await get('/v1/tasks/x');
    expect([reply.statusCode, reply.json().code, reply.headers['retry-after']]).toEqual([
      503,
      'unavailable',
      '2',
    ]);
  });

  it('of ours become 500 without a stack or message', async () => {
    store.find = async () => {
      throw new Error('secret detail');
    };
    const reply = await get('/v1/tasks/x');
    expect(reply.statusCode).toBe(500);
    expect(reply.json().code).toBe('internal');
    expect(reply.body).not.toMatch(/secret detail|at \w+ \(/);
  });

  it('never make a request hang, with a body or without', { timeout: 15_000 }, async () => {
    const never = () => new Promise<never>(() => {});
    Object.assign(store, { find: never, enqueue: never });
    // A real connection: what ends with a request's body ends there, and not when a request is only injected.
    const { url } = await api.listen();
    const body = '{"handler":"a"}';
    const replies = await Promise.all([
      fetch(`${url}/v1/tasks/x`),
      fetch(`${url}/v1/tasks`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([503, 503]);
  });
});
