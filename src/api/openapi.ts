/** The OpenAPI 3.1 description, made from the table of routes. */

import type { FastifyInstance } from 'fastify';
import { handlerName, namespaceName, queueName, scheduleId, taskId } from '../domain/input/names.js';
import {
  type JsonSchema,
  objectSchema,
  type Reader,
  type Readers,
  supported,
} from '../domain/input/readers.js';
import type { ApiContext } from './context.js';
import { ref, text } from './openapi-parts.js';
import { SCHEMAS } from './openapi-schemas.js';
import type { Route } from './route.js';
import { ROUTES } from './routes.js';

export function openapiRoute(app: FastifyInstance, { version }: ApiContext): void {
  const described = openapi(version);
  // Where this node stands is known by each request alone.
  app.get('/openapi.json', { config: { holdsNoData: true } }, ({ base }, reply) =>
    reply
      .type('application/json; charset=utf-8')
      .send(JSON.stringify({ ...described, servers: [{ url: base || '/' }] })),
  );
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
    components: {
      schemas: { ...bodySchemas(), ...SCHEMAS },
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
    },
    security: [{ key: [] }, {}],
  };
}

/** What stands in the path, by the collection before it. */
const IN_PATH: Readonly<Record<string, Reader<string>>> = {
  tasks: taskId,
  schedules: scheduleId,
  queues: queueName,
  sets: namespaceName,
  handlers: handlerName,
};

/** The bodies that are sent, by the name of their schema. */
function bodySchemas(): Record<string, object> {
  const bodies = ROUTES.flatMap(({ body }) => body ?? []);
  return Object.fromEntries(
    bodies.map(({ name, fields, required }) => [name, objectSchema(fields, required)]),
  );
}

function parametersOf({ path, query = {}, headers = {} }: Route): object[] {
  const inPath = [...path.matchAll(/(\w+)\/\{(\w+)\}/g)].map(([, collection = '', name]) => {
    return { name, in: 'path', required: true, schema: IN_PATH[collection]?.schema ?? text };
  });
  const inHeader = Object.entries(headers).map(([name, description]) => {
    return { name, in: 'header', description, schema: text };
  });
  return [...inPath, ...supported(query).map((name) => inQuery(name, query)), ...inHeader];
}

function inQuery(name: string, query: Readers): object {
  const { description = '', ...schema }: JsonSchema = query[name]?.schema ?? text;
  return { name, in: 'query', description, schema };
}

const json = (name: string): object => ({
  'application/json': { schema: name === 'object' ? { type: 'object' } : ref(name) },
});

function answerOf(name: string): object {
  if (name === '') return { description: 'Done' };
  return { description: name === 'object' ? 'The answer' : name, content: json(name) };
}

function operation(route: Route): object {
  const answers = Object.entries(route.answers).map(([status, name]) => [status, answerOf(name)]);
  const problem = {
    description: 'Problem',
    content: { 'application/problem+json': { schema: ref('Problem') } },
  };
  return {
    summary: route.summary,
    parameters: parametersOf(route),
    ...(route.body ? { requestBody: { content: json(route.body.name) } } : {}),
    responses: { ...Object.fromEntries(answers), default: problem },
  };
}
