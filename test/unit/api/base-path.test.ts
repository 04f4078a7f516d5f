/** Under a base path everything works behind a proxy that takes it away and behind one that does not; tricks lead nowhere. */

import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { isBasePath } from '../../../src/api/base-path.js';
import { isNetwork, trustIn } from '../../../src/api/proxy.js';
import { type ApiOnModel, apiOnModel } from './support.js';

const made: ApiOnModel[] = [];
afterEach(async () => {
  await Promise.all(made.splice(0).map(({ api }) => api.close()));
});
function on(options: Parameters<typeof apiOnModel>[0]) {
  const one = apiOnModel(options);
  made.push(one);
  return {
    ...one,
    ask: (url: string, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
      one.api.app.inject({ method: 'GET', url, headers, remoteAddress }),
  };
}

/** A request line as it is, which no client would send. */
async function raw(url: string, line: string, host = 'localhost'): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let said = '';
  socket.on('data', (data) => {
    said += data.toString();
  });
  socket.write(`${line}\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
  await new Promise((resolve) => socket.once('close', resolve));
  return said.split('\r\n')[0] ?? '';
}

describe('a base path', () => {
  it('may be passed on by the proxy or taken away', async () => {
    const { ask } = on({ basePath: '/carillon' });
    for (const path of ['/v1/tasks', '/v1/cluster', '/livez', '/readyz', '/openapi.json', '/', '/v1/session'])
      for (const base of ['', '/carillon'])
        expect([base + path, (await ask(base + path)).statusCode]).toEqual([base + path, 200]);
    expect((await ask('/carillon')).statusCode).toBe(200);
    expect((await ask('/carillon?x=1')).statusCode).toBe(200);
    expect((await ask('/carillon/v1/tasks?limit=1')).json()).toMatchObject({ items: [] });
  });

  it('stands in every Location, in the OpenAPI servers, in the session and before its cookie', async () => {
    const { post, ask, put } = on({ basePath: '/ops/carillon', apiKey: 'secret' });
    const key = { authorization: 'Bearer secret' };
    await put('/v1/schedules/s', { handler: 'a', every: '1h', overlap: 'allow' }, key);
    for (const prefix of ['', '/ops/carillon']) {
      const task = await post(`${prefix}/v1/tasks`, { handler: 'a' }, key);
      expect(task.headers['location']).toBe(`/ops/carillon/v1/tasks/${task.json().id}`);
      expect((await ask(String(task.headers['location']), key)).json().id).toBe(task.json().id);
      const run = await post(`${prefix}/v1/schedules/s/trigger`, {}, key);
      expect(run.headers['location']).toMatch(/^\/ops\/carillon\/v1\/tasks\/s%40/);
      const many = await post(`${prefix}/v1/tasks/cancel`, { filter: { handler: 'none' }, count: 0 }, key);
      expect(many.headers['location']).toMatch(/^\/ops\/carillon\/v1\/operations\//);
      expect((await ask(`${prefix}/openapi.json`, key)).json().servers).toEqual([{ url: '/ops/carillon' }]);
      const signed = await post(`${prefix}/v1/session`, { key: 'secret' });
      expect(signed.json().basePath).toBe('/ops/carillon');
      expect(String(signed.headers['set-cookie'])).toMatch(/; Path=\/ops\/carillon;/);
    }
    const { ask: bare, post: plain } = on({});
    expect((await bare('/openapi.json')).json().servers).toEqual([{ url: '/' }]);
    expect((await plain('/v1/tasks', { handler: 'a' })).headers['location']).toMatch(/^\/v1\/tasks\//);
  });

  it('carries the stream of events', async () => {
    const { api } = on({ basePath: '/carillon' });
    const { url } = await api.listen();
    expect(url).toMatch(/:\d+\/carillon$/);
    const stop = new AbortController();
    const reply = await fetch(`${url}/v1/events`, { signal: stop.signal });
    expect([reply.status, reply.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    stop.abort();
  });

  it.each([
    '/carillonv1/tasks',
    '/carillon-2/v1/tasks',
    '/Carillon/v1/tasks',
    '/carillon/carillon/v1/tasks',
    '/carillon//v1/tasks',
    '//v1/tasks',
    '//carillon/v1/tasks',
    '/carillon/../v1/tasks',
    '/carillon/..%2fv1/tasks',
    '/carillon/%2e%2e/v1/tasks',
    '/carillon%2fv1/tasks',
    '/carillon/v1%2ftasks',
    '/carillon/v1/./tasks',
    '/carillon\\v1\\tasks',
    '/x/../carillon/v1/tasks',
    '/carillon/v1/tasks;x=1',
    '/carillon/livez/../v1/tasks',
    '/livez/../v1/tasks',
    '/livez%2f..%2fv1/tasks',
    '/v1/session/../tasks',
    '/v1/session%2f..%2ftasks',
    '/v1/tasks%3f',
    'http://evil.example/v1/tasks',
  ])('%s leads nowhere, and past no key', async (path) => {
    const { api } = on({ basePath: '/carillon', apiKey: 'secret' });
    const { url } = await api.listen();
    expect(await raw(url, `GET ${path} HTTP/1.1`)).toMatch(/^HTTP\/1\.1 (?:400|401|404) /);
  });

  it('is of plain segments only', () => {
    for (const path of ['/a', '/a/b', '/a.b/c_d~e-f']) expect([path, isBasePath(path)]).toEqual([path, true]);
    for (const path of [
      '',
      '/',
      'a',
      '/a/',
      '//a',
      '/a//b',
      '/..',
      '/a/../b',
      '/.',
      '/a"b',
      '/<b>',
      '/a b',
      '/%61',
      '/a?b',
      '/é',
    ])
      expect([path, isBasePath(path)]).toEqual([path, false]);
  });
});

describe('X-Forwarded-*', () => {
  const claims = {
    host: 'localhost',
    'x-forwarded-prefix': '/claimed',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-for': '127.0.0.1',
    forwarded: 'for=127.0.0.1;host=evil.example;proto=https',
  };

  it('of somebody who is no proxy of ours count for nothing', async () => {
    for (const trustProxy of [false, ['10.0.0.0/8']]) {
      const { ask, api } = on({ apiKey: 'secret', trustProxy });
      expect((await ask('/v1/session', claims)).json().basePath).toBe('');
      const signed = await api.app.inject({
        method: 'POST',
        url: '/v1/session',
        headers: claims,
        payload: { key: 'secret' },
      });
      expect(String(signed.headers['set-cookie'])).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
      expect((await ask('/claimed/v1/session', claims)).statusCode).toBe(404);
    }
  });

  it('of a trusted proxy are believed', async () => {
    const { ask } = on({ apiKey: 'secret', trustProxy: ['10.0.0.0/8', '2001:db8::/32'] });
    for (const proxy of ['10.1.2.3', '2001:db8::7', '::ffff:10.9.9.9'])
      expect((await ask('/v1/session', claims, proxy)).json().basePath).toBe('/claimed');
    for (const other of ['11.1.2.3', '2001:db9::7', '127.0.0.1'])
      expect((await ask('/v1/session', claims, other)).json().basePath).toBe('');
  });

  it('name a prefix only where it can be one, and the setting goes before them', async () => {
    const { ask } = on({ apiKey: 'secret', trustProxy: true });
    const baseOf = async (prefix: string) =>
      (await ask('/v1/session', { 'x-forwarded-prefix': prefix })).json().basePath;
    expect(await baseOf('/a/b/')).toBe('/a/b');
    for (const prefix of ['//evil.example', '/"><script>', '/..', 'http://evil.example', '/a, /b', '/'])
      expect([prefix, await baseOf(prefix)]).toEqual([prefix, '']);
    const { ask: set } = on({ apiKey: 'secret', trustProxy: true, basePath: '/own' });
    expect((await set('/v1/session', { 'x-forwarded-prefix': '/a' })).json().basePath).toBe('/own');
  });

  it('name the host that is looked at', async () => {
    const { ask } = on({ trustProxy: ['127.0.0.1'], allowedHosts: ['public.example'] });
    const asked = async (headers: Record<string, string>) => (await ask('/v1/tasks', headers)).statusCode;
    expect(await asked({ host: 'upstream:4780', 'x-forwarded-host': 'public.example' })).toBe(200);
    expect(await asked({ host: 'localhost', 'x-forwarded-host': 'evil.example' })).toBe(403);
    expect(await asked({ host: 'evil.example' })).toBe(403);
  });
});

describe('trusted proxies', () => {
  it('are everybody, so many in a row, or those in the list', () => {
    expect(trustIn(false)).toBeUndefined();
    expect(trustIn(true)?.('203.0.113.1', 9)).toBe(true);
    const two = trustIn(2);
    expect([two?.('203.0.113.1', 0), two?.('203.0.113.1', 1), two?.('203.0.113.1', 2)]).toEqual([
      true,
      true,
      false,
    ]);
    const listed = trustIn(['10.0.0.0/8', '::1']);
    expect(
      ['10.1.1.1', '::ffff:10.1.1.1', '::1', '11.0.0.1', '::2', 'unknown', ''].map((one) => listed?.(one, 0)),
    ).toEqual([true, true, true, false, false, false, false]);
  });

  it('are written as addresses and networks', () => {
    for (const text of ['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8', '0.0.0.0/0'])
      expect([text, isNetwork(text)]).toEqual([text, true]);
    for (const text of ['10.0.0', '10.0.0.0/33', '::/129', 'proxy.example', '10.0.0.0/', 'fe80::1%eth0', ''])
      expect([text, isNetwork(text)]).toEqual([text, false]);
  });
});
