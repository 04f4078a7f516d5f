/** What all our spans have in common: their tracer, their end, and the way between a task's trace text and a context. */

import type { Context, Span, Tracer } from '@opentelemetry/api';
import { traceOf, traceText } from '../domain/task/trace.js';
import { VERSION } from '../runtime/version.js';
import { errorType } from './attributes.js';
import type { OpenTelemetry } from './open-telemetry.js';

export function tracerOf({ trace }: OpenTelemetry): Tracer {
  return trace.getTracer('carillon', VERSION);
}

/** The context that a task was made in; the empty one where it was made in none. */
export function contextIn({ trace, ROOT_CONTEXT, createTraceState }: OpenTelemetry, text?: string): Context {
  const place = text === undefined ? undefined : traceOf(text);
  if (!place) return ROOT_CONTEXT;
  const { traceId, spanId, flags, state } = place;
  return trace.setSpanContext(ROOT_CONTEXT, {
    ...{ traceId, spanId, traceFlags: flags, isRemote: true },
    ...(state === undefined ? {} : { traceState: createTraceState(state) }),
  });
}

/** What is kept with a task that is made in this span; undefined for a span of no trace. */
export function textOf({ isSpanContextValid }: OpenTelemetry, span: Span): string | undefined {
  const place = span.spanContext();
  if (!isSpanContextValid(place)) return undefined;
  const { traceId, spanId, traceFlags: flags, traceState } = place;
  const state = traceState?.serialize();
  return traceText({ traceId, spanId, flags, ...(state ? { state } : {}) });
}

/** Ends it as one of something that failed. */
export function failed({ SpanStatusCode }: OpenTelemetry, span: Span, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  span.setAttribute('error.type', errorType(error));
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  if (error instanceof Error) span.recordException(error);
  span.end();
}
