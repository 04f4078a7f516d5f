/** Leaves out of every answer what tasks are given and give back, where this node is not to show it. */

import type { FastifyInstance } from 'fastify';
import { isRecord } from '../domain/input/readers.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** More keys of this route's answers that hold what handlers said. */
    hides?: readonly string[];
    /** Its answers hold no data: a description of all routes. */
    holdsNoData?: true;
  }
}

/** Whatever holds one of these, at any depth, wherever a route gets it from: a new route needs no thought. */
const DATA: readonly string[] = ['payload', 'result', 'progress'];
/** Keys below these are names that people or schemas gave. */
const NAMES: readonly string[] = ['labels', 'filter', 'schema'];

/** The same without data; `payloadHidden` stands beside what is left. */
export function withoutData(value: unknown, more: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutData(item, more));
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !DATA.includes(key) && !more.includes(key));
  const hidden = kept.length < Object.keys(value).length;
  return {
    ...Object.fromEntries(
      kept.map(([key, item]) => [key, NAMES.includes(key) ? item : withoutData(item, more)]),
    ),
    ...(hidden ? { payloadHidden: true } : {}),
  };
}

/** Of all answers that are JSON; those of streams are looked at where they are written. */
export function hideData(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const { hides = [], holdsNoData } = request.routeOptions.config;
    const type = String(reply.getHeader('content-type') ?? '');
    if (holdsNoData || !/^application\/json\b/.test(type)) return payload;
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return payload;
    return JSON.stringify(withoutData(JSON.parse(payload.toString()), hides));
  });
}
