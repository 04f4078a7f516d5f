/** A port of a worker at which Prometheus finds its figures, and nothing else; without the web framework. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newIds } from '../runtime/ids.js';
import type { Log } from '../runtime/log.js';
import type { Scrape } from '../telemetry/scrape.js';
import { listenProblem, urlOf } from './listening.js';
import { createPortAccess } from './port-access.js';
import { isInternal, NoRoute, problemOf, WrongMethod } from './problems.js';

export interface MetricsPortOptions {
  host: string;
  port: number;
  apiKey?: string;
  scrape: Scrape;
  log: Log;
}

export interface MetricsPort {
  /** Throws `configuration` when the address cannot be taken. */
  listen(): Promise<{ url: string }>;
  close(): Promise<void>;
}

/** How long a request may take to arrive, ms. */
const ARRIVE_WITHIN = 5_000;

export function metricsPort({ host, port, apiKey, scrape, log }: MetricsPortOptions): MetricsPort {
  const check = createPortAccess(host, apiKey);
  const newId = newIds('');
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      check(request);
      const { method = 'GET', url = '/' } = request;
      if (url.split('?')[0] !== '/metrics') throw new NoRoute(method, url);
      if (method !== 'GET' && method !== 'HEAD') throw new WrongMethod(method, ['GET', 'HEAD']);
      const { contentType, text } = await scrape();
      response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' });
      response.end(text);
    } catch (error) {
      const requestId = newId();
      if (isInternal(error)) log.error({ event: 'request.failed', error, requestId }, 'a scrape failed');
      const problem = problemOf(error, requestId);
      const challenge = problem.status === 401 ? { 'www-authenticate': 'Bearer realm="Carillon"' } : {};
      response.writeHead(problem.status, { 'content-type': 'application/problem+json', ...challenge });
      response.end(JSON.stringify(problem));
    }
  };
  const server = createServer({ requestTimeout: ARRIVE_WITHIN }, (request, response) => {
    answer(request, response).catch((error: unknown) =>
      log.error({ event: 'request.failed', error }, 'a scrape failed'),
    );
  });
  return {
    async listen() {
      await new Promise<void>((resolve, reject) => {
        server.once('error', (error) => reject(listenProblem('Metrics', host, port, error)));
        server.listen({ host, port }, resolve);
      });
      return { url: `${urlOf(host, (server.address() as AddressInfo).port)}/metrics` };
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
