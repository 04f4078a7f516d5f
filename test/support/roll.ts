/** Processes that report, and hold a connection as long as they live: it tells when they are gone. */

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

export class Roll {
  readonly #server: Server;
  readonly #sockets: Socket[] = [];
  readonly #came = new Map<number, () => void>();

  constructor() {
    this.#server = createServer((socket) => {
      socket.on('error', () => {});
      this.#sockets.push(socket);
      this.#came.get(this.#sockets.length)?.();
    });
  }

  async open(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** So many have reported. */
  async present(count: number): Promise<void> {
    if (this.#sockets.length >= count) return;
    await new Promise<void>((resolve) => this.#came.set(count, resolve));
  }

  /** Something for those that listen. */
  tell(): void {
    for (const socket of this.#sockets) socket.write('go');
  }

  /** All that have reported are gone. */
  async gone(): Promise<void> {
    await Promise.all(
      this.#sockets.map((socket) => (socket.closed ? undefined : once(socket.resume(), 'close'))),
    );
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

/** A program for `node -e` that reports, starts others below it, and heeds SIGTERM or not; it never ends by itself. */
export function family({ port }: Roll, { stubborn = false, below = 2 } = {}): string {
  const program = (depth: number): string => {
    const heeds = stubborn ? "process.on('SIGTERM', () => {});" : '';
    const inner = depth === 0 ? '' : JSON.stringify(program(depth - 1));
    const child =
      depth === 0
        ? ''
        : `require('child_process').spawn(process.execPath, ['-e', ${inner}], { stdio: 'inherit' });`;
    const reports = `require('net').connect(${port}, '127.0.0.1').on('error', () => {});`;
    return `${heeds}${child}${reports}setInterval(() => {}, 1000);`;
  };
  return program(below);
}
