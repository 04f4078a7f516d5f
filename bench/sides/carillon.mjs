/** Carillon by its public interface, from the built package; `before` is that of an earlier checkout. */

import { productFile } from '../lib/product.mjs';

const { Client, Worker } = await import(productFile(process.argv[2], 'dist/index.js'));

const namespace = 'bench';

export async function openProducer({ redis, queue }) {
  const client = new Client({ redis, namespace });
  const when = (due) => (due === undefined ? {} : { runAt: new Date(due) });
  return {
    async enqueue({ payload, due }) {
      return (await client.enqueue('noop', payload, { queue, ...when(due) })).id;
    },
    async enqueueMany(tasks) {
      const added = await client.enqueueMany(
        tasks.map(({ payload, due }) => ({ handler: 'noop', payload, queue, ...when(due) })),
      );
      return added.map((task) => task.id);
    },
    async completedOnce(id) {
      const task = await client.get(id);
      return task?.state === 'completed' && task.attempts.length === 1;
    },
    async close() {
      await client.close();
    },
  };
}

export async function openWorker({ redis, queue, queues = [queue], concurrency, run }) {
  const handlers = { noop: async (payload) => run(payload) };
  const worker = new Worker({ redis, namespace, queues, concurrency, handlers });
  await worker.start();
  return {
    async close() {
      await worker.stop();
    },
  };
}
