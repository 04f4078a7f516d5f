/** What somebody writes who installed the package: must pass the type check against what is packed. */

import { Client, defineTask, RetryAfter, type StandardSchema, type Task, Worker } from 'carillon';

const schema: StandardSchema<{ to: string }, { to: string; copies: number }> = {
  '~standard': {
    version: 1,
    vendor: 'ci',
    validate: (value) => ({ value: { to: String(value), copies: 1 } }),
  },
};
const receipt: StandardSchema<{ at: Date }> = {
  '~standard': { version: 1, vendor: 'ci', validate: () => ({ value: { at: new Date() } }) },
};
const welcome = defineTask({ name: 'email.welcome', input: schema, queue: 'mail', timeout: '30s' });
const sent = defineTask({ name: 'email.sent', input: schema, output: receipt });

const worker = new Worker({
  queues: ['mail'],
  around: async (ctx, next) => {
    try {
      return await next();
    } catch (error) {
      throw new RetryAfter(`${ctx.attempt}s` as string, String(error));
    }
  },
  handlers: {
    ...welcome.handle(async (payload, ctx) => payload.copies + ctx.attempt),
    ...sent.handle((payload) => ({ at: new Date(payload.copies) })),
    'ci.greet': async (payload: { name: string }) => `hello ${payload.name}`,
  },
});
const client = new Client({ redis: 'redis://127.0.0.1:6379' });
const task: Task = await client.enqueue(welcome, { to: 'a@b.c' }, { delay: '10m' });
// @ts-expect-error the payload is typed
await client.enqueue(welcome, { from: task.id });
const one = await client.wait((await client.enqueue(sent, { to: 'a@b.c' })).id, '30s');
const at: string | undefined = one.result?.at;
const delay: string = process.argv[2] ?? '10m';
await client.enqueue('ci.greet', { at }, { delay });
// @ts-expect-error a literal must be a duration
await client.enqueue('ci.greet', {}, { delay: '10 minutes' });
// @ts-expect-error either a delay or a time
await client.enqueue('ci.greet', {}, { delay: '5s', runAt: new Date() });
// @ts-expect-error a Date is a text in a result
one.result?.at.getTime();
await client.close();
await worker.stop();
