/** Where something of ours listens, in words and as an address that a person can open. */

import { CarillonError } from '../domain/input/errors.js';

export function listenProblem(what: string, host: string, port: number, cause: unknown): CarillonError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'error';
  const reason = code === 'EADDRINUSE' ? 'it is taken by another process' : code;
  return new CarillonError('configuration', `${what} cannot listen on ${host}:${port}: ${reason}.`, [], {
    cause,
  });
}

/** What a person can open: the wildcard addresses mean this machine too. */
export function urlOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
