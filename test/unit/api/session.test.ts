/** Sessions of browsers: the key is changed for a cookie, which is worth nothing where it was not made by that key. */

import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Sessions } from '../../../src/api/session.js';
import { CarillonError } from '../../../src/domain/input/errors.js';
import { api, get, post, replace, store } from './stage.js';

const HOUR = 3_600_000;
const ORIGIN = { host: 'carillon.example', origin: 'https://carillon.example' };

const signIn = (key: string, headers: Record<string, string> = {}) => post('/v1/session', { key }, headers);

/** The one cookie that an answer sets. */
function cookieOf(reply: Awaited<ReturnType<typeof get>>): string {
  return String(reply.headers['set-cookie'] ?? '').split(';')[0] ?? '';
}

async function signedIn(): Promise<string> {
  return cookieOf(await signIn('secret'));
}

describe('signing in', () => {
  it('changes the key for a cookie that scripts and other sites do not get', async () => {
    replace({ apiKey: 'secret', environment: 'staging' });
    expect((await get('/v1/session')).json()).toEqual({
      signedIn: false,
      needsKey: true,
      readOnly: false,
      payloadsHidden: false,
      basePath: '',
    });
    const reply = await signIn('secret');
    expect(reply.statusCode).toBe(200);
    const until = new Date(store.now + 12 * HOUR).toISOString();
    expect(reply.json()).toMatchObject({ signedIn: true, how: 'session', until, environment: 'staging' });
    const cookie = String(reply.headers['set-cookie']);
    expect(cookie).toMatch(
      /^carillon_[0-9A-Za-z]{6}=1\.[\w.-]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(cookie).not.toContain('secret');
    const shown = await get('/v1/session', { cookie: cookieOf(reply) });
    expect(shown.json()).toEqual(reply.json());
    expect((await get('/v1/tasks', { cookie: cookieOf(reply) })).statusCode).toBe(200);
    expect((await get('/v1/session', { authorization: 'Bearer secret' })).json()).toMatchObject({
      signedIn: true,
      how: 'key',
      version: '0.0.0',
    });
  });

  it('is accepted by every node with the same key, and by none with another', async () => {
    replace({ apiKey: 'secret' });
    const cookie = await signedIn();
    replace({ apiKey: 'secret' });
    expect((await get('/v1/tasks', { cookie })).statusCode).toBe(200);
    replace({ apiKey: 'changed' });
    expect((await get('/v1/tasks', { cookie })).statusCode).toBe(401);
    // Not even under the name that the new key gives it.
    const renamed = cookie.replace(/^[^=]+/, new Sessions('changed').cookie);
    expect((await get('/v1/tasks', { cookie: renamed })).statusCode).toBe(401);
  });

  it('is refused with a wrong key, without one and by a page of another site', async () => {
    replace({ apiKey: 'secret' });
    for (const [body, status] of [
      [{ key: 'wrong' }, 401],
      [{ key: 'secret ' }, 401],
      [{ key: '' }, 422],
      [{ key: 'x'.repeat(1_025) }, 422],
      [{ key: ['secret'] }, 422],
      [{}, 422],
      [{ key: 'secret', remember: true }, 422],
    ] as const) {
      const reply = await post('/v1/session', body);
      expect([body, reply.statusCode, reply.headers['set-cookie']]).toEqual([body, status, undefined]);
    }
    const foreign = await signIn('secret', { ...ORIGIN, origin: 'https://evil.example' });
    expect([foreign.statusCode, foreign.headers['set-cookie']]).toEqual([403, undefined]);
  });

  it('needs nothing where no key is asked for', async () => {
    expect((await get('/v1/session')).json()).toMatchObject({ signedIn: true, needsKey: false, how: 'open' });
    const reply = await signIn('anything');
    expect([reply.statusCode, reply.headers['set-cookie']]).toEqual([200, undefined]);
  });

  it('sends the cookie by TLS only where the browser came by TLS', async () => {
    replace({ apiKey: 'secret', trustProxy: true });
    const tls = await signIn('secret', { 'x-forwarded-proto': 'https' });
    expect(String(tls.headers['set-cookie'])).toMatch(/; Secure/);
    replace({ apiKey: 'secret' });
    const claimed = await signIn('secret', { 'x-forwarded-proto': 'https' });
    expect(String(claimed.headers['set-cookie'])).not.toMatch(/; Secure/);
  });
});

describe('a session', () => {
  it('ends 12 h after the last request, and after 7 days in any case', async () => {
    replace({ apiKey: 'secret' });
    const began = store.now;
    let cookie = await signedIn();
    const stale = cookie;
    store.set(began + HOUR / 2);
    expect((await get('/v1/tasks', { cookie })).headers['set-cookie']).toBeUndefined();
    let lasted = 0;
    for (;;) {
      store.set(store.now + 11 * HOUR);
      const reply = await get('/v1/tasks', { cookie });
      if (reply.statusCode === 401) break;
      lasted = store.now;
      if (reply.headers['set-cookie'] !== undefined) cookie = cookieOf(reply);
    }
    expect((lasted - began) / HOUR).toBeGreaterThan(156);
    expect((lasted - began) / HOUR).toBeLessThan(168);
    store.set(began + 12 * HOUR - 1);
    expect((await get('/v1/tasks', { cookie: stale })).statusCode).toBe(200);
    store.set(began + 12 * HOUR);
    expect((await get('/v1/tasks', { cookie: stale })).statusCode).toBe(401);
  });

  it('takes the stream of events along when it ends', async () => {
    replace({ apiKey: 'secret' });
    const began = store.now;
    let cookie = await signedIn();
    for (let hours = 11; hours < 168; hours += 11) {
      store.set(began + hours * HOUR);
      cookie = cookieOf(await get('/v1/tasks', { cookie })) || cookie;
    }
    store.set(began + 168 * HOUR - 500);
    const { url } = await api.listen();
    const reply = await fetch(`${url}/v1/events`, { headers: { cookie } });
    expect(reply.status).toBe(200);
    // To its end: without one this waits for ever.
    expect(await reply.text()).toMatch(/^retry: /);
  });

  it('ends when its browser signs out', async () => {
    replace({ apiKey: 'secret' });
    const cookie = await signedIn();
    const reply = await api.app.inject({
      method: 'DELETE',
      url: '/v1/session',
      headers: { cookie, ...ORIGIN },
    });
    expect(reply.statusCode).toBe(204);
    expect(String(reply.headers['set-cookie'])).toMatch(
      /^carillon_\w{6}=; Max-Age=0; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });

  it('cannot be forged', async () => {
    replace({ apiKey: 'secret' });
    const cookie = await signedIn();
    const [name = '', token = ''] = cookie.split('=');
    const [version, since, until, signature = ''] = token.split('.');
    const later = (Number.parseInt(until ?? '', 36) + 1).toString(36);
    const other = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
    for (const value of [
      '',
      'secret',
      token.slice(0, -1),
      `${token}A`,
      [version, since, later, signature].join('.'),
      [version, since, until, other].join('.'),
      [version, since, until, ''].join('.'),
      ['2', since, until, signature].join('.'),
      [version, `0${since}`, until, signature].join('.'),
      [version, 'NaN', 'zzzzzzzzz', signature].join('.'),
      new Sessions('another').begin(store.now).token,
      '%00',
      '__proto__',
    ]) {
      const reply = await get('/v1/tasks', { cookie: `${name}=${value}` });
      expect([value, reply.statusCode]).toEqual([value, 401]);
    }
    expect((await get('/v1/tasks', { cookie: `other=1; ${cookie}; more=2` })).statusCode).toBe(200);
    // Of two the first counts, as browsers send the one with the longest path first.
    expect((await get('/v1/tasks', { cookie: `${name}=forged; ${cookie}` })).statusCode).toBe(401);
    expect((await get('/v1/tasks', { cookie: `__proto__=1; constructor=2; ${name}` })).statusCode).toBe(401);
  });

  it('is as good as the key for what is remembered of calls', async () => {
    replace({ apiKey: 'secret' });
    const once = { 'idempotency-key': 'once' };
    const cookie = await signedIn();
    const first = await post('/v1/tasks', { handler: 'a' }, { ...once, cookie, ...ORIGIN });
    const again = await post('/v1/tasks', { handler: 'a' }, { ...once, authorization: 'Bearer secret' });
    expect([first.statusCode, again.statusCode]).toEqual([201, 200]);
    expect(again.json().id).toBe(first.json().id);
  });
});

describe('a write by cookie', () => {
  const write = async (headers: Record<string, string>) => {
    const reply = await post(
      '/v1/tasks',
      { handler: 'a' },
      { cookie: await signedIn(), host: 'carillon.example', ...headers },
    );
    return reply.statusCode;
  };

  it('must come from a page of this node', async () => {
    replace({ apiKey: 'secret' });
    for (const headers of [
      {},
      { origin: 'null' },
      { origin: 'https://evil.example' },
      { origin: 'https://carillon.example.evil' },
      { origin: 'https://carillon.example:8443' },
      { origin: 'carillon.example' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site', origin: 'https://carillon.example' },
      { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' },
      { 'sec-fetch-site': '' },
    ] as Record<string, string>[])
      expect([headers, await write(headers)]).toEqual([headers, 403]);
    expect((await get('/v1/tasks', { authorization: 'Bearer secret' })).json().items).toEqual([]);
    expect(await write({ origin: 'https://carillon.example' })).toBe(201);
    expect(await write({ origin: 'http://carillon.example' })).toBe(201);
    expect(await write({ 'sec-fetch-site': 'same-origin' })).toBe(201);
    expect(await write({ 'sec-fetch-site': 'same-origin', origin: 'https://CARILLON.example:443' })).toBe(
      201,
    );
    expect(await write({ host: 'carillon.example:443', origin: 'https://carillon.example' })).toBe(201);
  });

  it('behind TLS that a trusted proxy tells of must come from a page by TLS', async () => {
    replace({ apiKey: 'secret', trustProxy: true });
    const tls = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'public.example', host: '10.0.0.7:4780' };
    expect(await write({ ...tls, origin: 'https://public.example' })).toBe(201);
    expect(await write({ ...tls, origin: 'http://public.example' })).toBe(403);
    expect(await write({ ...tls, origin: 'https://10.0.0.7:4780' })).toBe(403);
  });
});

describe('keys that are guessed', () => {
  const from = (remoteAddress: string, key: string) =>
    api.app.inject({ method: 'POST', url: '/v1/session', remoteAddress, payload: { key } });
  const send = (remoteAddress: string, key: string) =>
    api.app.inject({
      method: 'GET',
      url: '/v1/tasks',
      remoteAddress,
      headers: { authorization: `Bearer ${key}` },
    });

  it('are looked at ten times a minute, not ten thousand times; others are not held up', async () => {
    replace({ apiKey: 'secret' });
    const counts: Record<number, number> = {};
    for (let i = 0; i < 10_000; i++) {
      const { statusCode } = await from('10.0.0.1', `guess-${i}`);
      counts[statusCode] = (counts[statusCode] ?? 0) + 1;
    }
    expect(counts).toEqual({ 401: 10, 429: 9_990 });
    const right = await from('10.0.0.1', 'secret');
    expect([right.statusCode, right.json().code]).toEqual([429, 'too_many_attempts']);
    expect(Number(right.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(right.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect((await from('10.0.0.2', 'secret')).statusCode).toBe(200);
  });

  it('are counted for all addresses together, and for all of one IPv6 network', async () => {
    replace({ apiKey: 'secret' });
    for (let i = 0; i < 10; i++) await from(`2001:db8::${i}`, 'guess');
    expect((await from('2001:db8::ffff', 'guess')).statusCode).toBe(429);
    expect((await from('2001:db8:0:1::1', 'guess')).statusCode).toBe(401);
    for (let i = 0; i < 1_000; i++) await from(`10.1.${i >> 8}.${i & 255}`, 'guess');
    expect((await from('10.2.0.1', 'secret')).statusCode).toBe(429);
  });

  it('are bounded where they are sent with requests, too, except from where the right one comes as well', async () => {
    replace({ apiKey: 'secret' });
    for (let i = 0; i < 60; i++) expect((await send('10.0.0.1', 'guess')).statusCode).toBe(401);
    expect((await send('10.0.0.1', 'guess')).statusCode).toBe(429);
    expect((await send('10.0.0.1', 'secret')).statusCode).toBe(429);
    expect((await send('10.0.0.2', 'secret')).statusCode).toBe(200);
    for (let i = 0; i < 100; i++) expect((await send('10.0.0.2', 'guess')).statusCode).toBe(401);
    expect((await send('10.0.0.2', 'secret')).statusCode).toBe(200);
  });

  it('come from whom a trusted proxy names, and from the proxy where it is not trusted', async () => {
    const guess = async (client: string) => {
      const reply = await api.app.inject({
        method: 'POST',
        url: '/v1/session',
        headers: { 'x-forwarded-for': client },
        payload: { key: 'guess' },
      });
      return reply.statusCode;
    };
    replace({ apiKey: 'secret', trustProxy: ['127.0.0.1'] });
    for (let i = 0; i < 10; i++) await guess('203.0.113.1');
    expect(await guess('203.0.113.1')).toBe(429);
    expect(await guess('203.0.113.2')).toBe(401);
    // What the client itself wrote stands left of what the proxy wrote.
    expect(await guess('203.0.113.99, 203.0.113.1')).toBe(429);
    replace({ apiKey: 'secret' });
    for (let i = 0; i < 10; i++) await guess(`203.0.113.${i}`);
    expect(await guess('203.0.113.77')).toBe(429);
  });
});

it('cookies of any size do no harm', async () => {
  replace({ apiKey: 'secret' });
  const cookie = `${'a=b; '.repeat(2_000)}${await signedIn()}`;
  expect((await get('/v1/tasks', { cookie })).statusCode).toBe(200);
  const { url } = await api.listen();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let said = '';
  socket.on('data', (data) => {
    said += data.toString();
  });
  socket.on('error', () => {});
  socket.write(`GET /v1/tasks HTTP/1.1\r\nhost: localhost\r\ncookie: ${'x'.repeat(100_000)}\r\n\r\n`);
  await new Promise((resolve) => socket.once('close', resolve));
  expect(said).toMatch(/^HTTP\/1\.1 431 /);
  expect((await get('/v1/tasks', { cookie })).statusCode).toBe(200);
});

it('while Redis has not told the time the page is shown, and a cookie is neither believed nor refused', async () => {
  replace({ apiKey: 'secret' });
  const cookie = await signedIn();
  Object.assign(store, {
    clock: () => ({ known: false, now: () => 0, until: () => 0, steps: 0, advanced: 0 }),
  });
  store.time = async () => {
    throw new CarillonError('unavailable', 'Redis does not answer');
  };
  expect((await get('/', { cookie })).statusCode).toBe(200);
  expect((await get('/v1/tasks', { cookie })).statusCode).toBe(503);
  expect((await get('/v1/session', { cookie })).statusCode).toBe(503);
  expect((await get('/v1/tasks', { authorization: 'Bearer secret' })).statusCode).toBe(200);
});
