/** Back-pressure: a bound for how much may wait. */

import { setTimeout as sleep } from 'node:timers/promises';
import { CarillonError, Client, type Task, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};

const client = new Client(connection);
await client.queues.set('thumbnails', { maxDepth: 3 });
const add = (n: number) => client.enqueue('image.shrink', { n }, { queue: 'thumbnails' });

const isFull = (error: unknown) => error instanceof CarillonError && error.code === 'queue_full';
for (let n = 1; ; n++) {
  try {
    await add(n);
  } catch (error) {
    if (!isFull(error)) throw error;
    console.log(`${n - 1} tasks wait, the ${n}th is refused: ${(error as CarillonError).code}`);
    break;
  }
}

const handlers = { 'image.shrink': async ({ n }: { n: number }) => n };
const worker = new Worker({ ...connection, queues: ['thumbnails'], handlers });
await worker.start();

/** Waits for room, as a producer does that may wait. */
async function addPatiently(n: number): Promise<Task> {
  for (;;) {
    try {
      return await add(n);
    } catch (error) {
      if (!isFull(error)) throw error;
      await sleep(50);
    }
  }
}
const late = await addPatiently(4);
const done = await client.wait(late.id, '10s');
console.log(`with a worker there is room again: ${done.state}`);

await client.close();
await worker.stop();
