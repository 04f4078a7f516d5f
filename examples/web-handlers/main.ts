/** Web handlers that make tasks: fetch style (Next.js, Remix, Hono) and Express style, on one client for the process. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CarillonError, Client, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};

// lib/carillon.ts: kept on globalThis, because a development server loads modules anew at every change, and each client
// has a connection of its own.
const kept = globalThis as { carillon?: Client };
function carillon(): Client {
  kept.carillon ??= new Client(connection);
  return kept.carillon;
}

// app/api/signup/route.ts
async function POST(request: Request): Promise<Response> {
  const { email } = (await request.json()) as { email: string };
  try {
    // A second click, or a request that a proxy sends again, makes no second mail.
    const task = await carillon().enqueue(
      'mail.welcome',
      { to: email },
      { queue: 'mail', idempotencyKey: `signup:${email}` },
    );
    return Response.json({ task: task.id }, { status: 202 });
  } catch (error) {
    return refusal(error);
  }
}

/** What Carillon refuses has a status of its own: 422 for what is not valid, 429 for a full queue, 503 without Redis. */
function refusal(error: unknown): Response {
  if (!(error instanceof CarillonError)) throw error;
  const headers: Record<string, string> = error.code === 'queue_full' ? { 'retry-after': '30' } : {};
  return Response.json({ error: error.message }, { status: error.status, headers });
}

// app/api/tasks/[id]/route.ts
async function GET(id: string): Promise<Response> {
  const task = await carillon().get(id);
  if (!task) return Response.json({ error: 'no such task' }, { status: 404 });
  const { state, result, progress } = task;
  return Response.json({ state, result, progress });
}

// Express: app.post('/signup', signup). Fastify is the same with `reply.code(202).send(…)`.
async function signup(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { email } = JSON.parse(await text(request)) as { email: string };
  const { id } = await carillon().enqueue('mail.welcome', { to: email }, { queue: 'mail' });
  response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ task: id }));
}

// The worker, another process in real life: `carillon worker handlers.ts --queues mail`.
const handlers = { 'mail.welcome': async ({ to }: { to: string }) => `sent to ${to}` };
const worker = new Worker({ ...connection, queues: ['mail'], handlers });
await worker.start();

const click = () =>
  POST(new Request('http://shop/api/signup', { method: 'POST', body: '{"email":"ada@example.org"}' }));
const first = await click();
const { task } = (await first.json()) as { task: string };
console.log(`POST /api/signup: ${first.status}, a task to look at`);
await carillon().wait(task, '10s');
const { state, result } = (await (await GET(task)).json()) as { state: string; result: string };
console.log(`GET /api/tasks/…: ${state}, ${result}`);
const again = (await (await click()).json()) as { task: string };
console.log(`the same click again: ${again.task === task ? 'the same task' : 'another task'}`);

const server = createServer((request, response) => {
  signup(request, response).catch(() => response.writeHead(500).end());
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
const answer = await fetch(`http://127.0.0.1:${port}/signup`, { method: 'POST', body: '{"email":"b@c.d"}' });
console.log(`Express: ${answer.status}`);
server.close();

await worker.stop();
await carillon().queues.set('mail', { maxDepth: 1 });
await carillon().enqueue('mail.welcome', { to: 'x@y.z' }, { queue: 'mail' });
const full = await POST(
  new Request('http://shop/', { method: 'POST', body: '{"email":"late@example.org"}' }),
);
console.log(`a full queue: ${full.status}, come back after ${full.headers.get('retry-after')} s`);

await carillon().close();
