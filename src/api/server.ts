/** The HTTP API of one node: strict reading, one kind of error, no request that hangs, a close that ends. */

import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { MIB } from '../domain/input/sizes.js';
import { newIds } from '../runtime/ids.js';
import type { Log } from '../runtime/log.js';
import { seldom } from '../runtime/seldom.js';
import { after } from '../runtime/timers.js';
import type { Store } from '../store/contract/index.js';
import { createAccess } from './access.js';
import { alertRoutes } from './alerts.js';
import { auditChanges, auditRoute } from './audit.js';
import { tellBase, withoutBase } from './base-path.js';
import { readBodies, refuseEncoding } from './bodies.js';
import { boundAnswers } from './bounded.js';
import { clusterRoutes, healthRoutes } from './cluster.js';
import type { ApiContext, ClusterView, Health, SetFiles } from './context.js';
import { type Dashboard, type DashboardOptions, dashboardRoutes } from './dashboard.js';
import { eventRoutes } from './events.js';
import { TooManyGuesses } from './guesses.js';
import { SAFE_HEADERS } from './headers.js';
import { hideData } from './hidden.js';
import { listenProblem, urlOf } from './listening.js';
import { manyTaskRoutes } from './many-tasks.js';
import { type ApiMetrics, metricsRoute } from './metrics.js';
import { openapiRoute } from './openapi.js';
import { operationRoutes } from './operations.js';
import { overviewRoutes } from './overviews.js';
import { isInternal, isStoreFault, NoRoute, problemOf, WrongMethod } from './problems.js';
import { type TrustProxy, trustIn } from './proxy.js';
import { queueRoutes } from './queues.js';
import { refuseChanges } from './read-only.js';
import { scheduleRoutes } from './schedules.js';
import { sessionRoutes } from './sessions.js';
import { setRoutes } from './sets.js';
import { statsRoutes } from './stats.js';
import { taskChangeRoutes } from './task-changes.js';
import { taskRoutes } from './tasks.js';
import { triggerRoute } from './trigger.js';
import { workerRoutes } from './workers.js';

export interface ApiOptions {
  store: Store;
  cluster: ClusterView;
  health(): Promise<Health>;
  setFiles: SetFiles;
  onUnroutable?(queue: string): void;
  /** What /metrics answers, and who counts requests; absent: there is no such route. */
  metrics?: ApiMetrics;
  apiKey?: string;
  log: Log;
  host: string;
  port: number;
  version: string;
  /** What stands before every path where a proxy shows this node, such as `/carillon`; default nothing. */
  basePath?: string;
  /** Whose `X-Forwarded-*` are believed; default nobody's. */
  trustProxy?: TrustProxy;
  /** Names this API answers to besides those of this machine. */
  allowedHosts?: readonly string[];
  readOnly?: boolean;
  hidePayloads?: boolean;
  environment?: string;
  dashboard?: DashboardOptions;
  /** How long a request may take to arrive, ms; default 15 s. */
  arriveWithin?: number;
}

export interface Api {
  /** Resolves once connections are accepted. Throws `configuration` when the address cannot be taken. */
  listen(): Promise<{ url: string }>;
  close(): Promise<void>;
  readonly app: FastifyInstance;
}

/** How long a request may take to arrive, so that a slow sender holds no connection for ever. */
const ARRIVE_WITHIN = 15_000;
/** How often Node looks for senders that are too slow, ms: its own 30 s would let them stay that much longer. */
const LOOK_FOR_SLOW = 1_000;
/** How long open requests may finish once the API closes. */
const CLOSE_WITHIN = 2_000;
/** Between two lines about a Redis that refuses, ms. */
const LOG_AGAIN = 30_000;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

const compilesNothing = (): never => {
  throw new Error('a route has a schema; routes are checked by our tables of fields');
};
/** No route has a schema: Fastify's compilers, a hundred files, are not even loaded. */
const NO_SCHEMAS = {
  compilersFactory: { buildValidator: () => compilesNothing, buildSerializer: () => compilesNothing },
};

export function createApi(options: ApiOptions): Api {
  const { store, cluster, health, setFiles, log, version, host, port } = options;
  const { apiKey, environment, basePath = '', allowedHosts = [] } = options;
  const { readOnly = false, hidePayloads = false, arriveWithin = ARRIVE_WITHIN } = options;
  const access = createAccess({ host, apiKey, allowedHosts, store });
  const trust = trustIn(options.trustProxy ?? false);
  const closing = new AbortController();
  const tell = faultLog(log);
  const app = Fastify({
    logger: false,
    genReqId: newIds(''),
    bodyLimit: MIB,
    requestTimeout: arriveWithin,
    http: { headersTimeout: arriveWithin, connectionsCheckingInterval: LOOK_FOR_SLOW },
    return503OnClosing: false,
    schemaController: NO_SCHEMAS,
    routerOptions: { maxParamLength: 400 },
    ...(basePath === '' ? {} : { rewriteUrl: withoutBase(basePath) }),
    trustProxy: trust ?? false,
    frameworkErrors: (error, request, reply) => {
      reply.headers(SAFE_HEADERS);
      answer(error, request, reply, tell);
    },
  });

  let dashboard: Dashboard | undefined;
  readBodies(app);
  app.decorateRequest('caller', null);
  tellBase(app, basePath, trust);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'request-id': request.id, ...SAFE_HEADERS });
    refuseEncoding(request);
    await access.check(request, reply);
  });
  if (readOnly) refuseChanges(app);
  if (hidePayloads) hideData(app);
  app.setErrorHandler((error, request, reply) => answer(error, request, reply, tell));
  app.setNotFoundHandler((request, reply) => {
    if (dashboard?.answersUnknown(request, reply)) return reply;
    const error = new NoRoute(request.method, request.originalUrl);
    return answer(error, request, reply, tell);
  });

  const context: ApiContext = {
    ...{ store, cluster, health, setFiles, log, version, readOnly, hidePayloads },
    ...(environment === undefined ? {} : { environment }),
    ...(options.onUnroutable ? { onUnroutable: options.onUnroutable } : {}),
    closing: closing.signal,
  };
  boundAnswers(app);
  const audit = auditChanges(app, context);
  const routes = rememberRoutes(app);
  taskRoutes(app, context);
  taskChangeRoutes(app, context);
  scheduleRoutes(app, context);
  triggerRoute(app, context);
  manyTaskRoutes(app, context);
  operationRoutes(app, context);
  queueRoutes(app, context);
  statsRoutes(app, context);
  setRoutes(app, context);
  workerRoutes(app, context);
  overviewRoutes(app, context);
  clusterRoutes(app, context);
  if (options.metrics) metricsRoute(app, options.metrics);
  alertRoutes(app, context);
  auditRoute(app, context);
  eventRoutes(app, context);
  healthRoutes(app, context);
  sessionRoutes(app, context, access);
  openapiRoute(app, context);
  dashboard = dashboardRoutes(app, options.dashboard ?? {});
  refuseOtherMethods(app, routes());

  return {
    app,
    async listen() {
      try {
        await app.listen({ host, port });
      } catch (cause) {
        throw listenProblem('The API', host, port, cause);
      }
      const [bound] = app.addresses();
      return { url: urlOf(host, typeof bound === 'object' ? bound.port : port) + basePath };
    },
    async close() {
      closing.abort();
      const cancel = after(CLOSE_WITHIN, () => app.server.closeAllConnections());
      await app.close();
      cancel();
      await audit.close();
    },
  };
}

type Tell = (error: unknown, request: FastifyRequest) => void;

/** What is no fault of the caller's is told to the log: ours each time, a Redis that refuses once in a while. */
function faultLog(log: Log): Tell {
  const again = seldom(LOG_AGAIN);
  return (error, request) => {
    const about = { error, requestId: request.id, method: request.method, route: request.routeOptions.url };
    if (isInternal(error)) log.error({ event: 'request.failed', ...about }, 'a request failed');
    else if (isStoreFault(error) && again())
      log.warn({ event: 'request.unanswered', ...about }, `requests fail: ${error.message}`);
  };
}

function answer(error: unknown, request: FastifyRequest, reply: FastifyReply, tell: Tell): FastifyReply {
  const problem = problemOf(error, request.id);
  tell(error, request);
  if (problem.status === 503 || problem.status === 429) reply.header('retry-after', waitOf(error));
  if (error instanceof WrongMethod) reply.header('allow', error.allowed.join(', '));
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="Carillon"');
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** Seconds. */
const waitOf = (error: unknown): string => (error instanceof TooManyGuesses ? String(error.retryAfter) : '2');

function rememberRoutes(app: FastifyInstance): () => Map<string, Set<string>> {
  const routes = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = routes.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    routes.set(url, methods);
  });
  return () => new Map([...routes].map(([url, methods]) => [url, new Set(methods)]));
}

function refuseOtherMethods(app: FastifyInstance, routes: Map<string, Set<string>>): void {
  for (const [url, own] of routes) {
    const methods = new Set([...own, ...idsBeside(url, routes)]);
    const allowed = METHODS.filter((method) => methods.has(method));
    const refuse = async (request: FastifyRequest): Promise<never> => {
      throw new WrongMethod(request.method, allowed);
    };
    const method = METHODS.filter((one) => !methods.has(one));
    const config = { refuses: true } as const;
    app.route({ method, url, config, onRequest: refuse, handler: refuse, exposeHeadRoute: false });
  }
}

/** A schedule may be called as a word of its routes is: what is asked of it by that name is answered. */
function idsBeside(url: string, routes: ReadonlyMap<string, ReadonlySet<string>>): Iterable<string> {
  const isWord = /^\/v1\/schedules\/[a-z]+$/.test(url);
  return (isWord && routes.get('/v1/schedules/:id')) || [];
}
