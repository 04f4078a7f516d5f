/** Finds a port that can be listened on, at or after the wanted one. */

import { createServer } from 'node:net';
import { CarillonError } from '../domain/input/errors.js';

const TRIES = 50;

export async function freePortFrom(host: string, wanted: number): Promise<number> {
  if (wanted === 0) return 0;
  for (let port = wanted; port < Math.min(wanted + TRIES, 65_536); port += 1) {
    const code = await tryPort(host, port);
    if (code === null) return port;
    if (code !== 'EADDRINUSE')
      throw new CarillonError('configuration', `Cannot listen on ${host}:${port}: ${code}.`);
  }
  throw new CarillonError('configuration', `No port from ${wanted} on is free on ${host}.`);
}

/** null: it is free. */
function tryPort(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
