/** What somebody writes who installed the package: must pass the type check against what is packed. */

import { Client, defineTask, type StandardSchema, type Task, Worker } from 'carillon';

const schema: StandardSchema<{ to: string }, { to: string; copies: number }> = {
  '~standard': {
    version: 1,
    vendor: 'ci',
    validate: (value) => ({ value: { to: String(value), copies: 1 } }),
  },
};
const welcome = defineTask({ name: 'email.welcome', input: schema });

const worker = new Worker({
  queues: ['mail'],
  handlers: {
    ...welcome.handle(async (payload, ctx) => payload.copies + ctx.attempt),
    'ci.greet': async (payload: { name: string }) => `hello ${payload.name}`,
  },
});
const client = new Client({ redis: 'redis://127.0.0.1:6379' });
const task: Task = await client.enqueue(welcome, { to: 'a@b.c' }, { delay: '10m' });
// @ts-expect-error the payload is typed
await client.enqueue(welcome, { from: task.id });
await client.close();
await worker.stop();
