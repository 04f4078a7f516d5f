/** A node that only shows: whatever would change something is refused, in this one place. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CarillonError } from '../domain/input/errors.js';
import { isDryRun } from './context.js';
import type { Route } from './route.js';
import { ROUTES } from './routes.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Nothing but a refusal: this path has not this method. */
    refuses?: true;
  }
}

/** By HTTP these change nothing, and none of our routes does otherwise. */
const READS = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];

/** Of a route that may change something: what of it changes nothing. Whatever the table does not name changes something. */
type Harmless = (request: FastifyRequest) => boolean;

function harmlessRoutes(): Map<string, Harmless> {
  return new Map(
    ROUTES.flatMap((route) => {
      const harmless = harmlessOf(route);
      return harmless ? [[`${route.method.toUpperCase()} ${routeUrl(route.path)}`, harmless] as const] : [];
    }),
  );
}

function harmlessOf({ changesNothing, query }: Route): Harmless | undefined {
  if (changesNothing) return () => true;
  if (query && Object.hasOwn(query, 'dryRun'))
    return (request) => isDryRun(request.query as { dryRun?: string });
  return undefined;
}

/** `/v1/tasks/{id}` as the web framework writes it. */
export const routeUrl = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

export function refuseChanges(app: FastifyInstance): void {
  const harmless = harmlessRoutes();
  app.addHook('onRequest', async (request) => {
    if (READS.includes(request.method) || request.is404) return;
    const { url, config } = request.routeOptions;
    if (config.refuses || harmless.get(`${request.method} ${url}`)?.(request)) return;
    throw new CarillonError('read_only', 'This node only shows (CARILLON_READ_ONLY); nothing was changed.');
  });
}
