/** Around: error reports and a context, once for all handlers of a worker. */

import { AsyncLocalStorage } from 'node:async_hooks';
import { type Around, Client, Fatal, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};

const context = new AsyncLocalStorage<{ label: string }>();

/** What any function far below a handler can call. */
function log(text: string): void {
  console.log(`[${context.getStore()?.label ?? '-'}] ${text}`);
}

const around: Around = (ctx, next) =>
  context.run({ label: `${ctx.task.handler} #${ctx.attempt}` }, async () => {
    try {
      log(`completed: ${await next()}`);
    } catch (error) {
      // Here goes the call of Sentry, OpenTelemetry, or whoever else is to know.
      log(`reported: ${(error as Error).message}`);
      throw error;
    }
  });

const worker = new Worker({
  ...connection,
  around,
  handlers: {
    'order.charge': async ({ amount }: { amount: number }) => {
      log(`charging ${amount}`);
      if (amount > 100) throw new Fatal('card declined');
      return `paid ${amount}`;
    },
  },
});
await worker.start();

const client = new Client(connection);
await client.wait((await client.enqueue('order.charge', { amount: 5 })).id, '10s');
const second = await client.wait((await client.enqueue('order.charge', { amount: 500 })).id, '10s');
console.log(`the second one is ${second.state}: ${second.error?.message}`);

await client.close();
await worker.stop();
