/** A Redis behind a line of its own, which a test may watch and break. */

import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';

export interface RedisProxy {
  readonly url: string;
  close(): Promise<void>;
}

/** `onRequest` sees what clients send before Redis does; answering `break` closes that client's connection instead. */
export async function startRedisProxy(
  port: number,
  onRequest: (text: string) => 'break' | undefined,
): Promise<RedisProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const redis = dial(port, '127.0.0.1');
    for (const [one, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    redis.pipe(client);
    client.on('data', (data) => {
      if (onRequest(data.toString('latin1')) === 'break') client.destroy();
      else redis.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
