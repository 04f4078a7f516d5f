/** The built-in handlers in a worker of one's own: what they are allowed, and what they refuse. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, type CommandResult, commandRun, type HttpResult, httpRequest, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};

const server = createServer((_, response) => response.end('hello from the server'));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

const worker = new Worker({
  ...connection,
  handlers: {
    'http.request': httpRequest({ allow: [`127.0.0.1:${port}`] }),
    'command.run': commandRun({ allow: [{ command: '/bin/echo', args: ['hello', '*'] }] }),
  },
});
await worker.start();

const client = new Client(connection);
const ended = async (handler: string, payload: unknown) =>
  client.wait((await client.enqueue(handler, payload)).id, '20s');

const request = (await ended('http.request', { url: `http://127.0.0.1:${port}/` })).result as HttpResult;
console.log(`request: ${request.status} ${request.body}`);

const command = { command: '/bin/echo', args: ['hello', 'world'] };
const { exitCode, output } = (await ended('command.run', command)).result as CommandResult;
console.log(`command: exit code ${exitCode}, ${output}`);

for (const refused of [
  { command: '/bin/rm', args: ['-r', '/'] },
  { command: '/bin/echo', args: ['hello', '-e'] },
]) {
  const { error } = await ended('command.run', refused);
  console.log(`refused: ${error?.message.split('. ')[0]}.`);
}

await client.close();
await worker.stop();
server.close();
