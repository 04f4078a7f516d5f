/** Routes that change what a schedule is: put, delete, pause, resume. */

import type { FastifyInstance } from 'fastify';
import { readFields } from '../domain/input/read-fields.js';
import { PAUSE } from '../schedules/asked.js';
import { type Matching, scheduleEdits } from '../schedules/edits.js';
import type { Show } from '../schedules/show.js';
import type { ApiContext, ById } from './context.js';
import { editMatching, tagged } from './if-match.js';

export function scheduleEditRoutes(app: FastifyInstance, { store }: ApiContext, show: Show): void {
  const edits = scheduleEdits(store, show);
  const matching =
    (header: string | undefined): Matching =>
    (id, missing, edit) =>
      editMatching(store, id, header, missing, edit);

  app.put<ById>('/v1/schedules/:id', async (request, reply) => {
    readFields(request.query, {});
    const { params, body, headers } = request;
    const { view, row, created, warnings } = await edits.put(params.id, body, matching(headers['if-match']));
    return tagged(reply, row)
      .code(created ? 201 : 200)
      .send({ ...view, warnings });
  });

  app.delete<ById>('/v1/schedules/:id', async (request, reply) => {
    readFields(request.query, {});
    await edits.remove(request.params.id, matching(request.headers['if-match']));
    return reply.code(204).send();
  });

  app.post<ById>('/v1/schedules/:id/pause', async (request) => {
    readFields(request.query, {});
    return edits.pause(request.params.id, readFields(request.body, PAUSE));
  });

  app.post<ById>('/v1/schedules/:id/resume', async (request) => {
    readFields(request.query, {});
    readFields(request.body, {});
    return edits.resume(request.params.id);
  });
}
