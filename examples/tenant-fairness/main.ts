/** Concurrency keys: a big tenant and a small one on one queue. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type TaskContext, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};

const order: string[] = [];
const running = new Map<string, number>();
let most = 0;
const worker = new Worker({
  ...connection,
  queues: ['imports'],
  concurrency: 2,
  handlers: {
    import: async ({ tenant }: { tenant: string }, _: TaskContext) => {
      order.push(tenant);
      const now = (running.get(tenant) ?? 0) + 1;
      running.set(tenant, now);
      most = Math.max(most, now);
      await sleep(2);
      running.set(tenant, now - 1);
    },
  },
});

const client = new Client(connection);
await client.queues.set('imports', { keyConcurrency: 1 });
const of = (tenant: string) => ({
  ...{ handler: 'import', queue: 'imports', payload: { tenant } },
  concurrencyKey: tenant,
});
const big = await client.enqueueMany(Array.from({ length: 200 }, () => of('big')));
const [small] = await client.enqueueMany([of('small')]);
console.log(`${big.length} tasks of the big tenant wait, then 1 of the small one`);

await worker.start();
await client.wait(small?.id ?? '', '10s');
const turn = order.indexOf('small') + 1;
console.log(turn <= 3 ? 'the small one ran within the first 3' : `the small one was the ${turn}th`);
await client.wait(big.at(-1)?.id ?? '', '30s');
console.log(`of one tenant never more than ${most} at once`);

await client.close();
await worker.stop();
