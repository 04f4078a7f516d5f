/** Routes of tasks: create, batch, list, show, cancel, wait. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CarillonError } from '../domain/input/errors.js';
import { readFields, refuse } from '../domain/input/read-fields.js';
import { duration, reader, text } from '../domain/input/readers.js';
import { TASK_STATES, type Task } from '../domain/task/task.js';
import { mono } from '../runtime/clock.js';
import { sleep } from '../runtime/timers.js';
import type { TaskFacts } from '../store/contract/index.js';
import { fitting, TASK_LIST } from '../tasks/filter.js';
import { listTasks } from '../tasks/list.js';
import { createTaskMaker } from '../tasks/make.js';
import { taskView } from '../tasks/view.js';
import type { ApiContext } from './context.js';
import { isInternal, problemOf, StateConflict } from './problems.js';

/** A payload of 1 MiB and the fields around it. */
const TASK_BODY = (1 << 20) + 65_536;
const BATCH_BODY = 4 << 20;
/** How long a wait may take, and how long when nothing is said, ms. */
const LONGEST_WAIT = 60_000;
const USUAL_WAIT = 30_000;
const UNTIL_ASKED_AGAIN = 500;

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
  const maker = createTaskMaker(context);

  app.post('/v1/tasks', { bodyLimit: TASK_BODY }, async (request, reply) => {
    refuseIdempotencyKey(request);
    readFields(request.query, {});
    const task = await maker.create(request.body);
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
    const results = await maker.createMany(tasks);
    return {
      results: results.map((result) => {
        if ('task' in result) return result;
        const { error } = result;
        if (isInternal(error)) log.error({ error, requestId: request.id }, 'part of a batch failed');
        return { error: problemOf(error, request.id) };
      }),
    };
  });

  app.get('/v1/tasks', async (request) => {
    const query = readFields(request.query, TASK_LIST);
    const { state, queue, limit = 50, cursor, handler, schedule, ...filter } = query;
    const fits = fitting(filter);
    const known = await store.queues();
    const queues = queue === undefined ? known.toSorted() : known.filter((one) => one === queue);
    const states = state === undefined ? [...TASK_STATES] : [state];
    const page = await listTasks(store, {
      queues,
      states,
      limit,
      ...(handler === undefined ? {} : { handler }),
      ...(schedule === undefined ? {} : { schedule }),
      ...(cursor === undefined ? {} : { cursor }),
      ...(fits ? { fits } : {}),
    });
    return { items: page.items.map(taskView), nextCursor: page.nextCursor, scanned: page.scanned };
  });

  app.get<ById>('/v1/tasks/:id', async (request) => {
    readFields(request.query, {});
    return taskView(await found(context, request.params.id));
  });

  app.post<ById>('/v1/tasks/:id/cancel', async (request) => {
    readFields(request.query, {});
    const { reason } = readFields(request.body, CANCEL);
    return cancel(context, request.params.id, reason);
  });

  app.get<ById>(
    '/v1/tasks/:id/wait',
    { config: { answerWithin: LONGEST_WAIT + 5_000 } },
    async (request, reply) => {
      const { timeout = USUAL_WAIT } = readFields(request.query, WAIT);
      const task = await finished(context, request.params.id, timeout);
      return reply.code(task.finishedAt === undefined ? 202 : 200).send(task);
    },
  );
}

function refuseIdempotencyKey(request: FastifyRequest): void {
  if (request.headers['idempotency-key'] === undefined) return;
  throw new CarillonError('unsupported', 'The Idempotency-Key header is not supported by this release.', [
    { pointer: 'Idempotency-Key', detail: 'is not supported by this release' },
  ]);
}

async function found({ store }: ApiContext, id: string): Promise<TaskFacts> {
  const facts = await store.find(id);
  if (!facts) throw new CarillonError('not_found', 'There is no task with this id.');
  return facts;
}

async function cancel(context: ApiContext, id: string, reason: string | undefined): Promise<Task> {
  const { queue } = await found(context, id);
  const word = await context.store.cancel(queue, id, reason);
  if (word === 'unknown') throw new CarillonError('not_found', 'There is no task with this id.');
  if (word === 'cancelled' || word === 'already') return taskView(await found(context, id));
  throw new StateConflict(`The task is ${word}; only one that waits can be cancelled.`, word);
}

/** The task once it has ended, or as it stands when the time is over or the API closes. */
async function finished(context: ApiContext, id: string, timeout: number): Promise<Task> {
  const end = mono() + timeout;
  let pause = 25;
  for (;;) {
    const facts = await found(context, id);
    const left = end - mono();
    if (facts.finishedAt !== undefined || left <= 0 || context.closing.aborted) return taskView(facts);
    await sleep(Math.min(pause, left), context.closing);
    pause = Math.min(pause * 1.5, UNTIL_ASKED_AGAIN);
  }
}
