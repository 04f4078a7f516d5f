/** Routes of tasks: create, batch, list, counts, show, logs, cancel, wait. */

import type { FastifyInstance, FastifyReply } from 'fastify';
import { readFields } from '../domain/input/read-fields.js';
import { about, duration, isRecord, type Path, reader } from '../domain/input/readers.js';
import { LARGEST_BODY, LARGEST_PAYLOAD } from '../domain/input/sizes.js';
import { TASK_COUNTS } from '../domain/task/count-fields.js';
import { CANCEL } from '../domain/task/deed-fields.js';
import { TASK_LIST } from '../domain/task/list-fields.js';
import { inTrace } from '../domain/task/task-input.js';
import type { TaskDraft, TaskFacts } from '../store/contract/index.js';
import { acceptTask } from '../tasks/accept.js';
import { cancelTask } from '../tasks/cancel.js';
import { countTasks } from '../tasks/counts.js';
import { findTask } from '../tasks/find.js';
import { LOGS, taskLogs } from '../tasks/logs.js';
import { askedBy, askedOnce } from '../tasks/once.js';
import { queryTasks } from '../tasks/query.js';
import { ServedHandlers } from '../tasks/served.js';
import { TracedMaker } from '../tasks/traced.js';
import { createdJson, taskText } from '../tasks/view.js';
import { TaskWaits, USUAL_WAIT } from '../tasks/wait.js';
import type { ApiContext } from './context.js';
import { callerOf, idempotencyKeyOf } from './idempotency.js';
import { ref } from './openapi-parts.js';
import { isInternal, problemOf } from './problems.js';
import { traceIn } from './trace.js';

/** A payload and the fields around it. */
export const TASK_BODY = LARGEST_PAYLOAD + 65_536;
/** How long a wait may take, ms. */
const LONGEST_WAIT = 60_000;

export const WAIT = { timeout: about(duration(0, LONGEST_WAIT), 'how long, at most 1m; by default 30s') };
export const BATCH = {
  tasks: reader(
    'a list of 1 to 1000 tasks',
    (raw) => (Array.isArray(raw) && raw.length >= 1 && raw.length <= 1000 ? (raw as unknown[]) : undefined),
    { schema: { type: 'array', items: ref('TaskInput'), minItems: 1, maxItems: 1000 } },
  ),
  onComplete: about(
    reader<Record<string, unknown>>('a task', (raw) => (isRecord(raw) ? raw : undefined), {
      schema: { ...ref('TaskInput') },
    }),
    'one task that comes after all of them, whatever they come to',
  ),
};

/** A created task, or the one that was there, as it is answered. */
interface Made {
  id: string;
  queue: string;
  handler: string;
  status: 200 | 201;
  text: string;
}

interface ById {
  Params: { id: string };
}

export function taskRoutes(app: FastifyInstance, context: ApiContext): void {
  const { store, log, hidePayloads } = context;
  const show = (queue: string, draft: TaskDraft, now: number): Made => ({
    id: draft.id,
    queue,
    handler: draft.handler,
    status: 201,
    text: createdJson(queue, draft, now),
  });
  const showFound = ({ id, queue, handler, ...facts }: TaskFacts): Made => ({
    ...{ id, queue, handler, status: 201 },
    text: taskText({ id, queue, handler, ...facts }),
  });
  const showTaken = ({ id, queue, handler, ...facts }: TaskFacts): Made => ({
    ...{ id, queue, handler, status: 200 },
    text: taskText({ id, queue, handler, ...facts }, { deduplicated: true }),
  });
  const showAgain = (facts: TaskFacts): Made => ({ ...showFound(facts), status: 200 });
  const maker = new TracedMaker({ ...context, show, showTaken, showFound, showAgain });
  const served = new ServedHandlers(store);
  const waits = new TaskWaits(store, context.closing);

  app.post('/v1/tasks', { bodyLimit: TASK_BODY, config: { keepText: isPayload } }, async (request, reply) => {
    readFields(request.query, {});
    const asked = askedBy(acceptTask(request.body), callerOf(request), idempotencyKeyOf(request));
    const { id, status, text, queue, handler } = await maker.make(inTrace(asked, traceIn(request)));
    const routable = status === 200 || (await served.has(queue, handler));
    if (!routable) context.onUnroutable?.(queue);
    return json(
      reply.code(status).header('location', `/v1/tasks/${encodeURIComponent(id)}`),
      routable ? text : `${text.slice(0, -1)},"unroutable":true}`,
    );
  });

  const batch = { bodyLimit: LARGEST_BODY, config: { keepText: isPayloadOfMany } };
  app.post('/v1/tasks/batch', batch, async (request, reply) => {
    readFields(request.query, {});
    const { tasks, onComplete } = readFields(request.body, BATCH, ['tasks']);
    const asked = await askedOnce(store, request.body, callerOf(request), idempotencyKeyOf(request));
    const trace = traceIn(request);
    const after = onComplete && inTrace(asked(acceptTask(onComplete, '/onComplete'), 'onComplete'), trace);
    const results = await maker.makeEach(tasks, after, asked, trace);
    const made = results.flatMap((result) => ('made' in result ? result.made : []));
    const last = after && (await maker.makeOnComplete(after, made));
    const texts = results.map((result) => {
      if ('made' in result) return `{"task":${result.made.text}}`;
      const { error } = result;
      if (isInternal(error))
        log.error({ event: 'request.failed', error, requestId: request.id }, 'part of a batch failed');
      return JSON.stringify({ error: problemOf(error, request.id) });
    });
    const follows = last ? `,"onComplete":${last.text}` : '';
    return json(reply, `{"results":[${texts.join(',')}]${follows}}`);
  });

  app.get('/v1/tasks', async (request, reply) => {
    const query = readFields(request.query, TASK_LIST);
    // Whoever may not read payloads may not find out what is in them by searching either.
    const { items, ...rest } = await queryTasks(store, query, hidePayloads ? 'names' : 'everything');
    const texts = items.map((facts) => taskText(facts));
    return json(reply, `{"items":[${texts.join(',')}],${JSON.stringify(rest).slice(1)}`);
  });

  app.get('/v1/tasks/counts', async (request) => countTasks(store, readFields(request.query, TASK_COUNTS)));

  app.get<ById>('/v1/tasks/:id', async (request, reply) => {
    readFields(request.query, {});
    return json(reply, taskText(await findTask(store, request.params.id)));
  });

  const said = { config: { hides: ['message', 'fields'] } };
  app.get<ById>('/v1/tasks/:id/logs', said, async (request) =>
    taskLogs(store, request.params.id, readFields(request.query, LOGS)),
  );

  app.post<ById>('/v1/tasks/:id/cancel', async (request, reply) => {
    readFields(request.query, {});
    const { reason } = readFields(request.body, CANCEL);
    return json(reply, taskText(await cancelTask(store, request.params.id, reason)));
  });

  app.get<ById>(
    '/v1/tasks/:id/wait',
    { config: { answerWithin: LONGEST_WAIT + 5_000 } },
    async (request, reply) => {
      const { timeout = USUAL_WAIT } = readFields(request.query, WAIT);
      const { id } = request.params;
      // Of a wait that the end of the API cut short before its first look, the task as it stands.
      const task = (await waits.wait(id, timeout)) ?? (await findTask(store, id));
      return json(reply.code(task.finishedAt === undefined ? 202 : 200), taskText(task));
    },
  );
}

export const isPayload = (path: Path): boolean => path.length === 1 && path[0] === 'payload';
const isPayloadOfMany = (path: Path): boolean =>
  (path.length === 2 && path[0] === 'onComplete' && path[1] === 'payload') ||
  (path.length === 3 && path[0] === 'tasks' && path[2] === 'payload');

export function json(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(text);
}
