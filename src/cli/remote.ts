/** Speaks HTTP to a Carillon API for the management commands, and turns its problems into our errors. */

import { CarillonError, ERRORS, type ErrorCode, type Problem } from '../domain/input/errors.js';
import { JsonText } from '../domain/input/json-text.js';
import { ask } from './ask.js';
import { openStream, readEvents, type Sent } from './event-stream.js';

type Query = Record<string, string | readonly string[] | true | undefined>;

export interface Remote {
  /** A list in the query is a parameter that is repeated. */
  get(path: string, query?: Query): Promise<unknown>;
  post(path: string, body?: unknown): Promise<unknown>;
  patch(path: string, body: unknown): Promise<unknown>;
  delete(path: string): Promise<unknown>;
  /** A stream of events, resumed over lost lines; `last`: the id to begin behind, undefined for now. */
  events(path: string, query: Query, last: string | undefined): AsyncGenerator<Sent, void>;
}

export interface RemoteOptions {
  url: string;
  apiKey?: string;
  /** Who asks, as the audit tells. */
  by?: string;
  /** How long one request may take, ms. */
  timeout?: number;
}

export function connectRemote({ url, apiKey, by, timeout = 15_000 }: RemoteOptions): Remote {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    // What stands before an @ may be a password.
    const given = url.includes('@') ? 'what was given' : `"${url}"`;
    throw new CarillonError('usage', `--url must be an http or https URL, not ${given}.`);
  }
  const base = url.replace(/\/+$/, '');
  const place = placeOf(url);
  const headers: Record<string, string> = { accept: 'application/json' };
  if (apiKey) headers['authorization'] = `Bearer ${apiKey}`;
  if (by !== undefined) headers['x-carillon-by'] = by;

  const send = async (method: string, path: string, value?: unknown): Promise<unknown> => {
    const body =
      value === undefined ? undefined : value instanceof JsonText ? value.text : JSON.stringify(value);
    const reply = await ask(base + path, {
      method,
      timeout,
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    }).catch((error: unknown) => {
      throw unreachable(place, error);
    });
    const answer = parse(reply.text);
    if (reply.status >= 200 && reply.status < 300 && answer !== undefined) return answer;
    throw refusal(reply.status, answer, place);
  };

  return {
    get: (path, query = {}) => send('GET', pathWith(path, query)),
    events: (path, query, last) =>
      readEvents(async (at) => {
        const resumed = at === undefined ? headers : { ...headers, 'last-event-id': at };
        const answer = await openStream(base + pathWith(path, query), resumed).catch((error: unknown) => {
          throw unreachable(place, error);
        });
        if (answer.status === 200) return answer;
        const pieces: Buffer[] = [];
        for await (const piece of answer.body) pieces.push(piece);
        throw refusal(answer.status, parse(Buffer.concat(pieces).toString('utf8')), place);
      }, last),
    post: (path, body) => send('POST', path, body),
    patch: (path, body) => send('PATCH', path, body),
    delete: (path) => send('DELETE', path),
  };
}

function pathWith(path: string, query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one): [string, string] => [name, String(one)]),
  );
  return given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path;
}

function unreachable(place: string, error: unknown): CarillonError {
  const hint = 'is `carillon start` or `carillon dev` running there? (--url or CARILLON_URL names another)';
  return new CarillonError('unavailable', `No answer from ${place} (${reasonOf(error)}): ${hint}`);
}

/** The address without user and password. */
function placeOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`.replace(/\/+$/, '');
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return typeof code === 'string' ? code : String(message ?? 'no connection');
}

function parse(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(status: number, answer: unknown, place: string): CarillonError {
  const { code, detail, errors } = (answer ?? {}) as { code?: unknown; detail?: unknown; errors?: unknown };
  if (typeof code !== 'string') {
    return new CarillonError('unavailable', `${place} answered HTTP ${status}, and not as Carillon does.`);
  }
  const known = Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : 'internal';
  // Whoever asks over HTTP knows where a key goes; here it is a variable.
  const hint = known === 'unauthorized' ? ' Commands take it from CARILLON_API_KEY.' : '';
  return new CarillonError(
    known,
    `${String(detail ?? `HTTP ${status}`)}${hint}`,
    Array.isArray(errors) ? (errors as Problem[]) : [],
  );
}
