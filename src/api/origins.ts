/** Pages of other sites: they may link here, and may neither read nor change anything by the browser of somebody else. */

import type { IncomingMessage } from 'node:http';
import { Forbidden } from './problems.js';

/** Of a request what is looked at; host and protocol as a trusted proxy tells them. */
interface Asked extends Pick<IncomingMessage, 'headers'> {
  method: string;
  host: string;
  protocol: string;
}

const isWrite = (method: string): boolean => method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';

const OWN_SITE = ['same-origin', 'none'];

/** A page of another site may link here, and no more: it may not have our answers loaded, or work done for them. */
export function refuseForeignRead({ method, headers }: Pick<Asked, 'method' | 'headers'>): void {
  const site = headers['sec-fetch-site'];
  if (isWrite(method) || site === undefined || OWN_SITE.includes(String(site))) return;
  if (headers['sec-fetch-mode'] === 'navigate') return;
  throw new Forbidden('A page of another site may not read anything here.', FOREIGN);
}

/** `byCookie`: a browser sent it by itself, so the browser must say that a page of ours asked. */
export function refuseForeignWrite(request: Asked, byCookie: boolean): void {
  const { method, headers } = request;
  if (!isWrite(method)) return;
  const site = headers['sec-fetch-site'];
  const isOwnSite = site === 'same-origin' || (site === 'none' && !byCookie);
  const isOurs = headers.origin === undefined ? undefined : isOwnOrigin(headers.origin, request);
  if (isOurs === false || (site !== undefined && !isOwnSite))
    throw new Forbidden('A page of another site may not change anything here.', FOREIGN);
  if (byCookie && !isOurs && !isOwnSite)
    throw new Forbidden('Nothing says that a page of this node asked for this.', FOREIGN);
}

const FOREIGN =
  'Send the key as Authorization: Bearer <key>; behind a proxy let it pass Host on, or see CARILLON_TRUST_PROXY.';

/** Who ends TLS before us tells only as a trusted proxy; the host name is compared in any case. */
function isOwnOrigin(origin: string, { host, protocol }: Asked): boolean {
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  if (protocol === 'https' && from.protocol !== 'https:') return false;
  const own = `${from.protocol}//${host.toLowerCase()}`;
  return URL.canParse(own) && new URL(own).host === from.host;
}
