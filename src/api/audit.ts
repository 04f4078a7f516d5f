/** Every change that a request makes leaves one entry in the audit: written here, for each route whose row names an action. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { changeOf } from '../audit/changes.js';
import { AUDIT_LIST, auditPage } from '../audit/list.js';
import { AuditWriter } from '../audit/writer.js';
import { readFields } from '../domain/input/read-fields.js';
import { isRecord } from '../domain/input/readers.js';
import { after } from '../runtime/timers.js';
import type { AuditRecord } from '../store/contract/index.js';
import { specialEntry } from './audit-special.js';
import { type Fields, TOLD } from './audit-told.js';
import { authorOf } from './author.js';
import { type ApiContext, isDryRun } from './context.js';
import { isRepeated } from './idempotency.js';
import type { Route } from './route.js';
import { ROUTES } from './routes.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** It answers that there is nothing here. */
    refuses?: true;
  }
}

interface Begun {
  route: Route;
  by: string;
  /** Of what collection it is, and which one of it. */
  collection: string;
  id: string | undefined;
  before: Fields | null;
}

/** A look before a change holds it up no longer than this, ms; without one there is no `before`. */
const LOOKING_WITHIN = 1_000;
const READS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

export function auditRoute(app: FastifyInstance, { store }: ApiContext): void {
  app.get('/v1/audit', (request) => auditPage(store, readFields(request.query, AUDIT_LIST)));
}

/** To be called before the routes are added. Answers what is to be closed with the API. */
export function auditChanges(app: FastifyInstance, { store, log }: ApiContext): AuditWriter {
  const writer = new AuditWriter(store, log);
  const rows = new Map(ROUTES.map((route) => [keyOf(route.method, route.path), route]));
  const begun = new WeakMap<FastifyRequest, Begun>();

  app.addHook('onRoute', ({ method, url, config }) => {
    for (const one of [method].flat()) {
      if (READS.has(one) || config?.refuses || isTold(rows.get(keyOf(one, url)))) continue;
      throw new Error(`${one} ${url} stands in no row of the table of routes with an action`);
    }
  });

  app.addHook('preHandler', async (request) => {
    const { method, routeOptions, query, params } = request;
    const route = rows.get(keyOf(method, routeOptions.url ?? ''));
    if (!route?.action || isDryRun(query as Fields)) return;
    const [, , collection = ''] = route.path.split('/');
    const [id] = Object.values((params ?? {}) as Record<string, string>);
    const told = TOLD[collection];
    const looked = id === undefined || !told ? null : await soon(told.look(store, id));
    const before = looked && told ? told.brief(looked) : null;
    begun.set(request, { route, by: authorOf(request), collection, id, before });
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const begin = begun.get(request);
    if (begin && reply.statusCode < 300) {
      const entry = entryOf(begin, request, reply, typeof payload === 'string' ? payload : '');
      if (entry && !(await isRepeated(store, request, begin.route.path)))
        await writer.write({ ...entry, at: store.clock().now(), requestId: request.id });
    }
    return payload;
  });
  return writer;
}

type Entry = Omit<AuditRecord, 'at' | 'requestId'>;

function entryOf(
  { route, by, collection, id, before }: Begun,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: string,
): Entry | null {
  const { action = '' } = route;
  const special = specialEntry(action, request, reply, payload);
  if (special !== undefined) return special && { by, action, subject: id ?? '', ...special };
  const told = TOLD[collection];
  const answer = payload === '' ? null : readAnswer(payload);
  const isItself = told !== undefined && route.answers[reply.statusCode] === told.schema;
  const now = answer && isItself ? told.brief(answer) : answer;
  const subject = isItself && typeof answer?.['id'] === 'string' ? answer['id'] : (id ?? '');
  return { by, action, subject, ...changeOf(before, now) };
}

export function readAnswer(payload: string): Fields | null {
  const answer: unknown = JSON.parse(payload);
  return isRecord(answer) ? answer : null;
}

function isTold(route: Route | undefined): boolean {
  return route !== undefined && (route.action !== undefined) !== (route.changesNothing === true);
}

/** A route by its method and path, whatever its parameters are called. */
function keyOf(method: string, path: string): string {
  return `${method.toLowerCase()} ${path.replace(/:\w+|\{\w+\}/g, '*')}`;
}

/** null where it cannot be had soon. */
function soon(look: Promise<Fields | null>): Promise<Fields | null> {
  return new Promise((resolve) => {
    const cancel = after(LOOKING_WITHIN, () => resolve(null));
    const answer = (fields: Fields | null): void => {
      cancel();
      resolve(fields);
    };
    look.then(answer).catch(() => answer(null));
  });
}
