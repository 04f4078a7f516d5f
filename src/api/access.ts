/** Who may speak to the API: the key, and without a key only this machine, never a foreign web page. */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { CarillonError } from '../domain/input/errors.js';

/** Of a request what is looked at. */
export type Asking = Pick<IncomingMessage, 'headers'> & { method?: string | undefined };

export interface Access {
  /** Throws `unauthorized` or `forbidden`. */
  check(request: Asking): void;
}

/** Refuses a combination that would leave the API open to the network. */
export function createAccess(host: string, apiKey: string | undefined): Access {
  if (apiKey === undefined && !isLoopback(host)) {
    throw new CarillonError('configuration', `The API would listen on ${host} without an API key.`, [
      { pointer: 'host', detail: 'set CARILLON_API_KEY or CARILLON_API_KEY_FILE, or listen on 127.0.0.1' },
    ]);
  }
  const expected = apiKey === undefined ? undefined : digest(apiKey);
  return {
    check(request) {
      const given = presented(request.headers.authorization);
      if (expected !== undefined) {
        // Hashing both makes the comparison take the same time whatever was sent.
        if (given === undefined || !timingSafeEqual(digest(given.key), expected)) {
          const detail =
            given === undefined ? 'This route asks for the API key.' : 'The API key is not the right one.';
          throw new CarillonError('unauthorized', detail);
        }
      } else if (!isLoopback(hostName(request.headers.host))) {
        // A name of somebody else's that resolves to this machine: DNS rebinding.
        throw new CarillonError('forbidden', 'Without an API key only a loopback host name is answered.');
      }
      // A browser adds Basic credentials, or none, by itself; only a Bearer header proves the caller's intent.
      const byIntent = expected !== undefined && given?.scheme === 'bearer';
      if (!byIntent && writes(request.method) && isForeign(request)) {
        throw new CarillonError('forbidden', 'A page of another site may not change anything here.');
      }
    },
  };
}

/** Whether an address or host name can only mean this machine. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1') return true;
  const four = name.startsWith('::ffff:') ? name.slice(7) : name;
  return isIP(four) === 4 && four.startsWith('127.');
}

/** The key of `Bearer <key>`, or the password of Basic, which is how a browser asks for it. */
function presented(header: string | undefined): { scheme: 'bearer' | 'basic'; key: string } | undefined {
  const match = /^(bearer|basic) +(\S+) *$/i.exec(header ?? '');
  const [scheme, credentials] = [match?.[1]?.toLowerCase(), match?.[2] ?? ''];
  if (scheme === 'bearer') return { scheme, key: credentials };
  if (scheme !== 'basic') return undefined;
  const plain = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = plain.indexOf(':');
  return colon < 0 ? undefined : { scheme, key: plain.slice(colon + 1) };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function writes(method = 'GET'): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}

function isForeign(request: Asking): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin, host } = request.headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase();
}

/** The name in a Host header, without its port. Requests without one (HTTP/1.0) do not come from browsers. */
function hostName(header: string | undefined): string {
  return header === undefined ? 'localhost' : header.replace(/:\d*$/, '');
}
