/** A definition shared by both ends: payload and result are typed, and checked where they arrive. */

import { CarillonError, Client, defineTask, type StandardSchema, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};

/** What people write to send a mail, and what the handler gets of it. With Zod: `z.object({ … })`. */
const mail: StandardSchema<{ to: string; copies?: number }, { to: string; copies: number }> = {
  '~standard': {
    version: 1,
    vendor: 'by-hand',
    validate(value) {
      const { to, copies = 1 } = (value ?? {}) as { to?: unknown; copies?: unknown };
      if (typeof to !== 'string' || !to.includes('@'))
        return { issues: [{ message: 'must be an address', path: ['to'] }] };
      if (typeof copies !== 'number') return { issues: [{ message: 'must be a number', path: ['copies'] }] };
      return { value: { to, copies } };
    },
  },
};

const receipt: StandardSchema<string> = {
  '~standard': {
    version: 1,
    vendor: 'by-hand',
    validate: (value) =>
      typeof value === 'string' ? { value } : { issues: [{ message: 'must be a text' }] },
  },
};

/** Its queue and its patience belong to the task, so no caller has to know them. */
const welcome = defineTask({
  name: 'email.welcome',
  input: mail,
  output: receipt,
  queue: 'mail',
  timeout: '30s',
  retry: { maxAttempts: 5 },
});

const worker = new Worker({
  ...connection,
  queues: ['mail'],
  handlers: {
    ...welcome.handle(async ({ to, copies }) => {
      console.log(`the handler got ${copies} copies for ${to}`);
      return `${copies} sent to ${to}`;
    }),
  },
});
await worker.start();

const client = new Client(connection);
const task = await client.enqueue(welcome, { to: 'ada@example.org', copies: 2 });
const done = await client.wait(task.id, '10s');
const result: string | undefined = done.result;
console.log(`the result is typed: ${result}`);

try {
  await client.enqueue(welcome, { to: 'nobody' });
} catch (error) {
  if (error instanceof CarillonError) console.log(`refused: ${error.message}`);
}

await client.close();
await worker.stop();
