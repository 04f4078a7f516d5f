/** Carillon by its public interface, from the built package; `before` is that of an earlier checkout. */

import { productFile } from '../lib/product.mjs';

const { Client, Worker } = await import(productFile(process.argv[2], 'dist/index.js'));

const namespace = 'bench';
const AT_ONCE = { maxAttempts: 3, backoff: 'fixed', delay: '0ms' };
/** The other side writes no line for a failed attempt either. */
const quiet = { debug() {}, info() {}, warn() {}, error: console.error, child: () => quiet };

export async function openProducer({ redis, queue, strict = false }) {
  const client = new Client({ redis, namespace });
  if (strict) await client.queues.set(queue, { keyOrder: 'strict' });
  const when = (due) => (due === undefined ? {} : { runAt: new Date(due) });
  return {
    async enqueue({ payload, due }) {
      return (await client.enqueue('noop', payload, { queue, ...when(due) })).id;
    },
    async enqueueMany(tasks) {
      const added = await client.enqueueMany(
        tasks.map(({ payload, due, again, key }) => ({
          handler: 'noop',
          payload,
          queue,
          ...(key === undefined ? {} : { concurrencyKey: key }),
          ...when(due),
          ...(again ? { retry: AT_ONCE } : {}),
        })),
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

export async function openWorker({ redis, queue, queues = [queue], concurrency, run, options = {} }) {
  const handlers = { noop: async (payload, { attempt }) => run(payload, attempt) };
  const given = { redis, namespace, queues, concurrency, handlers, log: quiet };
  const worker = new Worker({ ...given, ...options });
  await worker.start();
  return {
    async close() {
      await worker.stop();
    },
  };
}
