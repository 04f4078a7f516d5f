/** A reverse proxy for HTTP as people put one before a node: under a prefix, which it passes on or takes away. */

import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WebProxyOptions {
  /** Asked in turn. */
  nodes: readonly string[];
  prefix: string;
  /** It takes the prefix away, and says so. */
  strips: boolean;
  /** It ends TLS, or says it does. */
  tls?: boolean;
}

export class WebProxy {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, prefix: string) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`;
  }

  static async start({ nodes, prefix, strips, tls = false }: WebProxyOptions): Promise<WebProxy> {
    let turn = 0;
    const server = createServer((asked, answer) => {
      const { url = '/', method, headers } = asked;
      if (url !== prefix && !url.startsWith(`${prefix}/`)) {
        answer.writeHead(418).end('not for Carillon');
        return;
      }
      const node = new URL(nodes[turn++ % nodes.length] ?? '');
      const onward = request(
        {
          ...{ host: node.hostname, port: node.port, method, agent: false },
          path: strips ? url.slice(prefix.length) || '/' : url,
          headers: {
            ...headers,
            host: node.host,
            'x-forwarded-host': headers.host,
            'x-forwarded-proto': tls ? 'https' : 'http',
            'x-forwarded-for': asked.socket.remoteAddress,
            'x-forwarded-prefix': strips ? prefix : '',
          },
        },
        (reply) => {
          answer.writeHead(reply.statusCode ?? 502, reply.headers);
          answer.flushHeaders();
          reply.pipe(answer);
          reply.on('error', () => answer.destroy());
        },
      );
      onward.on('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
      answer.on('close', () => onward.destroy());
      asked.pipe(onward);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new WebProxy(server, prefix);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}
