/** Routes that put one task back or give it another time. */

import type { FastifyInstance } from 'fastify';
import { readFields } from '../domain/input/read-fields.js';
import { REDRIVE, RESCHEDULE } from '../domain/task/deed-fields.js';
import { redriveTask } from '../tasks/redrive.js';
import { rescheduleTask } from '../tasks/reschedule.js';
import { taskText } from '../tasks/view.js';
import type { ApiContext, ById } from './context.js';
import { isPayload, json, TASK_BODY } from './tasks.js';

export function taskChangeRoutes(app: FastifyInstance, { store }: ApiContext): void {
  const payload = { bodyLimit: TASK_BODY, config: { keepText: isPayload } };
  app.post<ById>('/v1/tasks/:id/redrive', payload, async (request, reply) => {
    readFields(request.query, {});
    const { payload } = readFields(request.body, REDRIVE);
    return json(reply, taskText(await redriveTask(store, request.params.id, payload)));
  });

  app.post<ById>('/v1/tasks/:id/reschedule', async (request, reply) => {
    readFields(request.query, {});
    const wish = readFields(request.body, RESCHEDULE);
    return json(reply, taskText(await rescheduleTask(store, request.params.id, wish)));
  });
}
