/** The base path: what stands before every path of ours where a proxy shows this node, such as `/carillon`. */

import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Trust } from './proxy.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What stands before our paths where this caller sees them: '' or `/carillon`. */
    base: string;
  }
}

const SEGMENTS = /^(?:\/[A-Za-z0-9._~-]+){1,8}$/;
const LONGEST = 200;

/** It is written into HTML and headers, so nothing but plain segments passes: no `//` that would name a host, no dots. */
export function isBasePath(text: string): boolean {
  return text.length <= LONGEST && SEGMENTS.test(text) && !/\/\.{1,2}(?:\/|$)/.test(text);
}

/** A proxy may pass the base path on or take it away: with it and without it, an address means the same. */
export function withoutBase(base: string): (request: Pick<IncomingMessage, 'url'>) => string {
  return ({ url = '/' }) => {
    if (base === '' || !url.startsWith(base)) return url;
    const rest = url.slice(base.length);
    if (rest === '' || rest.startsWith('?')) return `/${rest}`;
    return rest.startsWith('/') ? rest : url;
  };
}

/** What a request says of the prefix that its proxy took away; '' where it says nothing that can be one. */
function forwardedPrefix({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const header = headers['x-forwarded-prefix'];
  const prefix = (typeof header === 'string' ? header : '').trim().replace(/\/+$/, '');
  return isBasePath(prefix) ? prefix : '';
}

/** Gives every request its base, and every `Location` of ours the base of its request. The setting goes before the header. */
export function tellBase(app: FastifyInstance, base: string, trust: Trust | undefined): void {
  app.decorateRequest('base', base);
  if (base === '' && !trust) return;
  if (base === '' && trust) {
    app.addHook('onRequest', async (request) => {
      const { remoteAddress = '' } = request.raw.socket;
      if (trust(remoteAddress, 0)) request.base = forwardedPrefix(request.raw);
    });
  }
  app.addHook('onSend', async (request, reply, payload) => {
    const location = reply.getHeader('location');
    if (typeof location === 'string' && location.startsWith('/'))
      reply.header('location', request.base + location);
    return payload;
  });
}
