/** An HTTP server that keeps what it gets, for tests of what is sent, and of what must not be. */

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Received {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface HttpSink {
  readonly port: number;
  readonly received: Received[];
  /** Connections that were made to it, whether anything came or not. */
  readonly connections: number;
  stop(): Promise<void>;
}

export interface SinkOptions {
  /** Where it listens; default 127.0.0.1. */
  host?: string;
  port?: number;
  /** Key and certificate: with them it speaks TLS. */
  pem?: string;
}

/** `answer` is called once the whole request is there. */
export async function startSink(
  answer: (...given: Parameters<RequestListener>) => void = (_, response) => response.end(),
  { host = '127.0.0.1', port = 0, pem }: SinkOptions = {},
): Promise<HttpSink> {
  const received: Received[] = [];
  let connections = 0;
  const listener: RequestListener = (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      received.push({ method, url, headers, body });
      answer(request, response);
    });
  };
  const server = pem ? createSecureServer({ key: pem, cert: pem }, listener) : createServer(listener);
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received,
    get connections() {
      return connections;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
