/** Serves the dashboard: index.html at each of its addresses, the built files by name, under a policy that runs nothing else. */

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
  /** null: not built. */
  files?: DashboardFiles | null;
}

export interface Dashboard {
  /** Answers index.html to a browser that asks for an address nobody has; false where a problem document is due. */
  answersUnknown(request: FastifyRequest, reply: FastifyReply): boolean;
}

export function dashboardRoutes(
  app: FastifyInstance,
  { files = readDashboard() }: DashboardOptions,
): Dashboard {
  const page = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (!files) return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
    const { text, etag } = indexFor(files, request.base);
    reply
      .header('content-security-policy', POLICY)
      .header('cache-control', 'no-cache')
      .header('etag', etag)
      // The same address may be asked for under several prefixes.
      .header('vary', 'x-forwarded-prefix');
    if (reply.statusCode === 200 && request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type('text/html; charset=utf-8').send(text);
  };
  // No data is in them: a page that may not show any yet asks for the key.
  const config = { open: 'page' } as const;
  for (const path of DASHBOARD_PATHS) app.get(path, { config }, page);

  app.get<{ Params: { file: string } }>('/assets/:file', { config }, (request, reply) => {
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
