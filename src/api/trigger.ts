/** The route that runs a schedule by hand. */

import type { FastifyInstance } from 'fastify';
import { readFields } from '../domain/input/read-fields.js';
import { TRIGGER } from '../schedules/asked.js';
import { triggerSchedule } from '../schedules/trigger.js';
import { ServedHandlers } from '../tasks/served.js';
import { taskText } from '../tasks/view.js';
import type { ApiContext, ById } from './context.js';
import { callerOf, withKey } from './idempotency.js';
import { isPayload, json, TASK_BODY } from './tasks.js';
import { traceIn } from './trace.js';

export function triggerRoute(app: FastifyInstance, context: ApiContext): void {
  const { store } = context;
  const served = new ServedHandlers(store);
  const options = { bodyLimit: TASK_BODY, config: { keepText: isPayload } };
  app.post<ById>('/v1/schedules/:id/trigger', options, async (request, reply) => {
    readFields(request.query, {});
    const wish = withKey(request, readFields(request.body, TRIGGER));
    const call = { ...wish, trace: traceIn(request) };
    const facts = await triggerSchedule(store, request.params.id, call, callerOf(request));
    const routable = await served.has(facts.queue, facts.handler);
    if (!routable) context.onUnroutable?.(facts.queue);
    const more = routable ? {} : { unroutable: true };
    return json(
      reply.code(201).header('location', `/v1/tasks/${encodeURIComponent(facts.id)}`),
      taskText(facts, more),
    );
  });
}
