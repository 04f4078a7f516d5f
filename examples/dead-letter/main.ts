/** Dead tasks: grouped by their cause, looked at, and put back with another payload. */

import { Client, Fatal, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};

const worker = new Worker({
  ...connection,
  queues: ['accounts'],
  handlers: {
    'account.close': async ({ account }: { account: number }) => {
      if (account > 100) throw new Fatal(`no account ${account}`);
      return `closed ${account}`;
    },
  },
});
await worker.start();

const client = new Client(connection);
const requests = [701, 702, 703].map((account) => ({
  handler: 'account.close',
  queue: 'accounts',
  payload: { account },
}));
const tasks = await client.enqueueMany(requests);
await Promise.all(tasks.map(({ id }) => client.wait(id, '10s')));

const { items: causes } = await client.errors({ queue: 'accounts' });
for (const { count, handler } of causes) console.log(`${count} died of one cause in ${handler}`);

const dead = await client.list({ queue: 'accounts', state: 'dead' });
const one = dead.items.find(({ id }) => id === tasks[0]?.id);
if (one) {
  await client.redrive(one.id, { payload: { account: 71 } });
  const task = await client.wait(one.id, '10s');
  console.log(`the oldest one again, with another payload: ${task.state} at attempt ${task.attempt}`);
}
console.log(`still dead: ${(await client.queues.get('accounts')).dead}`);

await client.close();
await worker.stop();
