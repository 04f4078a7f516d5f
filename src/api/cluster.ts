/** Routes of the cluster: nodes and leader, its history and its end, liveness and readiness. */

import type { FastifyInstance } from 'fastify';
import { CarillonError } from '../domain/input/errors.js';
import { formatInstant } from '../domain/input/instants.js';
import { readFields } from '../domain/input/read-fields.js';
import { HISTORY, STEP_DOWN } from '../domain/overview-fields.js';
import { historyOf } from '../overviews/leaders.js';
import { stepDown } from '../overviews/step-down.js';
import type { Presence, Store } from '../store/contract/index.js';
import { authorOf } from './author.js';
import type { ApiContext, Health } from './context.js';

export function clusterRoutes(app: FastifyInstance, { store, cluster, version }: ApiContext): void {
  app.get('/v1/cluster/history', (request) => historyOf(store, readFields(request.query, HISTORY)));

  app.post('/v1/cluster/step-down', (request) => {
    readFields(request.query, {});
    return stepDown(store, () => cluster.leader(), readFields(request.body, STEP_DOWN), authorOf(request));
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

/** Outside /v1 and open to everybody. */
export function healthRoutes(app: FastifyInstance, { store, health }: ApiContext): void {
  const config = { open: 'everybody' } as const;
  app.get('/livez', { config }, async () => ({ status: 'ok' }));
  app.get('/readyz', { config }, async (_, reply) => {
    const { ready, problems } = await readiness(store, health);
    if (!ready) reply.code(503).header('retry-after', '2');
    return { ready, problems };
  });
}

async function readiness(store: Store, health: ApiContext['health']): Promise<Health> {
  try {
    const [told] = await Promise.all([health(), store.time()]);
    return told;
  } catch (error) {
    if (!(error instanceof CarillonError)) throw error;
    return { ready: false, problems: [{ pointer: '/redis', detail: error.message }] };
  }
}

function view({ startedAt, seenAt, ...presence }: Presence): Record<string, unknown> {
  return { ...presence, startedAt: formatInstant(startedAt), seenAt: formatInstant(seenAt) };
}
