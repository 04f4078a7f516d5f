/** Serves the dashboard: index.html at each of its addresses, the built files by name, under a policy that runs nothing else. */

import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bodyFor, type DashboardFiles, indexFor, readDashboard } from './dashboard-files.js';
import { DASHBOARD_PATHS } from './dashboard-paths.js';
import { NoRoute } from './problems.js';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const FOR_EVER = 'public, max-age=31536000, immutable';

export interface DashboardOptions {
  /** Where a proxy shows this node, such as `/carillon`; '' or nothing: at its root. */
  basePath?: string;
  /** Believe `X-Forwarded-Prefix`: only behind a proxy that sets it. */
  trustProxy?: boolean;
  /** null: not built. */
  files?: DashboardFiles | null;
}

export interface Dashboard {
  /** Answers index.html to a browser that asks for an address nobody has; false where a problem document is due. */
  answersUnknown(request: FastifyRequest, reply: FastifyReply): boolean;
}

export function dashboardRoutes(
  app: FastifyInstance,
  { basePath = '', trustProxy = false, files = readDashboard() }: DashboardOptions,
): Dashboard {
  const base = basePath.replace(/\/+$/, '');
  const page = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (!files) return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
    const { text, etag } = indexFor(files, (trustProxy && forwardedPrefix(request)) || base);
    reply
      .header('content-security-policy', POLICY)
      .header('referrer-policy', 'no-referrer')
      .header('cross-origin-opener-policy', 'same-origin')
      .header('cache-control', 'no-cache')
      .header('etag', etag);
    // The same address may be asked for under several prefixes.
    if (trustProxy) reply.header('vary', 'x-forwarded-prefix');
    if (reply.statusCode === 200 && request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type('text/html; charset=utf-8').send(text);
  };
  for (const path of DASHBOARD_PATHS) app.get(path, page);

  app.get<{ Params: { file: string } }>('/assets/:file', (request, reply) => {
    const file = files?.assets.get(request.params.file);
    if (!file) throw new NoRoute(request.method, request.url);
    const { body, encoding } = bodyFor(file, request.headers['accept-encoding']);
    reply.type(file.type).header('cache-control', FOR_EVER).header('vary', 'accept-encoding');
    if (encoding) reply.header('content-encoding', encoding);
    return reply.send(body);
  });

  return {
    answersUnknown(request, reply) {
      if (!files || !isPageView(request)) return false;
      page(request, reply.code(404));
      return true;
    },
  };
}

const NOT_BUILT = 'The dashboard is not built here: npm run build makes it.\n';

/** A person who followed a link, not a program that asks for JSON. */
function isPageView({ method, url, headers }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  if (/^\/(v1|assets)(\/|\?|$)/.test(url)) return false;
  return (headers.accept ?? '').includes('text/html');
}

/** What may stand in a base path: it is written into HTML, so nothing else is believed. */
const PREFIX = /^(\/[A-Za-z0-9._~-]+)+$/;

function forwardedPrefix(request: FastifyRequest): string | undefined {
  const header = request.headers['x-forwarded-prefix'];
  const prefix = (Array.isArray(header) ? header[0] : header)?.trim().replace(/\/+$/, '');
  return prefix !== undefined && PREFIX.test(prefix) ? prefix : undefined;
}

/** A proxy may pass the base path on or take it away: both addresses mean the same. */
export function withoutBasePath(basePath = ''): (request: IncomingMessage) => string {
  const base = basePath.replace(/\/+$/, '');
  return ({ url = '/' }) => {
    if (base === '' || !url.startsWith(base)) return url;
    const rest = url.slice(base.length);
    if (rest === '') return '/';
    if (rest.startsWith('?')) return `/${rest}`;
    return rest.startsWith('/') ? rest : url;
  };
}
