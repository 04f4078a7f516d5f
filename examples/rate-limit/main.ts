/** A rate: somebody's API takes five calls a second. */

import { Client, type Task, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};

const worker = new Worker({
  ...connection,
  queues: ['api'],
  concurrency: 20,
  handlers: { 'api.call': async ({ n }: { n: number }) => n },
});
const client = new Client(connection);
await client.queues.set('api', { rate: { limit: 5, per: '1s' } });
await worker.start();

const calls = await client.enqueueMany(
  Array.from({ length: 15 }, (_, n) => ({ handler: 'api.call', queue: 'api', payload: { n } })),
);
const done: Task[] = await Promise.all(calls.map(({ id }) => client.wait(id, '30s')));
const starts = done.map(({ startedAt = '' }) => Date.parse(startedAt)).toSorted((a, b) => a - b);
const fullest = Math.max(
  ...starts.map((from) => starts.filter((at) => at >= from && at < from + 1_000).length),
);
console.log(`${calls.length} calls, at most ${fullest} in any second`);
const took = (starts.at(-1) ?? 0) - (starts[0] ?? 0);
console.log(took >= 2_000 ? 'they took more than two seconds' : `they took ${took} ms`);

await client.close();
await worker.stop();
