/** A call that makes tasks as one `send` span: its context goes with them, so that their attempts are found from it. */

import { mono } from '../runtime/clock.js';
import { about, errorType, nameOf } from './attributes.js';
import { instruments } from './instruments.js';
import { openTelemetry } from './open-telemetry.js';
import { contextIn, failed, textOf, tracerOf } from './spans.js';

export interface Sent {
  /** Absent: it is for several. */
  queue?: string | undefined;
  handler?: string | undefined;
  /** Absent: one task, which its answer names. */
  count?: number;
  /** The trace that the call came in, where this process has none of its own under way. */
  trace?: string | undefined;
}

/** `call` is given the trace that its tasks belong to, and answers the task where it is one. */
export async function sending<T>(what: Sent, call: (trace: string | undefined) => Promise<T>): Promise<T> {
  const api = openTelemetry();
  if (!api) return call(what.trace);
  const { queue, handler, count } = what;
  const { context, trace, SpanKind } = api;
  const attributes = about('send', queue);
  const under = trace.getSpan(context.active()) ? context.active() : contextIn(api, what.trace);
  const more = {
    ...(handler === undefined ? {} : { 'messaging.carillon.handler': handler }),
    ...(count === undefined ? {} : { 'messaging.batch.message_count': count }),
  };
  const options = { kind: SpanKind.PRODUCER, attributes: { ...attributes, ...more } };
  const span = tracerOf(api).startSpan(nameOf('send', queue), options, under);
  const begun = mono();
  const told = (error?: unknown): void => {
    const all = instruments();
    const figures = error === undefined ? attributes : { ...attributes, 'error.type': errorType(error) };
    all?.sent.add(count ?? 1, figures);
    all?.operation.record((mono() - begun) / 1_000, figures);
  };
  try {
    const made = await call(textOf(api, span));
    if (count === undefined) span.setAttribute('messaging.message.id', idOf(made));
    told();
    span.end();
    return made;
  } catch (error) {
    told(error);
    failed(api, span, error);
    throw error;
  }
}

const idOf = (made: unknown): string => (made as { id?: string }).id ?? '';
