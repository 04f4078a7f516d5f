/** Delays: a task that waits, and one that is cancelled while it does. */

import { Client, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};

const worker = new Worker({
  ...connection,
  handlers: { 'tea.remind': async ({ what }: { what: string }) => what },
});
await worker.start();

const client = new Client(connection);
const reminder = await client.enqueue('tea.remind', { what: 'tea is ready' }, { delay: '3s' });
console.log(`the reminder is ${reminder.state}`);

const tomorrow = new Date(Date.now() + 86_400_000);
const other = await client.enqueue('tea.remind', { what: 'guests' }, { runAt: tomorrow });

const done = await client.wait<string>(reminder.id, '10s');
console.log(`ran: ${done.result}`);

const cancelled = await client.cancel(other.id, { reason: 'nobody is coming' });
console.log(`the other one is ${cancelled.state}: ${cancelled.reason}`);

await client.close();
await worker.stop();
