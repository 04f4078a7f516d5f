/** Routes of the cluster: workers, nodes and leader, liveness and readiness. */

import type { FastifyInstance } from 'fastify';
import { formatInstant } from '../domain/input/instants.js';
import { readFields } from '../domain/input/read-fields.js';
import type { Presence } from '../store/contract/index.js';
import type { ApiContext } from './context.js';

export function clusterRoutes(app: FastifyInstance, { store, cluster, version }: ApiContext): void {
  app.get('/v1/workers', async (request) => {
    readFields(request.query, {});
    return { items: (await store.present('worker')).map(view), nextCursor: null };
  });

  app.get('/v1/cluster', async (request) => {
    readFields(request.query, {});
    const [leader, nodes, server] = await Promise.all([
      cluster.leader(),
      store.present('node'),
      store.server(),
    ]);
    return {
      leader: leader && { ...leader, since: formatInstant(leader.since) },
      nodes: nodes.map((node) => ({
        ...view(node),
        role: node.name === leader?.node ? 'leader' : 'standby',
      })),
      self: cluster.self,
      version,
      redis: { ...server, time: formatInstant(server.time) },
    };
  });
}

/** Outside /v1 and open to everybody: they tell nothing but yes or no. */
export function healthRoutes(app: FastifyInstance, { store }: ApiContext): void {
  app.get('/livez', async () => ({ status: 'ok' }));
  app.get('/readyz', async () => {
    await store.time();
    return { status: 'ok' };
  });
}

function view({ startedAt, seenAt, ...presence }: Presence): Record<string, unknown> {
  return { ...presence, startedAt: formatInstant(startedAt), seenAt: formatInstant(seenAt) };
}
