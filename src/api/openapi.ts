/** The OpenAPI 3.1 description, made from one table of routes. */

import type { FastifyInstance } from 'fastify';
import type { ApiContext } from './context.js';
import { ref, SCHEMAS, text } from './openapi-schemas.js';

interface Route {
  path: string;
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  summary: string;
  query?: readonly string[];
  /** Name of a schema below, or a free object. */
  body?: string;
  answers: Record<number, string>;
}

export const ROUTES: readonly Route[] = [
  {
    path: '/v1/tasks',
    method: 'post',
    summary: 'Create a task: now, after `delay`, or at `runAt`',
    body: 'TaskInput',
    answers: { 200: 'Task', 201: 'Task' },
  },
  {
    path: '/v1/tasks',
    method: 'get',
    summary:
      'List tasks: queue by queue, and within a queue state by state (scheduled and retrying by due time, ready as they are handed out, ended ones newest first). state and label (name=text) may be repeated. handler, schedule, label, key (unique key), q (text in id, handler, key, labels or payload) and from/to (due time, both included) are filters over a bounded scan of 5000 tasks: a page may have fewer than asked for, or none, and still a nextCursor; scanned says how many were looked at. A page neither skips nor repeats tasks of one state while others move',
    query: ['state', 'queue', 'handler', 'schedule', 'label', 'key', 'q', 'from', 'to', 'limit', 'cursor'],
    answers: { 200: 'Tasks' },
  },
  {
    path: '/v1/tasks/batch',
    method: 'post',
    summary: 'Create up to 1000 tasks; one result each, in order',
    body: 'Batch',
    answers: { 200: 'object' },
  },
  {
    path: '/v1/tasks/{id}',
    method: 'get',
    summary: 'Show a task with its attempts',
    answers: { 200: 'Task' },
  },
  {
    path: '/v1/tasks/{id}/cancel',
    method: 'post',
    summary: 'Cancel a task that waits',
    body: 'Reason',
    answers: { 200: 'Task' },
  },
  {
    path: '/v1/tasks/{id}/wait',
    method: 'get',
    summary: 'Wait until a task has ended (202: not yet)',
    query: ['timeout'],
    answers: { 200: 'Task', 202: 'Task' },
  },
  {
    path: '/v1/schedules',
    method: 'get',
    summary:
      'List schedules by id. q (text in id, handler, description, owner or labels), state, label (name=text, repeatable), queue, handler and set are filters over a bounded scan of 5000 schedules: a page may have fewer than asked for, or none, and still a nextCursor',
    query: ['q', 'state', 'label', 'queue', 'handler', 'set', 'limit', 'cursor'],
    answers: { 200: 'Schedules' },
  },
  {
    path: '/v1/schedules/{id}',
    method: 'get',
    summary: 'Show a schedule with its next runs and its last one',
    answers: { 200: 'Schedule' },
  },
  {
    path: '/v1/schedules/{id}',
    method: 'put',
    summary:
      'Create or replace a schedule (fields as in a schedule file); If-Match: one or several ETags, or *',
    body: 'object',
    answers: { 200: 'Schedule', 201: 'Schedule' },
  },
  {
    path: '/v1/schedules/{id}',
    method: 'delete',
    summary: 'Delete a schedule and withdraw what was planned; If-Match as with PUT',
    answers: { 204: '' },
  },
  {
    path: '/v1/schedules/{id}/pause',
    method: 'post',
    summary: 'Pause a schedule',
    body: 'Reason',
    answers: { 200: 'Schedule' },
  },
  {
    path: '/v1/schedules/{id}/resume',
    method: 'post',
    summary: 'Resume a schedule',
    answers: { 200: 'Schedule' },
  },
  {
    path: '/v1/schedules/{id}/occurrences',
    method: 'get',
    summary: 'Fates of past instants and preview of coming ones, each with its nominal and due time',
    query: ['from', 'to', 'limit'],
    answers: { 200: 'object' },
  },
  {
    path: '/v1/schedules/{id}/revisions',
    method: 'get',
    summary: 'The last twenty revisions, newest first, with who made them and when',
    answers: { 200: 'object' },
  },
  { path: '/v1/queues', method: 'get', summary: 'List queues with their depths', answers: { 200: 'Queues' } },
  { path: '/v1/queues/{queue}', method: 'get', summary: 'Show a queue', answers: { 200: 'Queue' } },
  {
    path: '/v1/queues/{queue}',
    method: 'put',
    summary: 'Set everything of a queue: what is not given is back at its default',
    body: 'QueueSettings',
    answers: { 200: 'Queue' },
  },
  {
    path: '/v1/queues/{queue}',
    method: 'patch',
    summary: 'Change settings of a queue; null is the default',
    body: 'QueueSettings',
    answers: { 200: 'Queue' },
  },
  {
    path: '/v1/queues/{queue}/pause',
    method: 'post',
    summary: 'Pause a queue: it hands nothing out, what runs goes on',
    answers: { 200: 'Queue' },
  },
  {
    path: '/v1/queues/{queue}/resume',
    method: 'post',
    summary: 'Resume a queue',
    answers: { 200: 'Queue' },
  },
  { path: '/v1/workers', method: 'get', summary: 'List workers', answers: { 200: 'object' } },
  { path: '/v1/cluster', method: 'get', summary: 'Show leader, term and nodes', answers: { 200: 'object' } },
  { path: '/v1/sets', method: 'get', summary: 'List file sets', answers: { 200: 'object' } },
  {
    path: '/v1/sets/{set}',
    method: 'get',
    summary: 'Show a file set: what is in force, what was applied, what is held, which files are not valid',
    answers: { 200: 'object' },
  },
  {
    path: '/v1/sets/{set}/revisions',
    method: 'get',
    summary: 'What was in force of a file set, newest first',
    answers: { 200: 'object' },
  },
  {
    path: '/v1/sets/{set}/apply',
    method: 'post',
    summary: 'Let the held proposal with this `digest` come into force; `force`: whatever is held by now',
    body: 'object',
    answers: { 200: 'object' },
  },
  {
    path: '/v1/sets/{set}/proposals',
    method: 'post',
    summary:
      'Propose `files` (path and text each), with the values of the `variables` in them, `release`, `environment`, `force`',
    body: 'object',
    answers: { 202: 'object' },
  },
  {
    path: '/v1/sets/{set}',
    method: 'delete',
    summary: 'Remove a file set and its schedules; 409 while present nodes carry it, unless `force`',
    query: ['force'],
    answers: { 204: '' },
  },
  { path: '/livez', method: 'get', summary: 'The process lives', answers: { 200: 'object' } },
  {
    path: '/readyz',
    method: 'get',
    summary: 'The node takes part, and its Redis answers; `problems` says what wants a person',
    answers: { 200: 'object', 503: 'object' },
  },
];

export function openapiRoute(app: FastifyInstance, { version }: ApiContext): void {
  const body = JSON.stringify(openapi(version));
  app.get('/openapi.json', (_, reply) => reply.type('application/json; charset=utf-8').send(body));
}

export function openapi(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of ROUTES) {
    const operations = paths[route.path] ?? {};
    operations[route.method] = operation(route);
    paths[route.path] = operations;
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Carillon', version, description: 'Distributed cron and delayed tasks on Redis.' },
    paths,
    components: { schemas: SCHEMAS, securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
    security: [{ key: [] }, {}],
  };
}

function operation(route: Route): object {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: text,
  }));
  const inQuery = (route.query ?? []).map((name) => ({ name, in: 'query', schema: text }));
  const json = (name: string): object => ({
    'application/json': { schema: name === 'object' ? { type: 'object' } : ref(name) },
  });
  const answers = Object.entries(route.answers).map(([status, name]) => [
    status,
    name === ''
      ? { description: 'Done' }
      : { description: name === 'object' ? 'The answer' : name, content: json(name) },
  ]);
  const problem = {
    description: 'Problem',
    content: { 'application/problem+json': { schema: ref('Problem') } },
  };
  return {
    summary: route.summary,
    parameters: [...inPath, ...inQuery],
    ...(route.body ? { requestBody: { content: json(route.body) } } : {}),
    responses: { ...Object.fromEntries(answers), default: problem },
  };
}
