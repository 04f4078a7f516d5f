/** The OpenAPI 3.1 description, made from one table of routes. */

import type { FastifyInstance } from 'fastify';
import { ERRORS } from '../domain/errors.js';
import { PRIORITIES, TASK_STATES } from '../domain/task.js';
import type { ApiContext } from './context.js';

interface Route {
  path: string;
  method: 'get' | 'post' | 'put' | 'delete';
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
    answers: { 201: 'Task' },
  },
  {
    path: '/v1/tasks',
    method: 'get',
    summary: 'List tasks, newest first',
    query: ['state', 'queue', 'limit', 'cursor'],
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
    summary: 'List schedules',
    query: ['limit', 'cursor'],
    answers: { 200: 'object' },
  },
  {
    path: '/v1/schedules/{id}',
    method: 'get',
    summary: 'Show a schedule with its next runs',
    answers: { 200: 'object' },
  },
  {
    path: '/v1/schedules/{id}',
    method: 'put',
    summary: 'Create or replace a schedule (fields as in a schedule file)',
    body: 'object',
    answers: { 200: 'object', 201: 'object' },
  },
  {
    path: '/v1/schedules/{id}',
    method: 'delete',
    summary: 'Delete a schedule and withdraw what was planned',
    answers: { 204: '' },
  },
  {
    path: '/v1/schedules/{id}/pause',
    method: 'post',
    summary: 'Pause a schedule',
    body: 'Reason',
    answers: { 200: 'object' },
  },
  {
    path: '/v1/schedules/{id}/resume',
    method: 'post',
    summary: 'Resume a schedule',
    answers: { 200: 'object' },
  },
  {
    path: '/v1/schedules/{id}/occurrences',
    method: 'get',
    summary: 'Fates of past instants and preview of coming ones, each with its nominal and due time',
    query: ['from', 'to', 'limit'],
    answers: { 200: 'object' },
  },
  { path: '/v1/queues', method: 'get', summary: 'List queues with their depths', answers: { 200: 'object' } },
  { path: '/v1/queues/{queue}', method: 'get', summary: 'Show a queue', answers: { 200: 'object' } },
  { path: '/v1/workers', method: 'get', summary: 'List workers', answers: { 200: 'object' } },
  { path: '/v1/cluster', method: 'get', summary: 'Show leader, term and nodes', answers: { 200: 'object' } },
  { path: '/livez', method: 'get', summary: 'The process lives', answers: { 200: 'object' } },
  { path: '/readyz', method: 'get', summary: 'The store answers', answers: { 200: 'object' } },
];

const text = { type: 'string' };
const time = { type: 'string', format: 'date-time' };
const duration = { type: 'string', examples: ['250ms', '90s', '1h30m', '7d'] };
const labels = { type: 'object', additionalProperties: text };
const whole = { type: 'integer', minimum: 0 };
const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const list = (items: object): object => ({ type: 'array', items });

const failure = { type: 'object', required: ['message'], properties: { message: text, stack: text } };
const attempt = {
  type: 'object',
  properties: {
    attempt: whole,
    worker: text,
    startedAt: time,
    finishedAt: time,
    outcome: text,
    error: failure,
  },
};
const retry = {
  type: 'object',
  additionalProperties: false,
  properties: {
    maxAttempts: { type: 'integer', minimum: 1 },
    backoff: { enum: ['exponential', 'linear', 'fixed'] },
    delay: duration,
    maxDelay: duration,
    jitter: { type: 'boolean' },
    delays: list(duration),
  },
};

const SCHEMAS = {
  TaskInput: {
    type: 'object',
    required: ['handler'],
    additionalProperties: false,
    properties: {
      handler: text,
      payload: {},
      queue: text,
      delay: duration,
      runAt: time,
      priority: { enum: PRIORITIES },
      retry,
      timeout: duration,
      labels,
    },
  },
  Batch: {
    type: 'object',
    required: ['tasks'],
    additionalProperties: false,
    properties: { tasks: { ...list(ref('TaskInput')), minItems: 1, maxItems: 1000 } },
  },
  Reason: { type: 'object', additionalProperties: false, properties: { reason: text } },
  Task: {
    type: 'object',
    required: ['id', 'handler', 'queue', 'state'],
    properties: {
      id: text,
      handler: text,
      queue: text,
      payload: {},
      state: { enum: TASK_STATES },
      priority: { enum: PRIORITIES },
      dueAt: time,
      createdAt: time,
      attempt: whole,
      failures: whole,
      maxAttempts: whole,
      startedAt: time,
      finishedAt: time,
      result: {},
      error: failure,
      reason: text,
      unroutable: { type: 'boolean' },
      labels,
      schedule: { type: 'object', properties: { id: text, nominalAt: time } },
      attempts: list(attempt),
    },
  },
  Tasks: {
    type: 'object',
    properties: { items: list(ref('Task')), nextCursor: { type: ['string', 'null'] } },
  },
  Problem: {
    type: 'object',
    required: ['code', 'status', 'title', 'requestId'],
    properties: {
      type: text,
      title: text,
      status: whole,
      detail: text,
      code: { enum: Object.keys(ERRORS) },
      errors: list({ type: 'object', properties: { pointer: text, detail: text } }),
      fix: text,
      requestId: text,
      state: text,
    },
  },
};

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
