/** `http.request`: sends one request to an allowed place, and ends its attempt as the answer says. */

import type { IncomingMessage } from 'node:http';
import { STATUS_CODES } from 'node:http';
import { readOptions } from '../domain/input/options.js';
import { isRecord, listOf, type Reader } from '../domain/input/readers.js';
import { HTTP_REQUEST } from '../domain/task/built-in.js';
import { Fatal, RetryAfter } from '../domain/task/judge.js';
import { mono } from '../runtime/clock.js';
import { unlessAborted } from '../runtime/unless-aborted.js';
import { VERSION } from '../runtime/version.js';
import type { TaskContext } from '../worker/context.js';
import { type HttpResult, keptHeaders, readBody, readSome, retryAfter } from './http-answer.js';
import { type AskedRequest, isSecretName, readHttpPayload } from './http-payload.js';
import { failure, type Lookup, machineLookup, send } from './http-send.js';
import { limited } from './limited.js';
import { Refused } from './payload.js';
import { isSecret, SECRET_GRAMMAR, signatureHeaders } from './signature.js';
import {
  entryOf,
  type Host,
  hostOf,
  isListed,
  MOST_TARGETS,
  type Target,
  targets,
  whyUnreachable,
} from './targets.js';

/** The payload of `http.request`. */
export interface HttpRequest {
  /** `GET`, or `POST` where there is a body, unless told; also `HEAD PUT PATCH DELETE OPTIONS`. */
  method?: string;
  /** With `http` or `https`, without user and password; its host and port must be allowed. */
  url: string;
  /** Texts by name; those of the connection itself (`Host`, `Content-Length` …) cannot be set. */
  headers?: Record<string, string>;
  /** A text goes as it is, everything else as JSON. */
  body?: unknown;
  /** For everything together, from resolving the name to the end of the answer; default `30s`. */
  timeout?: string;
  /** Signs as Standard Webhooks says: a `whsec_…`, or better the name of one of `secrets`. */
  secret?: string;
}

/** What `http.request` may do at this worker. */
export interface HttpRequestOptions {
  /** Places, as `host:port`: `api.example.com:443`, `*.example.com:443`, `[::1]:8080`, `10.0.0.0/8:8080`. */
  allow?: readonly string[];
  /** Secrets (`whsec_…`) by the names that payloads have for them. */
  secrets?: Readonly<Record<string, string>>;
}

const secrets: Reader<Readonly<Record<string, string>>> = (raw, path, problems) => {
  if (!isRecord(raw)) {
    problems.push({ path, detail: 'must be a mapping of names to secrets' });
    return undefined;
  }
  for (const [name, value] of Object.entries(raw)) {
    if (!isSecretName(name))
      problems.push({ path: [...path, name], detail: 'must have a name of a-z, 0-9 and -' });
    if (!isSecret(value)) problems.push({ path: [...path, name], detail: `must be ${SECRET_GRAMMAR}` });
  }
  return raw as Record<string, string>;
};

const OPTIONS = { allow: listOf(targets, MOST_TARGETS, 0), secrets };

/** What a worker allows, read. */
export interface HttpRules {
  allow: readonly Target[];
  secrets: Readonly<Record<string, string>>;
}

/**
 * The handler `http.request`, for a worker of one's own. It reaches nothing that is not in `allow`. An answer of 2xx
 * completes the task, 410 ends it, `Retry-After` is honoured, everything else fails the attempt; see
 * docs/built-in-handlers.md. Throws `invalid_input` with each option that cannot be used.
 *
 * @example
 * const worker = new Worker({
 *   handlers: {
 *     'http.request': httpRequest({ allow: ['api.example.com:443'], secrets: { billing: secret } }),
 *   },
 * });
 */
export function httpRequest(
  options: HttpRequestOptions = {},
): (payload: HttpRequest, ctx: TaskContext) => Promise<HttpResult> {
  const given = readOptions(HTTP_REQUEST, OPTIONS, options);
  return httpRequestBy({ allow: given.allow ?? [], secrets: given.secrets ?? {} });
}

/** The same by rules that were read, with names resolved as told. */
export function httpRequestBy(rules: HttpRules, lookup: Lookup = machineLookup) {
  return async (payload: HttpRequest, ctx: TaskContext): Promise<HttpResult> => {
    const { asked, host } = admitted(payload, rules);
    const { signal, cancel } = limited(ctx.signal, asked.timeout, 'no whole answer within');
    const begun = mono();
    try {
      const addresses = await resolved(host, rules.allow, lookup, signal);
      const headers = headersOf(asked, rules, ctx);
      const answer = await send(asked, host, addresses, headers, signal).catch((error: Error) => {
        throw signal.aborted ? signal.reason : error;
      });
      const now = Date.parse(ctx.task.startedAt ?? '') + (mono() - begun);
      try {
        return await judged({ asked, host, answer, now, signal }, ctx);
      } finally {
        answer.destroy();
      }
    } finally {
      cancel();
    }
  };
}

/** Throws `Fatal` for what no attempt here can do. */
export function admitted(payload: unknown, rules: HttpRules): { asked: AskedRequest; host: Host } {
  const asked = readHttpPayload(payload);
  const host = hostOf(asked.url);
  if (!isListed(rules.allow, host)) {
    throw new Refused(
      `This worker does not allow http.request to reach ${entryOf(host)}. ${howToAllow(entryOf(host))}`,
    );
  }
  const { secret } = asked;
  if (secret !== undefined && !isSecret(secret) && !Object.hasOwn(rules.secrets, secret)) {
    const variable = `CARILLON_HTTP_SECRET_${secret.toUpperCase().replaceAll('-', '_')}`;
    throw new Refused(`This worker has no secret "${secret}". Set ${variable} there to one (whsec_…)`);
  }
  return { asked, host };
}

const howToAllow = (entries: string): string =>
  `To allow it, start the worker with --http-allow ${entries} (CARILLON_HTTP_ALLOW, httpAllow)`;

/** The addresses that may be connected to, once and for all. */
async function resolved(
  host: Host,
  allow: readonly Target[],
  lookup: Lookup,
  signal: AbortSignal,
): ReturnType<Lookup> {
  // Listed by itself.
  if (host.address) return [{ address: host.host, family: host.address.bits === 128 ? 6 : 4 }];
  const asked = lookup(host.host).catch((error: Error) => {
    throw failure(host, error);
  });
  const found = await unlessAborted(asked, signal);
  const judgements = found.map((one) => ({ one, why: whyUnreachable(allow, host, one.address) }));
  const reachable = judgements.filter(({ why }) => why === null).map(({ one }) => one);
  const [refused] = judgements;
  if (reachable.length > 0 || !refused) return reachable;
  const { address, family } = refused.one;
  const place = `${family === 6 ? `[${address}]` : address}:${host.port}`;
  throw new Refused(
    `This worker does not allow http.request to reach ${entryOf(host)}: it is at ${address}, which is ${refused.why}. ` +
      howToAllow(`${entryOf(host)},${place}`),
  );
}

function headersOf(asked: AskedRequest, rules: HttpRules, { task }: TaskContext): Record<string, string> {
  const { secret } = asked;
  const common = { 'user-agent': `carillon/${VERSION}`, 'accept-encoding': 'identity', ...asked.headers };
  if (secret === undefined) return common;
  const own = isSecret(secret) ? secret : (rules.secrets[secret] ?? '');
  const at = Date.parse(task.startedAt ?? '');
  return { ...common, ...signatureHeaders(own, task.id, at, asked.body ?? Buffer.alloc(0)) };
}

interface Exchange {
  asked: AskedRequest;
  host: Host;
  answer: IncomingMessage;
  /** Redis time, ms. */
  now: number;
  signal: AbortSignal;
}

async function judged({ asked, host, answer, now, signal }: Exchange, ctx: TaskContext): Promise<HttpResult> {
  const { method, url } = asked;
  const status = answer.statusCode ?? 0;
  if (status >= 200 && status < 300) {
    const body = await readBody(answer).catch((error: Error) => {
      throw signal.aborted ? signal.reason : failure(host, error);
    });
    return {
      status,
      headers: keptHeaders(answer),
      ...(body.text === undefined ? {} : { body: body.text }),
      ...(body.truncated ? { truncated: true as const } : {}),
    };
  }
  const said = await readSome(answer);
  if (said !== '') ctx.log.warn({ status }, said);
  // Not the whole URL: what stands behind the host is often a secret.
  const text = `${method} ${url.origin} answered ${status} ${STATUS_CODES[status] ?? ''}`.trim();
  if (status === 410) throw withStatus(new Fatal(`${text}: it is not to be asked again`), status);
  if (status < 400)
    throw withStatus(new Error(`${text}; redirects are not followed${leads(answer)}`), status);
  const delay = retryAfter(answer, now);
  throw withStatus(delay === undefined ? new Error(text) : new RetryAfter(`${delay}ms`, text), status);
}

const withStatus = (error: Error, code: number): Error => Object.assign(error, { code });

/** Where it would have led: the place alone. */
function leads({ headers }: IncomingMessage): string {
  const { location } = headers;
  if (location === undefined || !/^https?:/i.test(location) || !URL.canParse(location)) return '';
  return `, it leads to ${new URL(location).origin}`;
}
