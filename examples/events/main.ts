/** Events: the way of one task, told by somebody who listens. */

import { Client, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};

const worker = new Worker({
  ...connection,
  queues: ['orders'],
  handlers: { 'order.ship': async ({ order }: { order: number }) => `shipped ${order}` },
});
await worker.start();
const client = new Client(connection);

const types = ['task.enqueued', 'task.started', 'task.completed'] as const;
const events = client.events({ queue: 'orders', types });
// It listens from its first step on.
const first = events.next();
const again = setInterval(() => {}, 1_000);
await client.enqueue('order.ship', { order: 42 }, { queue: 'orders', delay: '500ms' });

for (let step = await first; !step.done; step = await events.next()) {
  const { type, task } = step.value;
  const result = task?.result === undefined ? '' : `: ${task.result}`;
  console.log(`${type} ${task?.handler}${result}`);
  if (type === 'task.completed') break;
}
clearInterval(again);
await events.return();

await client.close();
await worker.stop();
