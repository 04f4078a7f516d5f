/** Asks a Redis who it is, over a plain socket: no client library is needed to learn that a server is up. */

import { createConnection } from 'node:net';
import { after } from '../runtime/timers.js';

/** `loading`: it answers, but is still reading its data from disk. */
export interface RedisIdentity {
  pid: number;
  loading: boolean;
}

/** Where a Redis listens: a port on the loopback, or the path of a Unix socket. */
export type RedisAddress = { port: number } | { path: string };

/** Its identity, or null when nothing that speaks Redis answers there within `timeout` ms. */
export function probeRedis(address: RedisAddress, timeout = 1_000): Promise<RedisIdentity | null> {
  return new Promise((resolve) => {
    const socket = createConnection('path' in address ? address : { host: '127.0.0.1', port: address.port });
    let reply = '';
    const end = (identity: RedisIdentity | null): void => {
      cancel();
      socket.destroy();
      resolve(identity);
    };
    const cancel = after(timeout, () => end(null));
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write('PING\r\nINFO server\r\nQUIT\r\n'));
    socket.on('data', (text: string) => {
      reply += text;
    });
    socket.on('error', () => end(null));
    socket.on('close', () => end(identityIn(reply)));
  });
}

function identityIn(reply: string): RedisIdentity | null {
  const pid = /^process_id:(\d+)\r$/m.exec(reply)?.[1];
  if (pid === undefined) return null;
  return { pid: Number(pid), loading: reply.startsWith('-LOADING') };
}
