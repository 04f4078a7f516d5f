/** Timeouts and cancels: the signal of an attempt. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type TaskContext, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};

let begun: () => void = () => {};
const worker = new Worker({
  ...connection,
  handlers: {
    slow: (_: unknown, ctx: TaskContext) => sleep(60_000, 'done', { signal: ctx.signal }),
    unwanted: (_: unknown, ctx: TaskContext) => {
      begun();
      return sleep(60_000, 'done', { signal: ctx.signal });
    },
  },
});
await worker.start();

const client = new Client(connection);
const limits = { timeout: '50ms', retry: { maxAttempts: 1 } } as const;
const slow = await client.wait((await client.enqueue('slow', null, limits)).id, '10s');
console.log(`slow: ${slow.attempts[0]?.outcome}, ${slow.state}: ${slow.error?.message}`);

const running = new Promise<void>((resolve) => {
  begun = resolve;
});
const unwanted = await client.enqueue('unwanted');
await running;
await client.cancel(unwanted.id, { reason: 'the customer left' });
const stopped = await client.wait(unwanted.id, '10s');
console.log(`unwanted: ${stopped.state}, because ${stopped.reason}`);

await client.close();
await worker.stop();
