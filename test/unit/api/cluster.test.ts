/** Routes of the cluster, of health and of the API itself over the model store. */

import { describe, expect, it } from 'vitest';
import { api, get, store } from './stage.js';

/** What answers at once where a route would wait. */
const AT_ONCE: Record<string, string> = { '/wait': '?timeout=0ms', '/events': '?types=none' };

describe('the cluster', () => {
  it('shows leader and nodes by name, workers, health and its own description', async () => {
    const facts = { host: 'h', pid: 1, version: '1', startedAt: store.now, seenAt: store.now };
    await store.announce('node', { id: 'one~x', name: 'one', ...facts }, 10_000);
    await store.announce('node', { id: 'two~x', name: 'two', ...facts }, 10_000);
    const cluster = (await get('/v1/cluster')).json();
    expect(cluster.leader).toEqual({ node: 'one', term: 5, since: new Date(store.now).toISOString() });
    expect(
      cluster.nodes.map((node: { name: string; role: string }) => [node.name, node.role]).sort(),
    ).toEqual([
      ['one', 'leader'],
      ['two', 'standby'],
    ]);
    expect((await get('/v1/workers')).json().items).toEqual([]);
    expect((await get('/readyz')).statusCode).toBe(200);
    expect((await get('/openapi.json')).json().openapi).toBe('3.1.0');
  });

  it('has one description for each route and one route for each description', async () => {
    const { paths } = (await get('/openapi.json')).json();
    for (const [path, operations] of Object.entries(paths as Record<string, object>)) {
      // Served where there are figures to tell, as every node has them.
      if (path === '/metrics') continue;
      for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
        const url = path.replace(/\{\w+\}/, 'x');
        const reply = await api.app.inject({
          method: method as 'GET',
          url: `${url}${AT_ONCE[path.slice(path.lastIndexOf('/'))] ?? ''}`,
        });
        // A schedule may be called pause: what is asked of it by that name is described by its id.
        const asId = /^\/v1\/schedules\/[a-z]+$/.test(path) ? paths['/v1/schedules/{id}'] : {};
        const described = method.toLowerCase() in { ...operations, ...asId };
        expect([path, method, reply.statusCode === 405]).toEqual([path, method, !described]);
      }
    }
  });
});
