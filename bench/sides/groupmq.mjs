/** groupmq as its README has it: one ioredis connection per Queue, jobs of one group in order and one at a time. */

import { Queue, Worker } from 'groupmq';
import Redis from 'ioredis';

/** So many completed jobs are kept, as the others keep them. */
const KEPT = 1_000_000;

function connect(redis, queue) {
  const connection = new Redis(redis, { maxRetriesPerRequest: null });
  connection.on('error', (error) => console.error('groupmq connection:', error.message));
  return { connection, queue: new Queue({ redis: connection, namespace: queue, keepCompleted: KEPT }) };
}

export async function openProducer({ redis, queue: name }) {
  const { connection, queue } = connect(redis, name);
  return {
    async enqueueMany(tasks) {
      // It has no call for many: as many at once as the others put into one.
      const added = await Promise.all(
        tasks.map(({ payload, key }) => queue.add({ groupId: key ?? 'none', data: payload })),
      );
      return added.map((job) => job.id);
    },
    async close() {
      connection.disconnect();
    },
  };
}

export async function openWorker({ redis, queue: name, concurrency, run }) {
  const { connection, queue } = connect(redis, name);
  const handler = async (job) => run(job.data, job.attempts);
  const worker = new Worker({ queue, concurrency, handler });
  worker.run().catch((error) => console.error('groupmq worker:', error.message));
  return {
    async close() {
      await worker.close();
      connection.disconnect();
    },
  };
}
