/** Asks the public API, and knows from its answers whether the node and its Redis are there. */

import { signal } from '@preact/signals';
import { learnTime } from './clock.js';
import { noAnswer, Problem, type ProblemDocument } from './problems.js';

/** What is gone, and since when (ms of this machine). */
export const outage = signal<{ what: 'node' | 'redis'; since: number } | null>(null);
/** The API asked for a key that this browser has not given. */
export const unauthorized = signal(false);

/** Beside the page, without a name and password typed into the address: fetch refuses those. */
const root = new URL(document.baseURI);
root.username = '';
root.password = '';

export const addressOf = (path: string): URL => new URL(path, root);

const PATIENCE = 10_000;

export interface Ask {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

/** The text of the answer; throws a Problem. An aborted question throws what the signal gave. */
export async function askText(
  path: string,
  { method = 'GET', body, signal, headers }: Ask = {},
): Promise<string> {
  const patience = AbortSignal.timeout(PATIENCE);
  const sentAt = Date.now();
  let reply: Response;
  let text: string;
  try {
    reply = await fetch(addressOf(path), {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        // What the audit says of who changed something.
        ...(method === 'GET' ? {} : { 'x-carillon-by': 'dashboard' }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
    text = await reply.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    gone('node');
    throw noAnswer();
  }
  if (reply.ok) {
    outage.value = null;
    // Only this answer says what Redis' clock shows.
    if (path === 'v1/cluster') learnTime(timeIn(text), sentAt, Date.now());
    return text;
  }
  if (reply.status === 401) unauthorized.value = true;
  const problem = problemIn(text, reply.status);
  // A proxy in front of a node that is gone answers in its place.
  if (reply.status === 503 && problem.code) gone('redis');
  else if (reply.status >= 502 && reply.status <= 504) gone('node');
  throw new Problem(problem);
}

export async function ask<Answer>(path: string, options?: Ask): Promise<Answer> {
  const text = await askText(path, options);
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

export const post = <Answer>(path: string, body: unknown = {}, options: Ask = {}): Promise<Answer> =>
  ask<Answer>(path, { ...options, method: 'POST', body });

/** A path with its parts encoded and the fields of a query that are there. */
export function pathTo(
  parts: readonly string[],
  fields: Record<string, string | number | readonly string[] | undefined> = {},
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of [value ?? []].flat()) search.append(name, String(one));
  }
  const text = search.toString();
  return `v1/${parts.map(encodeURIComponent).join('/')}${text && `?${text}`}`;
}

function gone(what: 'node' | 'redis'): void {
  if (outage.value?.what !== what) outage.value = { what, since: outage.value?.since ?? Date.now() };
}

function timeIn(text: string): string {
  return (JSON.parse(text) as { redis: { time: string } }).redis.time;
}

function problemIn(text: string, status: number): ProblemDocument {
  try {
    return { ...(JSON.parse(text) as ProblemDocument), status };
  } catch {
    return { status, title: `HTTP ${status}` };
  }
}
