/** The payload of `http.request`: what may be asked for, read strictly. */

import { duration, isRecord, objectSchema, oneOf, type Reader, reader } from '../domain/input/readers.js';
import { webUrl } from '../domain/input/web-url.js';
import { HTTP_REQUEST } from '../domain/task/built-in.js';
import { readPayload, unfit } from './payload.js';
import { isSecret, SECRET_GRAMMAR } from './signature.js';

const DAY = 86_400_000;
const USUAL_TIMEOUT = 30_000;
const MOST_HEADERS = 64;
/** Characters of all names and values together. */
const MOST_HEADER_TEXT = 16_384;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const WITHOUT_BODY = ['GET', 'HEAD'];

/** What frames the message, or belongs to the connection: the sender writes these, or nobody. */
const NOT_SETTABLE =
  /^(?:host|content-length|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|http2-settings|proxy-.*)$/;

/** A request as the handler sends it. */
export interface AskedRequest {
  method: string;
  url: URL;
  /** By their names in lower case. */
  headers: Record<string, string>;
  body: Buffer | null;
  /** ms, for everything together. */
  timeout: number;
  /** A secret, or the name of one of the worker. */
  secret?: string;
}

const method: Reader<string> = (raw, path, problems) =>
  oneOf(...METHODS)(typeof raw === 'string' ? raw.toUpperCase() : raw, path, problems);

const headers: Reader<Record<string, string>> = (raw, path, problems) => {
  const entries = isRecord(raw) ? Object.entries(raw) : undefined;
  const lengthOf = (value: unknown): number => (typeof value === 'string' ? value.length : 0);
  const size = entries?.reduce((sum, [name, value]) => sum + name.length + lengthOf(value), 0) ?? 0;
  if (!entries || entries.length > MOST_HEADERS || size > MOST_HEADER_TEXT) {
    const detail = `must be a mapping of at most ${MOST_HEADERS} names to texts, ${MOST_HEADER_TEXT} characters together`;
    problems.push({ path, detail });
    return undefined;
  }
  const read = new Map<string, string>();
  for (const [name, value] of entries) {
    const lower = name.toLowerCase();
    const told = (detail: string): void => {
      problems.push({ path: [...path, name], detail });
    };
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lower)) told('is no name of a header');
    else if (NOT_SETTABLE.test(lower)) told('is written by the connection itself and cannot be set');
    else if (read.has(lower)) told('is there twice');
    else if (typeof value !== 'string' || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      told('must be a text of one line');
    else read.set(lower, value);
  }
  return Object.fromEntries(read);
};

/** Any JSON; in a holder, so that `null` is one. */
const body: Reader<{ value: unknown }, unknown> = (raw) => ({ value: raw });

const SECRET_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
export const isSecretName = (raw: string): boolean => SECRET_NAME.test(raw);

const secret: Reader<string> = reader(
  `${SECRET_GRAMMAR}, or the name of a secret of the worker, of a-z, 0-9 and -`,
  (raw) => (typeof raw === 'string' && (isSecret(raw) || isSecretName(raw)) ? raw : undefined),
);

const FIELDS = { method, url: webUrl, headers, body, timeout: duration(1, DAY), secret };

const TOLD = objectSchema(FIELDS, ['url']);

/** What people are told of it: JSON Schema. */
export const HTTP_SCHEMA = {
  ...TOLD,
  properties: {
    url: FIELDS.url.schema,
    ...(TOLD['properties'] as object),
    method: { enum: METHODS, description: 'by default POST with a body, else GET' },
    headers: { type: 'object', additionalProperties: { type: 'string' } },
    body: { description: 'a text goes as it is, everything else as JSON' },
    timeout: { ...FIELDS.timeout.schema, description: 'for everything together; by default 30s' },
    secret: { type: 'string', description: 'signs the request: a secret, or the name of one of the worker' },
  },
};

/** Throws `Fatal` with each field that cannot be used. */
export function readHttpPayload(raw: unknown): AskedRequest {
  const given = readPayload(HTTP_REQUEST, FIELDS, raw, 'url');
  const asked = given.method ?? (given.body ? 'POST' : 'GET');
  if (given.body && WITHOUT_BODY.includes(asked))
    throw unfit(HTTP_REQUEST, [{ path: ['body'], detail: `cannot go with ${asked}; leave one of them out` }]);
  const own = given.headers ?? {};
  const signs = given.secret !== undefined;
  const taken = signs ? Object.keys(own).filter((name) => name.startsWith('webhook-')) : [];
  const detail = 'is written by the signature and cannot be set beside a secret';
  if (taken.length > 0)
    throw unfit(
      HTTP_REQUEST,
      taken.map((name) => ({ path: ['headers', name], detail })),
    );
  const { bytes, type } = written(given.body);
  return {
    method: asked,
    url: given.url,
    headers: { ...(type ? { 'content-type': type } : {}), ...own },
    body: bytes,
    timeout: given.timeout ?? USUAL_TIMEOUT,
    ...(given.secret === undefined ? {} : { secret: given.secret }),
  };
}

/** A text goes as it is, everything else as JSON. */
function written(given: { value: unknown } | undefined): { bytes: Buffer | null; type?: string } {
  if (!given) return { bytes: null };
  const { value } = given;
  if (typeof value === 'string') return { bytes: Buffer.from(value), type: 'text/plain; charset=utf-8' };
  return { bytes: Buffer.from(JSON.stringify(value)), type: 'application/json' };
}
