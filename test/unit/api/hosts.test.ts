/** Which host names are answered: a foreign one that was pointed at this machine (DNS rebinding) is not. */

import { describe, expect, it } from 'vitest';
import { create, get, post, replace } from './stage.js';

const statuses = async (hosts: readonly string[], headers: Record<string, string> = {}) =>
  Object.fromEntries(
    await Promise.all(
      hosts.map(async (host) => [host, (await get('/v1/tasks', { host, ...headers })).statusCode] as const),
    ),
  );
const all = (hosts: readonly string[], status: number) =>
  Object.fromEntries(hosts.map((host) => [host, status]));

const OURS = [
  'localhost',
  'localhost:4780',
  'LOCALHOST.:4780',
  'carillon.localhost',
  '127.0.0.1:4780',
  '127.9.9.9',
  '[::1]:4780',
];
const FOREIGN = [
  'evil.example:4780',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  'evillocalhost',
  '10.0.0.1',
  '0.0.0.0:4780',
  '[::]',
  '127.0.0.1@evil.example',
  'localhost:4780:80',
];

describe('without an API key', () => {
  it('only names of this machine are answered', async () => {
    expect(await statuses(OURS)).toEqual(all(OURS, 200));
    expect(await statuses(FOREIGN)).toEqual(all(FOREIGN, 403));
  });

  it('a page under a foreign name that was pointed here may neither read nor write', async () => {
    const headers = { host: 'evil.example', origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' };
    const reply = await post('/v1/tasks', { handler: 'a' }, headers);
    expect([reply.statusCode, reply.json().code]).toEqual([403, 'forbidden']);
    expect(reply.json().fix).toContain('CARILLON_ALLOWED_HOSTS');
    expect((await get('/', headers)).statusCode).toBe(403);
    expect((await get('/v1/session', headers)).statusCode).toBe(403);
    // Probes come under any name.
    expect((await get('/livez', headers)).statusCode).toBe(200);
    expect((await get('/readyz', headers)).statusCode).toBe(200);
  });

  it('what X-Forwarded-Host says counts for nothing', async () => {
    const claims = { 'x-forwarded-host': 'localhost', forwarded: 'host=localhost' };
    expect(await statuses(['evil.example'], claims)).toEqual({ 'evil.example': 403 });
    expect(await statuses(['localhost'], { 'x-forwarded-host': 'evil.example' })).toEqual({ localhost: 200 });
  });

  it('more names are answered where they are allowed, and any name is not', async () => {
    replace({ allowedHosts: ['carillon.example', '*.cron.example', '10.0.0.1'] });
    const allowed = ['carillon.example:8080', 'Carillon.Example', 'a.cron.example', 'a.b.cron.example'];
    expect(await statuses([...allowed, '10.0.0.1', 'localhost'])).toEqual(
      all([...allowed, '10.0.0.1', 'localhost'], 200),
    );
    const refused = ['cron.example', 'xcron.example', 'carillon.example.evil', 'a.carillon.example'];
    expect(await statuses(refused)).toEqual(all(refused, 403));
    expect(() => create({ allowedHosts: ['*'] })).toThrow(expect.objectContaining({ code: 'configuration' }));
  });
});

describe('with an API key', () => {
  const authorization = 'Bearer secret';

  it('any name is answered: a page under a foreign one has neither the key nor the cookie', async () => {
    replace({ apiKey: 'secret' });
    expect(await statuses(['carillon.internal', '10.0.0.1'], { authorization })).toEqual({
      'carillon.internal': 200,
      '10.0.0.1': 200,
    });
    expect(await statuses(['evil.example'])).toEqual({ 'evil.example': 401 });
  });

  it('only the names that are allowed, where some are', async () => {
    replace({ apiKey: 'secret', allowedHosts: ['carillon.example'] });
    expect(await statuses(['carillon.example', 'localhost', 'evil.example'], { authorization })).toEqual({
      'carillon.example': 200,
      localhost: 200,
      'evil.example': 403,
    });
  });
});
