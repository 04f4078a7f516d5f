/** The trace that a task belongs to, as W3C Trace Context writes it: kept with the task, so that each attempt goes on in it. */

/** Where in which trace something happens. */
export interface TracePlace {
  traceId: string;
  spanId: string;
  /** 1: sampled. */
  flags: number;
  /** What tracing systems say of it to each other (`tracestate`). */
  state?: string;
}

/** Of version 00; a later one may have more behind it. */
const PARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;
const NOBODY = /^0+$/;
/** What a system must hand on (§3.3.1.5), in characters: a longer one is left out. */
const LONGEST_STATE = 512;
const STATE = /^[\x20-\x7e]+$/;

/** Of the two headers. undefined where they name no trace: it is not refused, a new trace begins (§2.2). */
export function readTrace(traceparent: unknown, tracestate?: unknown): TracePlace | undefined {
  const match = typeof traceparent === 'string' ? PARENT.exec(traceparent.trim()) : null;
  const [, traceId = '', spanId = '', flags = ''] = match ?? [];
  if (!match || NOBODY.test(traceId) || NOBODY.test(spanId)) return undefined;
  const state = typeof tracestate === 'string' ? tracestate.trim() : '';
  const isState = STATE.test(state) && state.length <= LONGEST_STATE;
  return { traceId, spanId, flags: Number.parseInt(flags, 16), ...(isState ? { state } : {}) };
}

/** `traceparent`, and behind a blank `tracestate` where there is one: what is kept with a task. */
export function traceText({ traceId, spanId, flags, state }: TracePlace): string {
  const parent = `00-${traceId}-${spanId}-${(flags & 1).toString().padStart(2, '0')}`;
  return state === undefined || state.length > LONGEST_STATE ? parent : `${parent} ${state}`;
}

/** The `traceparent` of such a text. */
export function parentIn(text: string): string {
  return text.split(' ', 1)[0] as string;
}

export function traceOf(text: string): TracePlace | undefined {
  const blank = text.indexOf(' ');
  return blank < 0 ? readTrace(text) : readTrace(text.slice(0, blank), text.slice(blank + 1));
}
