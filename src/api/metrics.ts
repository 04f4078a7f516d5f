/** `/metrics`, as Prometheus reads it, and the figures of the API itself. */

import type { FastifyInstance } from 'fastify';
import { readFields } from '../domain/input/read-fields.js';
import type { Scrape } from '../telemetry/scrape.js';

export interface ApiMetrics {
  scrape: Scrape;
  /** A request was answered. `route`: as it was declared. */
  answered(method: string, route: string, status: number, ms: number): void;
}

/** What no route has is one in the figures: whoever tries paths makes no series. */
const NO_ROUTE = 'none';

export function metricsRoute(app: FastifyInstance, { scrape, answered }: ApiMetrics): void {
  app.addHook('onResponse', async ({ method, routeOptions }, reply) => {
    answered(method, routeOptions.url ?? NO_ROUTE, reply.statusCode, reply.elapsedTime);
  });
  app.get('/metrics', async (request, reply) => {
    readFields(request.query, {});
    const { contentType, text } = await scrape();
    return reply.type(contentType).send(text);
  });
}
