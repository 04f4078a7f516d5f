/** A node that only shows refuses every route that changes something, and answers all others. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { routeUrl } from '../../../src/api/read-only.js';
import { ROUTES } from '../../../src/api/routes.js';
import { everyRoute, type RealRoute } from './every-route.js';
import { type ApiOnModel, apiOnModel } from './support.js';

let on: ApiOnModel;
beforeEach(() => {
  on = apiOnModel({ readOnly: true });
});
afterEach(() => on.api.close());

const READS = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];
/** Of what may change something: what does not. A route that is added here is one that somebody has looked at. */
const HARMLESS = ['POST /v1/sets/:set/plan', 'POST /v1/session', 'DELETE /v1/session'];
/** These change nothing when they are only to say what they would do. */
const DRY = ROUTES.filter(({ query }) => query && Object.hasOwn(query, 'dryRun')).map(
  ({ method, path }) => `${method.toUpperCase()} ${routeUrl(path)}`,
);

const send = ({ method, url }: RealRoute, query = '') =>
  on.api.app.inject({
    method: method as 'POST',
    url: url.replace(/:\w+/g, 'some') + query,
    headers: { 'content-type': 'application/json' },
    payload: '{}',
  });

async function writes(): Promise<RealRoute[]> {
  return (await everyRoute(on.api)).filter(({ method }) => !READS.includes(method));
}

describe('a node that only shows', () => {
  it('refuses every route that may change something, whatever is sent to it', async () => {
    const refused: string[] = [];
    for (const route of await writes()) {
      const name = `${route.method} ${route.url}`;
      for (const query of ['', '?dryRun=false', '?dryRun=true']) {
        const reply = await send(route, query);
        if (reply.statusCode === 405) continue;
        const isDry = query === '?dryRun=true' && DRY.includes(name);
        const isRefused = !HARMLESS.includes(name) && !isDry;
        expect([name, query, reply.body.includes('"read_only"')]).toEqual([name, query, isRefused]);
        if (!isRefused) continue;
        expect(reply.statusCode).toBe(403);
        if (query === '') refused.push(name);
      }
    }
    expect(refused).toEqual(
      expect.arrayContaining([
        'POST /v1/tasks',
        'PUT /v1/schedules/:id',
        'DELETE /v1/schedules/:id',
        'PATCH /v1/queues/:queue',
        'POST /v1/sets/:set/proposals',
        'DELETE /v1/sets/:set',
      ]),
    );
    expect(refused.length).toBeGreaterThan(20);
  });

  it('says so with what to do, and changes nothing', async () => {
    const reply = await on.post('/v1/tasks', { handler: 'a' });
    expect(reply.json()).toMatchObject({
      status: 403,
      code: 'read_only',
      fix: expect.stringContaining('CARILLON_READ_ONLY'),
    });
    expect((await on.put('/v1/schedules/s', { handler: 'a', every: '1h' })).statusCode).toBe(403);
    expect((await on.get('/v1/tasks')).json().items).toEqual([]);
    expect((await on.get('/v1/schedules')).json().items).toEqual([]);
    expect((await on.get('/v1/session')).json()).toMatchObject({ readOnly: true });
  });

  it('answers what reads, and what only says what it would do', async () => {
    for (const { method, url } of (await everyRoute(on.api)).filter(({ method }) => method === 'GET')) {
      if (url.includes(':') || url === '/v1/events') continue;
      const reply = await on.api.app.inject({ method: 'GET', url });
      expect([method, url, reply.statusCode === 403]).toEqual([method, url, false]);
    }
    const dry = await on.post('/v1/tasks/cancel?dryRun=true', { filter: { handler: 'a' } });
    expect(dry.json()).toMatchObject({ count: 0 });
    const file = 'version: 1\nschedules:\n  s: { handler: a, every: 1h }\n';
    const plan = await on.post('/v1/sets/files/plan', { files: [{ path: 'a.yaml', text: file }] });
    expect([plan.statusCode, plan.json().counts.create]).toEqual([200, 1]);
    expect((await on.get('/v1/schedules')).json().items).toEqual([]);
  });

  it('is not talked round', async () => {
    for (const query of [
      'dryRun=false&dryRun=true',
      'dryRun=true&dryRun=false',
      'dryRun[]=true',
      'dryrun=true',
    ]) {
      const reply = await on.post(`/v1/tasks/cancel?${query}`, { filter: { handler: 'a' }, count: 0 });
      expect([query, [403, 422].includes(reply.statusCode)]).toEqual([query, true]);
    }
    for (const header of ['x-http-method-override', 'x-http-method', 'x-read-only', 'x-dry-run']) {
      expect((await on.post('/v1/tasks', { handler: 'a' }, { [header]: 'GET' })).statusCode).toBe(403);
    }
    expect((await on.get('/v1/operations')).json().items).toEqual([]);
  });

  it('still has methods that a path has not, and paths that there are not', async () => {
    expect((await on.api.app.inject({ method: 'DELETE', url: '/v1/tasks' })).statusCode).toBe(405);
    expect((await on.post('/v1/nothing')).statusCode).toBe(404);
  });

  it('asks for the key first', async () => {
    await on.api.close();
    on = apiOnModel({ readOnly: true, apiKey: 'secret' });
    expect((await on.post('/v1/tasks', { handler: 'a' })).statusCode).toBe(401);
    const signed = await on.post('/v1/session', { key: 'secret' });
    expect([signed.statusCode, signed.json()]).toEqual([
      200,
      expect.objectContaining({ signedIn: true, readOnly: true }),
    ]);
  });
});
