/** Routes of what is told of many things at once: what is to come, its load, handlers. */

import type { FastifyInstance } from 'fastify';
import { readFields } from '../domain/input/read-fields.js';
import { HANDLER_LIST, LOAD, UPCOMING } from '../domain/overview-fields.js';
import { Overviews } from '../overviews/overviews.js';
import type { ApiContext } from './context.js';

export function overviewRoutes(app: FastifyInstance, { store }: ApiContext): void {
  const overviews = new Overviews(store);

  app.get('/v1/upcoming', (request) => overviews.upcoming(readFields(request.query, UPCOMING)));

  app.get('/v1/upcoming/load', (request) => overviews.load(readFields(request.query, LOAD)));

  app.get('/v1/handlers', (request) => overviews.handlers(readFields(request.query, HANDLER_LIST)));

  app.get<{ Params: { name: string } }>('/v1/handlers/:name', (request) => {
    readFields(request.query, {});
    return overviews.handler(request.params.name);
  });
}
