/** Progress, log and result of a task, for whoever waits for it. */

import { Client, type TaskContext, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};

const worker = new Worker({
  ...connection,
  handlers: {
    'book.print': async ({ pages }: { pages: number }, ctx: TaskContext) => {
      for (let page = 1; page <= pages; page++) {
        ctx.log.info(`page ${page}`);
        ctx.progress({ done: page, of: pages });
      }
      return { pages };
    },
  },
});
await worker.start();

const client = new Client(connection);
const book = await client.enqueue('book.print', { pages: 3 });
const done = await client.wait<{ pages: number }>(book.id, '10s');
console.log(`${done.state} with ${done.result?.pages} pages`);

const progress = done.progress as { done: number; of: number };
console.log(`its last progress: ${progress.done} of ${progress.of}`);

const { items } = await client.logs(book.id);
console.log(`it logged: ${items.map(({ message }) => message).join(', ')}`);

await client.close();
await worker.stop();
