/** The trace that a request belongs to, by its headers: what it makes goes on in it. */

import type { FastifyRequest } from 'fastify';
import { readTrace, traceText } from '../domain/task/trace.js';

/** Said of each route that makes tasks. */
export const TRACE_HEADERS = {
  traceparent:
    'the trace of the caller, by W3C Trace Context: kept with the task, so that its attempts go on in it; one that is not valid counts as none',
  tracestate: 'what comes with traceparent, at most 512 characters',
};

export function traceIn({ headers }: FastifyRequest): string | undefined {
  const place = readTrace(headers['traceparent'], headers['tracestate']);
  return place && traceText(place);
}
