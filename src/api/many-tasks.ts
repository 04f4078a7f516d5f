/** Routes of deeds on many tasks: cancel by filter, purge of a queue; and what dead tasks died of. */

import type { FastifyInstance, FastifyReply } from 'fastify';
import { readFields } from '../domain/input/read-fields.js';
import { ERROR_LIST } from '../domain/task/deed-fields.js';
import { fieldsOf, previewMany, saidOf, startMany } from '../operations/many-tasks.js';
import { PURGE, previewPurge, startPurge } from '../operations/purge.js';
import { TASK_DEEDS, type TaskDeedName } from '../operations/task-deeds.js';
import type { OperationView } from '../operations/view.js';
import { DRY_RUN } from '../schedules/asked.js';
import { timeOf } from '../store/contract/clock.js';
import { groupedErrors } from '../tasks/errors.js';
import { authorOf } from './author.js';
import { type ApiContext, isDryRun } from './context.js';
import { callerOf, withKey } from './idempotency.js';

/** Every task that a filter may match is looked at first, ms. */
const looking = { config: { answerWithin: 60_000 } };

export function manyTaskRoutes(app: FastifyInstance, { store }: ApiContext): void {
  for (const kind of Object.keys(TASK_DEEDS) as TaskDeedName[]) {
    app.post(`/v1/tasks/${kind}`, looking, async (request, reply) => {
      const only = isDryRun(readFields(request.query, DRY_RUN));
      const { by: _, ...wish } = withKey(
        request,
        readFields(request.body, fieldsOf(kind), saidOf(kind, only)),
      );
      if (only) return previewMany(store, kind, wish.filter);
      const now = await timeOf(store);
      return begun(reply, await startMany(store, kind, wish, now, authorOf(request), callerOf(request)));
    });
  }

  app.post<{ Params: { queue: string } }>('/v1/queues/:queue/purge', looking, async (request, reply) => {
    const only = isDryRun(readFields(request.query, DRY_RUN));
    const fields = readFields(request.body, PURGE, only ? [] : ['count']);
    const { by: _, ...wish } = withKey(request, fields);
    const { queue } = request.params;
    if (only) return previewPurge(store, queue, wish);
    const now = await timeOf(store, queue);
    return begun(reply, await startPurge(store, queue, wish, now, authorOf(request), callerOf(request)));
  });

  app.get('/v1/tasks/errors', looking, (request) =>
    groupedErrors(store, readFields(request.query, ERROR_LIST)),
  );
}

function begun(reply: FastifyReply, operation: OperationView): FastifyReply {
  return reply.code(202).header('location', `/v1/operations/${operation.id}`).send(operation);
}
