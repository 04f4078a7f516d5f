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

  it('asks for the key on every route but those of health, of the page and of signing in', async () => {
    replace({ apiKey: 'secret' });
    for (const url of ['/v1/tasks', '/v1/events', '/openapi.json']) {
      const reply = await get(url);
      expect([url, reply.statusCode, reply.json().code]).toEqual([url, 401, 'unauthorized']);
    }
    for (const url of ['/livez', '/readyz', '/v1/session'])
      expect([url, (await get(url)).statusCode]).toEqual([url, 200]);
    for (const url of ['/', '/tasks', '/login']) expect((await get(url)).statusCode).not.toBe(401);
    // Nobody needs a key to be told that there is nothing.
    for (const url of ['/nothing', '/assets/none.js']) expect((await get(url)).statusCode).toBe(404);
    const wrong = await get('/v1/tasks', { authorization: 'Bearer wrong' });
    expect([wrong.statusCode, wrong.json().detail]).toEqual([401, 'The API key is not the right one.']);
    expect((await get('/v1/tasks')).json().detail).toBe('This route asks for the API key.');
    expect((await get('/v1/tasks', { authorization: 'Bearer secret' })).statusCode).toBe(200);
  });

  it('takes the key as a Bearer only: no browser is made to ask for it and send it by itself', async () => {
    replace({ apiKey: 'secret' });
    const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    const reply = await get('/v1/tasks', { authorization: basic });
    expect([reply.statusCode, reply.headers['www-authenticate']]).toEqual([401, 'Bearer realm="Carillon"']);
    expect((await get('/v1/tasks?key=secret')).statusCode).toBe(401);
  });

  it('lets no page of another site write', async () => {
    const send = (headers: Record<string, string>) =>
      post('/v1/tasks', { handler: 'a' }, { host: '127.0.0.1:4780', ...headers });
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:4781' },
      { origin: 'http://127.0.0.1.evil.example:4780' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'same-origin', origin: 'http://evil.example' },
      { 'sec-fetch-site': 'cross-site', origin: 'http://127.0.0.1:4780' },
    ])
      expect([headers, (await send(headers as Record<string, string>)).statusCode]).toEqual([headers, 403]);
    expect((await get('/v1/tasks')).json().items).toEqual([]);
    expect((await send({})).statusCode).toBe(201);
    expect((await send({ origin: 'http://127.0.0.1:4780' })).statusCode).toBe(201);
    expect(
      (await send({ origin: 'http://127.0.0.1:4780', 'sec-fetch-site': 'same-origin' })).statusCode,
    ).toBe(201);
    replace({ apiKey: 'secret' });
    // The header proves that a program meant it.
    expect((await send({ authorization: 'Bearer secret', origin: 'http://any.example' })).statusCode).toBe(
      201,
    );
  });

  it('lets a page of another site link here, and load nothing', async () => {
    const load = (headers: Record<string, string>, url = '/v1/tasks') => get(url, headers);
    expect((await load({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).statusCode).toBe(
      403,
    );
    expect((await load({ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' })).statusCode).toBe(403);
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await load(link, '/')).statusCode).toBe(200);
    expect((await load({ 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' })).statusCode).toBe(200);
  });

  it('takes no other method for the one that was sent', async () => {
    for (const header of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      const reply = await api.app.inject({ method: 'GET', url: '/v1/tasks', headers: { [header]: 'POST' } });
      expect(reply.statusCode).toBe(200);
    }
    expect((await post('/v1/tasks?_method=DELETE', { handler: 'a' })).statusCode).toBe(422);
    expect((await get('/v1/tasks')).json().items).toEqual([]);
  });

  it('tells a browser to keep, guess, frame and share nothing', async () => {
    for (const url of ['/', '/v1/tasks', '/v1/nothing', '/livez', '/%zz']) {
      const { headers } = await get(url);
      expect(headers, url).toMatchObject({
        'x-content-type-options': 'nosniff',
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'x-frame-options': 'DENY',
      });
    }
    expect((await get('/v1/tasks')).headers['cache-control']).toBe('no-store');
    expect((await get('/v1/tasks')).headers).not.toHaveProperty('access-control-allow-origin');
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
