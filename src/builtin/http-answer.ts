/** What is kept of an answer, bounded, and what its headers say about trying again. */

import type { IncomingMessage } from 'node:http';
import { MIB } from '../domain/input/sizes.js';
import { after } from '../runtime/timers.js';

/** What `http.request` brings, kept as the result of its task. */
export interface HttpResult {
  /** From 200 to 299. */
  status: number;
  /** By their names in lower case, without `set-cookie`; as many as fit in 4 KiB. */
  headers: Record<string, string>;
  /** The body as text, up to 16 KiB of it; absent where it is none. */
  body?: string;
  /** The body was longer than what is kept. */
  truncated?: true;
}

/** Of a body: as much JSON as fits in a result of every queue. */
const KEPT_BODY = 16 * 1024;
const KEPT_HEADERS = 4 * 1024;
/** Read and dropped, so that whoever answers slowly is heard to the end; no further. */
const READ_BODY = 16 * MIB;
/** Of an answer that fails the attempt, for the log. */
const SHOWN_BODY = 1_000;
/** How long it may take to come, ms. */
const SHOWN_WITHIN = 2_000;

export interface Body {
  text?: string;
  truncated: boolean;
}

/** Reads the body to its end, or until it is too long, and keeps its beginning. Throws where the connection breaks. */
export async function readBody(answer: IncomingMessage): Promise<Body> {
  const kept: Buffer[] = [];
  let size = 0;
  let room = KEPT_BODY;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    if (room > 0) kept.push(chunk.subarray(0, room));
    room -= chunk.length;
    size += chunk.length;
    if (size > READ_BODY) break;
  }
  const text = textOf(Buffer.concat(kept), size > KEPT_BODY);
  if (text === undefined) return { truncated: size > KEPT_BODY };
  const fitting = fitted(text);
  return { text: fitting, truncated: size > KEPT_BODY || fitting.length < text.length };
}

/** The beginning of the body of an answer that fails the attempt; '' where there is no text. */
export async function readSome(answer: IncomingMessage): Promise<string> {
  const kept: Buffer[] = [];
  let size = 0;
  const cancel = after(SHOWN_WITHIN, () => answer.destroy());
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      kept.push(chunk);
      size += chunk.length;
      if (size >= KEPT_BODY) break;
    }
  } catch {
    // The status says more than how the connection ended.
  } finally {
    cancel();
  }
  return (textOf(Buffer.concat(kept), true) ?? '').slice(0, SHOWN_BODY).trim();
}

/** Undefined where it is no UTF-8. `cut`: a character may be cut at the end. */
function textOf(bytes: Buffer, cut: boolean): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
  } catch {
    return undefined;
  }
}

/** Control characters take six characters each in JSON. */
function fitted(text: string): string {
  let fitting = text;
  while (JSON.stringify(fitting).length > 2 * KEPT_BODY) fitting = fitting.slice(0, fitting.length >> 1);
  return fitting;
}

export function keptHeaders(answer: IncomingMessage): Record<string, string> {
  const kept: [string, string][] = [];
  let room = KEPT_HEADERS;
  for (const [name, value] of Object.entries(answer.headers)) {
    // A session would be there for everybody who sees the task.
    if (name === 'set-cookie' || value === undefined) continue;
    const text = String(value);
    room -= name.length + text.length;
    if (room >= 0) kept.push([name, text]);
  }
  return Object.fromEntries(kept);
}

/** Bounds of what an answer may ask for, ms: neither a hot loop nor next year. */
const SOONEST = 1_000;
const LATEST = 86_400_000;
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/**
 * ms from now that `Retry-After` asks for, from 1 s to a day; undefined where it says nothing that can be understood.
 * `now`: for a date, unless the answer itself says what time it is there.
 */
export function retryAfter({ headers }: IncomingMessage, now: number): number | undefined {
  const said = headers['retry-after']?.trim() ?? '';
  const seconds = /^\d{1,12}$/.test(said) ? Number(said) : undefined;
  const there = headers.date !== undefined && HTTP_DATE.test(headers.date) ? Date.parse(headers.date) : now;
  const delay = seconds === undefined ? dateOf(said) - there : seconds * 1_000;
  return Number.isNaN(delay) ? undefined : Math.round(Math.min(LATEST, Math.max(SOONEST, delay)));
}

const dateOf = (text: string): number => (HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN);
