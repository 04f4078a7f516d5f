/** Serves the page at `/` and its two files from `web/`, under a policy that runs nothing else. */

import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const FILES = [
  { url: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { url: '/page.js', file: 'page.js', type: 'text/javascript; charset=utf-8' },
  { url: '/page.css', file: 'page.css', type: 'text/css; charset=utf-8' },
];

export function pageRoutes(app: FastifyInstance): void {
  for (const { url, file, type } of FILES) {
    // The same place seen from src/api and from dist/api.
    const body = readFileSync(new URL(`../../web/${file}`, import.meta.url), 'utf8');
    app.get(url, (_, reply) =>
      reply
        .type(type)
        .header('content-security-policy', POLICY)
        .header('referrer-policy', 'no-referrer')
        .header('cross-origin-opener-policy', 'same-origin')
        .send(body),
    );
  }
}
