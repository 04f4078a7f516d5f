/** Routes that change what a schedule is: put, delete, pause, resume, skip; pause and resume of many. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readFields } from '../domain/input/read-fields.js';
import { DRY_RUN, PAUSE, PAUSE_MANY, RESUME, RESUME_MANY, SKIP } from '../schedules/asked.js';
import { type Matching, type ScheduleEdits, scheduleEdits } from '../schedules/edits.js';
import { pauseMany, previewMany, resumeMany } from '../schedules/many.js';
import type { Show } from '../schedules/show.js';
import { previewEdit } from '../sets/preview-edit.js';
import { timeOf } from '../store/contract/clock.js';
import { authorOf } from './author.js';
import { type ApiContext, type ById, isDryRun } from './context.js';
import { editMatching, tagged } from './if-match.js';

/** Every schedule is looked at, and each edited, ms. */
const MANY_WITHIN = 60_000;

export function scheduleEditRoutes(app: FastifyInstance, { store }: ApiContext, show: Show): void {
  const edits = (request: FastifyRequest): ScheduleEdits => scheduleEdits(store, show, authorOf(request));
  const signed = <T>(request: FastifyRequest, fields: T) => ({ ...fields, by: authorOf(request) });
  const matching =
    (header: string | undefined): Matching =>
    (id, missing, edit) =>
      editMatching(store, id, header, missing, edit);

  app.put<ById>('/v1/schedules/:id', async (request, reply) => {
    const { params, body, headers } = request;
    if (isDryRun(readFields(request.query, DRY_RUN))) return previewEdit(store, params.id, body);
    const { view, row, created, warnings } = await edits(request).put(
      params.id,
      body,
      matching(headers['if-match']),
    );
    return tagged(reply, row)
      .code(created ? 201 : 200)
      .send({ ...view, warnings });
  });

  app.delete<ById>('/v1/schedules/:id', async (request, reply) => {
    readFields(request.query, {});
    await edits(request).remove(request.params.id, matching(request.headers['if-match']));
    return reply.code(204).send();
  });

  app.post<ById>('/v1/schedules/:id/pause', async (request) => {
    readFields(request.query, {});
    return edits(request).pause(request.params.id, signed(request, readFields(request.body, PAUSE)));
  });

  app.post<ById>('/v1/schedules/:id/resume', async (request) => {
    readFields(request.query, {});
    return edits(request).resume(request.params.id, signed(request, readFields(request.body, RESUME)));
  });

  app.post<ById>('/v1/schedules/:id/skip', async (request) => {
    readFields(request.query, {});
    return edits(request).skip(request.params.id, signed(request, readFields(request.body, SKIP)));
  });

  const many = { config: { answerWithin: MANY_WITHIN } };
  app.post('/v1/schedules/pause', many, async (request) => {
    const only = isDryRun(readFields(request.query, DRY_RUN));
    const required = only ? (['filter'] as const) : (['filter', 'count'] as const);
    const body = readFields(request.body, PAUSE_MANY, required);
    if (only) return previewMany(store, body.filter);
    return pauseMany(store, signed(request, body), await timeOf(store));
  });

  app.post('/v1/schedules/resume', many, async (request) => {
    const only = isDryRun(readFields(request.query, DRY_RUN));
    const required = only ? (['filter'] as const) : (['filter', 'count'] as const);
    const body = readFields(request.body, RESUME_MANY, required);
    if (only) return previewMany(store, body.filter);
    return resumeMany(store, signed(request, body), await timeOf(store));
  });
}
