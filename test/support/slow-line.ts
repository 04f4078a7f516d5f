/** A line to Redis that holds up whatever goes through it for a while, each way. */

import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';

export async function slowLine(port: number, ms: number): Promise<{ url: string; close(): void }> {
  const sockets = new Set<Socket>();
  const late = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (data) => setTimeout(() => to.writable && to.write(data), ms));
    from.on('error', () => {});
    from.on('close', () => to.destroy());
  };
  const server = createServer((client) => {
    const redis = dial(port, '127.0.0.1');
    late(client, redis);
    late(redis, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
