/** Who may read at a port without the web framework: the same key, names and pages as at the API, and no sessions. */

import type { IncomingMessage } from 'node:http';
import { CarillonError } from '../domain/input/errors.js';
import { foreignHost, hostsAllowed, refuseOpen } from './hosts.js';
import { bearerOf, KeyCheck } from './keys.js';
import { refuseForeignRead } from './origins.js';

/** Throws `unauthorized`, `forbidden` or `too_many_attempts`. */
export function createPortAccess(
  host: string,
  apiKey: string | undefined,
): (request: IncomingMessage) => void {
  refuseOpen(host, apiKey);
  const isAnswered = hostsAllowed([], apiKey !== undefined);
  const keys = apiKey === undefined ? undefined : new KeyCheck(apiKey);
  return ({ headers, method = 'GET', socket }) => {
    const { host: name = 'localhost', authorization } = headers;
    if (!isAnswered(name)) throw foreignHost(name);
    refuseForeignRead({ method, headers });
    const key = bearerOf(authorization);
    if (!keys) return;
    if (key === undefined) throw new CarillonError('unauthorized', 'This route asks for the API key.');
    keys.sent(key, socket.remoteAddress ?? '');
  };
}
