/** Routes that read schedules: list, show, revisions, occurrences, explain; those that change them stand beside. */

import type { FastifyInstance } from 'fastify';
import { readFields } from '../domain/input/read-fields.js';
import { EXPLAIN, OCCURRENCES } from '../schedules/asked.js';
import { SCHEDULE_LIST, SCHEDULE_SHOW } from '../schedules/list.js';
import { scheduleReads } from '../schedules/reads.js';
import { createShow } from '../schedules/show.js';
import { listRevisions, showRevision } from '../sets/schedule-revisions.js';
import type { ApiContext, ById } from './context.js';
import { tagged } from './if-match.js';
import { scheduleEditRoutes } from './schedule-edits.js';

export function scheduleRoutes(app: FastifyInstance, context: ApiContext): void {
  const { store } = context;
  const show = createShow(store);
  const reads = scheduleReads(store, show);
  scheduleEditRoutes(app, context, show);

  app.get('/v1/schedules', (request) => reads.list(readFields(request.query, SCHEDULE_LIST)));

  app.get<ById>('/v1/schedules/:id', async (request, reply) => {
    const { runs } = readFields(request.query, SCHEDULE_SHOW);
    const { row, view } = await reads.get(request.params.id, runs);
    return tagged(reply, row).send(view);
  });

  app.get<ById>('/v1/schedules/:id/revisions', async (request) => {
    readFields(request.query, {});
    return { items: await listRevisions(store, request.params.id), nextCursor: null };
  });

  app.get<{ Params: { id: string; revision: string } }>(
    '/v1/schedules/:id/revisions/:revision',
    async (request) => {
      readFields(request.query, {});
      const { id, revision } = request.params;
      return showRevision(store, id, Number(revision));
    },
  );

  app.get<ById>('/v1/schedules/:id/occurrences', (request) =>
    reads.occurrences(request.params.id, readFields(request.query, OCCURRENCES)),
  );

  app.get<ById>('/v1/schedules/:id/explain', (request) => {
    const { at } = readFields(request.query, EXPLAIN, ['at']);
    return reads.explain(request.params.id, at);
  });
}
