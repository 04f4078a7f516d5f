/** The route of alerts. */

import type { FastifyInstance } from 'fastify';
import { ALERT_LIST, AlertList } from '../alerts/list.js';
import { readFields } from '../domain/input/read-fields.js';
import type { ApiContext } from './context.js';

export function alertRoutes(app: FastifyInstance, { store, cluster }: ApiContext): void {
  const { leaderTtlMs } = cluster;
  const hasLeader = async (): Promise<boolean> => (await cluster.leader()) !== null;
  const list = new AlertList(store, { hasLeader, leaderTtlMs });
  app.get('/v1/alerts', async (request) => {
    const query = readFields(request.query, ALERT_LIST);
    return { items: await list.items(query), nextCursor: null };
  });
}
