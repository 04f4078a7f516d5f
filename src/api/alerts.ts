/** The route of alerts. */

import type { FastifyInstance } from 'fastify';
import { listAlerts } from '../alerts/list.js';
import { readFields } from '../domain/input/read-fields.js';
import type { ApiContext } from './context.js';

export function alertRoutes(app: FastifyInstance, { store, cluster, log }: ApiContext): void {
  app.get('/v1/alerts', async (request) => {
    readFields(request.query, {});
    const hasLeader = async (): Promise<boolean> => (await cluster.leader()) !== null;
    return { items: await listAlerts(store, hasLeader, cluster.self, log), nextCursor: null };
  });
}
