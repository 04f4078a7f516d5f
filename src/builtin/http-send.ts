/** One request over one connection, to addresses that were checked before and to no others. */

import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { formatDuration } from '../domain/input/durations.js';
import { after } from '../runtime/timers.js';
import type { AskedRequest } from './http-payload.js';
import { entryOf, type Host } from './targets.js';

/** All addresses of a name, as the machine resolves it. */
export type Lookup = (name: string) => Promise<readonly LookupAddress[]>;

export const machineLookup: Lookup = (name) => systemLookup(name, { all: true, verbatim: true });

/** A connection that does not stand by then is given up, ms. */
const CONNECT_WITHIN = 10_000;
const MOST_HEADERS = 16 * 1024;

/**
 * The answer, as soon as its head is there; its body is the caller's to read. Nothing is resolved here: the connection
 * goes to one of `addresses`. Neither redirects nor proxies are followed.
 */
export function send(
  asked: AskedRequest,
  host: Host,
  addresses: readonly LookupAddress[],
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { url, method, body } = asked;
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request({
      method,
      host: host.host,
      port: host.port,
      path: `${url.pathname}${url.search}`,
      headers: body ? { ...headers, 'content-length': String(body.length) } : headers,
      lookup: pinned(addresses),
      // A connection of its own: it goes through no proxy, and nobody else's goes through it.
      agent: false,
      maxHeaderSize: MOST_HEADERS,
      insecureHTTPParser: false,
      rejectUnauthorized: true,
      signal,
    });
    const cancel = after(CONNECT_WITHIN, () =>
      request.destroy(new Error(`${entryOf(host)}: no connection within ${formatDuration(CONNECT_WITHIN)}`)),
    );
    request.once('socket', (socket) =>
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', cancel),
    );
    request.once('response', resolve);
    request.once('upgrade', (_, socket) => {
      socket.destroy();
      reject(new Error(`${entryOf(host)} answered 101 Switching Protocols, which nobody asked for`));
    });
    request.once('close', cancel);
    // Also what breaks later: whoever reads the body is told by the body.
    request.on('error', (error) => reject(failure(host, error)));
    request.end(body ?? undefined);
  });
}

const pinned = (addresses: readonly LookupAddress[]): LookupFunction =>
  ((_name: string, options: { all?: boolean }, done: (...given: unknown[]) => void) => {
    const [first] = addresses;
    if (options.all) done(null, addresses);
    else done(null, first?.address, first?.family);
  }) as LookupFunction;

/** In words that name the place: of several addresses Node tells no more than that none answered. */
export function failure(host: Host, error: Error & { code?: unknown }): Error {
  const { code } = error;
  const why = error.message || (typeof code === 'string' ? code : 'no connection');
  const told = new Error(`${entryOf(host)} cannot be reached: ${why}`, { cause: error });
  return typeof code === 'string' ? Object.assign(told, { code }) : told;
}
