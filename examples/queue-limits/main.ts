/** Limits of a queue: how many run at once in the whole cluster, and pause. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};

let running = 0;
let most = 0;
let ran = 0;
const handlers = {
  import: async () => {
    running += 1;
    most = Math.max(most, running);
    await sleep(20);
    running -= 1;
    ran += 1;
  },
};
const workers = [1, 2].map(
  () => new Worker({ ...connection, queues: ['imports'], concurrency: 10, handlers }),
);

const client = new Client(connection);
await client.queues.set('imports', { concurrency: 2 });
await client.queues.pause('imports');
await Promise.all(workers.map((worker) => worker.start()));

const tasks = await client.enqueueMany(
  Array.from({ length: 8 }, () => ({ handler: 'import', queue: 'imports' })),
);
const { ready } = await client.queues.get('imports');
console.log(`paused: ${ready} are ready, ${ran} ran`);

await client.queues.resume('imports');
await Promise.all(tasks.map(({ id }) => client.wait(id, '10s')));
console.log(`two workers with 10 slots each ran ${ran}, never more than ${most} at once`);

await client.close();
await Promise.all(workers.map((worker) => worker.stop()));
