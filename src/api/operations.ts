/** Routes of operations: list, show, abort; and of the backfill that begins one. */

import type { FastifyInstance } from 'fastify';
import { readFields } from '../domain/input/read-fields.js';
import { about, text } from '../domain/input/readers.js';
import { BACKFILL, previewBackfill, startBackfill } from '../operations/backfill.js';
import { abortOperation, findOperation, listOperations, OPERATION_LIST } from '../operations/operations.js';
import { DRY_RUN } from '../schedules/asked.js';
import { foundSchedule } from '../schedules/settled.js';
import { timeOf } from '../store/contract/clock.js';
import { authorOf } from './author.js';
import { type ApiContext, type ById, isDryRun } from './context.js';
import { callerOf, withKey } from './idempotency.js';

export const ABORT = { reason: about(text(256), 'why, kept with the operation') };
/** Many instants are looked at before a backfill begins, ms. */
const LOOKING_WITHIN = 30_000;

export function operationRoutes(app: FastifyInstance, { store }: ApiContext): void {
  app.get('/v1/operations', (request) => listOperations(store, readFields(request.query, OPERATION_LIST)));

  app.get<ById>('/v1/operations/:id', async (request) => {
    readFields(request.query, {});
    return findOperation(store, request.params.id);
  });

  app.post<ById>('/v1/operations/:id/abort', async (request) => {
    readFields(request.query, {});
    const { reason } = readFields(request.body, ABORT);
    return abortOperation(store, request.params.id, await timeOf(store), reason);
  });

  const looking = { config: { answerWithin: LOOKING_WITHIN } };
  app.post<ById>('/v1/schedules/:id/backfill', looking, async (request, reply) => {
    const only = isDryRun(readFields(request.query, DRY_RUN));
    const { by: _, ...wish } = withKey(request, readFields(request.body, BACKFILL, ['from', 'to']));
    const row = await foundSchedule(store, request.params.id);
    const now = await timeOf(store);
    if (only) return previewBackfill(row, wish, now);
    const begun = await startBackfill(store, row, wish, now, authorOf(request), callerOf(request));
    return reply.code(202).header('location', `/v1/operations/${begun.id}`).send(begun);
  });
}
