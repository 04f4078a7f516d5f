/** A migration in pieces: each task moves some rows and makes the next; it goes on where a worker was replaced. */

import { Client, type TaskContext, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};

const rows = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const PIECE = 2;
/** How often each row was moved; in your database `UPDATE … WHERE id > $after AND not yet moved`. */
const moved = new Map<string, number>();
let pieces = 0;

const options = { queue: 'migrations', uniqueKey: 'move-rows' };
const begin = (client: Client) => client.enqueue('rows.move', { after: 0 }, options);

const handlers = {
  'rows.move': async ({ after }: { after: number }, ctx: TaskContext) => {
    const piece = rows.slice(after, after + PIECE);
    for (const row of piece) if (!moved.has(row)) moved.set(row, (moved.get(row) ?? 0) + 1);
    pieces += 1;
    const next = after + piece.length;
    ctx.progress({ done: next, of: rows.length });
    if (next < rows.length) await ctx.enqueue('rows.move', { after: next }, { queue: 'migrations' });
    else await ctx.enqueue('rows.report', null, { queue: 'migrations' });
  },
  'rows.report': async () => {
    const once = [...moved.values()].every((times) => times === 1);
    return `${moved.size} rows moved, ${once ? 'each of them once' : 'some of them twice'}, in ${pieces} pieces`;
  },
};
const makeWorker = () => new Worker({ ...connection, queues: ['migrations'], concurrency: 1, handlers });

const client = new Client(connection);
const [first, second] = [await begin(client), await begin(client)];
console.log(`begun; begun again: ${first.id === second.id ? 'the same task' : 'another task'}`);

let worker = makeWorker();
await worker.start();
await client.wait(first.id, '10s');
await worker.stop();
worker = makeWorker();
await worker.start();
console.log('the worker was replaced in the middle');

for (;;) {
  const [report] = (await client.list({ handler: 'rows.report', state: 'completed' })).items;
  if (report) {
    console.log(report.result);
    break;
  }
  const [latest] = (await client.list({ handler: 'rows.move', state: ['ready', 'running'] })).items;
  if (latest) await client.wait(latest.id, '10s');
}

await client.close();
await worker.stop();
