/** One request to the outside, with an end: to any place that an operator named, or only to public ones. */

import type { LookupAddress } from 'node:dns';
import { STATUS_CODES } from 'node:http';
import { parseAddress, whyNotPublic } from '../builtin/addresses.js';
import { retryAfter } from '../builtin/http-answer.js';
import { type Lookup, machineLookup, send } from '../builtin/http-send.js';
import { limited } from '../builtin/limited.js';
import { entryOf, type Host, hostOf, isListed, type Target, whyUnreachable } from '../builtin/targets.js';
import { unlessAborted } from '../runtime/unless-aborted.js';
import { VERSION } from '../runtime/version.js';

export interface Outgoing {
  url: URL;
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: Buffer;
  /** Places beyond the public ones that may be reached; absent: every place may. */
  allow?: readonly Target[];
}

export interface Answer {
  /** Place and status, in words; never the whole address, which is often a secret. */
  said: string;
  status: number;
  /** ms that it asks for before it is tried again. */
  retryAfter?: number;
}

/** What may not be reached. */
export class NotAllowed extends Error {}

const WITHIN = 10_000;

/** `now`: Redis time, ms. Throws where no answer comes within 10 s, and `NotAllowed`. */
export async function sendOut(
  { url, method, headers, body, allow }: Outgoing,
  attempt: AbortSignal,
  now: number,
  lookup: Lookup = machineLookup,
): Promise<Answer> {
  const host = hostOf(url);
  const { signal, cancel } = limited(attempt, WITHIN, `${entryOf(host)} gave no answer within`);
  try {
    const addresses = await unlessAborted(addressesOf(host, allow, lookup), signal);
    const common = { 'user-agent': `carillon/${VERSION}`, 'accept-encoding': 'identity', ...headers };
    const asked = { url, method, headers: {}, body: body ?? null, timeout: WITHIN };
    const answer = await send(asked, host, addresses, common, signal).catch((error: Error) => {
      throw signal.aborted ? signal.reason : error;
    });
    // Nobody reads what it says.
    answer.destroy();
    const status = answer.statusCode ?? 0;
    const delay = retryAfter(answer, now);
    const said = `${entryOf(host)} answered ${status} ${STATUS_CODES[status] ?? ''}`.trim();
    return { said, status, ...(delay === undefined ? {} : { retryAfter: delay }) };
  } finally {
    cancel();
  }
}

/** Those that may be connected to, checked once and for all. */
async function addressesOf(
  host: Host,
  allow: readonly Target[] | undefined,
  lookup: Lookup,
): Promise<readonly LookupAddress[]> {
  const found: readonly LookupAddress[] = host.address
    ? [{ address: host.host, family: host.address.bits === 128 ? 6 : 4 }]
    : await lookup(host.host);
  if (!allow) return found;
  const listed = isListed(allow, host);
  const reachable = found.filter(({ address }) => {
    if (listed && (host.address || whyUnreachable(allow, host, address) === null)) return true;
    const parsed = parseAddress(address);
    return parsed !== undefined && whyNotPublic(parsed) === null;
  });
  if (reachable.length > 0) return reachable;
  throw new NotAllowed(`${entryOf(host)} is no public place`);
}
