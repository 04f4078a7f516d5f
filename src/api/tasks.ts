/** Routes of tasks: create, batch, list, show, cancel, wait. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CarillonError } from '../domain/input/errors.js';
import { readFields, refuse } from '../domain/input/read-fields.js';
import { duration, reader, text } from '../domain/input/readers.js';
import type { Task } from '../domain/task/task.js';
import type { TaskFacts } from '../store/contract/index.js';
import { cancelTask } from '../tasks/cancel.js';
import { TASK_LIST } from '../tasks/filter.js';
import { findTask } from '../tasks/find.js';
import { acceptTask, TaskMaker } from '../tasks/make.js';
import { queryTasks } from '../tasks/query.js';
import { createdFacts, taskView } from '../tasks/view.js';
import { TaskWaits, USUAL_WAIT } from '../tasks/wait.js';
import type { ApiContext } from './context.js';
import { isInternal, problemOf } from './problems.js';

/** A payload of 1 MiB and the fields around it. */
const TASK_BODY = (1 << 20) + 65_536;
const BATCH_BODY = 4 << 20;
/** How long a wait may take, ms. */
const LONGEST_WAIT = 60_000;

const WAIT = { timeout: duration(0, LONGEST_WAIT) };
const CANCEL = { reason: text(256) };
const BATCH = {
  tasks: reader('a list of 1 to 1000 tasks', (raw) =>
    Array.isArray(raw) && raw.length >= 1 && raw.length <= 1000 ? (raw as unknown[]) : undefined,
  ),
};

interface ById {
  Params: { id: string };
}

export function taskRoutes(app: FastifyInstance, context: ApiContext): void {
  const { store, log } = context;
  const show = (...made: Parameters<typeof createdFacts>): Task => taskView(createdFacts(...made));
  const showTaken = (facts: TaskFacts): Task => ({ ...taskView(facts), deduplicated: true });
  const maker = new TaskMaker({ ...context, show, showTaken });
  const waits = new TaskWaits(store, context.closing);

  app.post('/v1/tasks', { bodyLimit: TASK_BODY }, async (request, reply) => {
    refuseIdempotencyKey(request);
    readFields(request.query, {});
    const task = await maker.make(acceptTask(request.body));
    return reply
      .code(task.deduplicated ? 200 : 201)
      .header('location', `/v1/tasks/${encodeURIComponent(task.id)}`)
      .send(task);
  });

  app.post('/v1/tasks/batch', { bodyLimit: BATCH_BODY }, async (request) => {
    refuseIdempotencyKey(request);
    readFields(request.query, {});
    const { tasks } = readFields(request.body, BATCH);
    if (!tasks) refuse('invalid_input', [{ path: ['tasks'], detail: 'is required' }]);
    const results = await maker.makeEach(tasks);
    return {
      results: results.map((result) => {
        if ('made' in result) return { task: result.made };
        const { error } = result;
        if (isInternal(error)) log.error({ error, requestId: request.id }, 'part of a batch failed');
        return { error: problemOf(error, request.id) };
      }),
    };
  });

  app.get('/v1/tasks', async (request) => {
    const page = await queryTasks(store, readFields(request.query, TASK_LIST));
    return { items: page.items.map(taskView), nextCursor: page.nextCursor, scanned: page.scanned };
  });

  app.get<ById>('/v1/tasks/:id', async (request) => {
    readFields(request.query, {});
    return taskView(await findTask(store, request.params.id));
  });

  app.post<ById>('/v1/tasks/:id/cancel', async (request) => {
    readFields(request.query, {});
    const { reason } = readFields(request.body, CANCEL);
    return taskView(await cancelTask(store, request.params.id, reason));
  });

  app.get<ById>(
    '/v1/tasks/:id/wait',
    { config: { answerWithin: LONGEST_WAIT + 5_000 } },
    async (request, reply) => {
      const { timeout = USUAL_WAIT } = readFields(request.query, WAIT);
      const { id } = request.params;
      // Of a wait that the end of the API cut short before its first look, the task as it stands.
      const task = (await waits.wait(id, timeout)) ?? (await findTask(store, id));
      return reply.code(task.finishedAt === undefined ? 202 : 200).send(taskView(task));
    },
  );
}

function refuseIdempotencyKey(request: FastifyRequest): void {
  if (request.headers['idempotency-key'] === undefined) return;
  throw new CarillonError('unsupported', 'The Idempotency-Key header is not supported by this release.', [
    { pointer: 'Idempotency-Key', detail: 'is not supported by this release' },
  ]);
}
