/** Route of statistics: how a queue, a handler, a schedule or everything went. */

import type { FastifyInstance } from 'fastify';
import { statsOf } from '../stats/series.js';
import type { ApiContext } from './context.js';

export function statsRoutes(app: FastifyInstance, { store }: ApiContext): void {
  app.get('/v1/stats', (request) => statsOf(store, request.query));
}
