/**
 * Counts the commands one process sends to Redis, by sitting in between. Redis 7.0 cannot tell: its
 * total_commands_processed and commandstats count what scripts call inside, and CLIENT LIST has no tot-cmds.
 */

import { connect, createServer } from 'node:net';

export async function countingProxy(redisPort) {
  const counts = new Map();
  const sockets = new Set();
  const server = createServer((near) => {
    const far = connect(redisPort, '127.0.0.1');
    const read = commandReader((name) => counts.set(name, (counts.get(name) ?? 0) + 1));
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (chunk) => {
      far.write(chunk);
      read(chunk);
    });
    far.on('data', (chunk) => near.write(chunk));
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `redis://127.0.0.1:${server.address().port}`,
    reset: () => counts.clear(),
    counts: () => Object.fromEntries([...counts].sort((a, b) => b[1] - a[1])),
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Reads RESP requests, `*n` then n times `$length` and that many bytes, and names each command. */
function commandReader(onCommand) {
  let rest = Buffer.alloc(0);
  let parts = 0;
  let atName = false;
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (;;) {
      const end = rest.indexOf('\r\n', at);
      if (end < 0) break;
      const length = Number(rest.toString('latin1', at + 1, end));
      if (parts === 0) {
        parts = length;
        atName = true;
        at = end + 2;
        continue;
      }
      const next = end + 2 + length + 2;
      if (rest.length < next) break;
      if (atName) onCommand(rest.toString('latin1', end + 2, end + 2 + length).toUpperCase());
      atName = false;
      parts -= 1;
      at = next;
    }
    rest = rest.subarray(at);
  };
}
