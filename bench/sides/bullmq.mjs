/** BullMQ as its documentation has it: default options, one ioredis connection per Queue and per Worker. */

import { Job, Queue, Worker } from 'bullmq';
import Redis from 'ioredis';

function connect(redis) {
  const connection = new Redis(redis, { maxRetriesPerRequest: null });
  connection.on('error', (error) => console.error('bullmq connection:', error.message));
  return connection;
}

/** With the timestamp given, a job is due at exactly timestamp + delay: the instant the payload names. */
function options(due, again = false) {
  if (due === undefined) return again ? { attempts: 3 } : {};
  const timestamp = Date.now();
  return { timestamp, delay: Math.max(0, due - timestamp) };
}

export async function openProducer({ redis, queue }) {
  const connection = connect(redis);
  const jobs = new Queue(queue, { connection });
  await jobs.waitUntilReady();
  return {
    async enqueue({ payload, due }) {
      return (await jobs.add('noop', payload, options(due))).id;
    },
    async enqueueMany(tasks) {
      const added = await jobs.addBulk(
        tasks.map(({ payload, due, again }) => ({ name: 'noop', data: payload, opts: options(due, again) })),
      );
      return added.map((job) => job.id);
    },
    async completedOnce(id) {
      const job = await Job.fromId(jobs, id);
      return job !== undefined && job.attemptsMade === 1 && (await job.isCompleted());
    },
    async close() {
      await jobs.close();
      connection.disconnect();
    },
  };
}

export async function openWorker({ redis, queue, concurrency, run }) {
  const connection = connect(redis);
  const worker = new Worker(queue, async (job) => run(job.data, job.attemptsMade + 1), {
    connection,
    concurrency,
  });
  worker.on('error', (error) => console.error('bullmq worker:', error.message));
  await worker.waitUntilReady();
  return {
    async close() {
      await worker.close();
      connection.disconnect();
    },
  };
}
