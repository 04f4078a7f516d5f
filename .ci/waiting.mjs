/** What the scripts beside it wait and ask for. */

import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port of this machine that nobody has. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks again and again, for a minute, until the answer is something, and gives it back; `what` says what it is. */
export async function until(what, ask) {
  const deadline = performance.now() + 60_000;
  let last;
  while (performance.now() < deadline) {
    try {
      const value = await ask();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`${what}: not within a minute${last ? ` (${last.message})` : ''}`);
}
