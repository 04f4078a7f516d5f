/** Retries by policy, and by what a handler throws. */

import { Client, Fatal, RetryAfter, Snooze, type Task, type TaskContext, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};

const worker = new Worker({
  ...connection,
  handlers: {
    flaky: async (_: unknown, ctx: TaskContext) => {
      if (ctx.attempt < 3) throw new Error('the network is down');
      return 'got it';
    },
    polite: async (_: unknown, ctx: TaskContext) => {
      if (ctx.attempt === 1) throw new RetryAfter('50ms', 'asked to come back after 50ms');
    },
    early: async (_: unknown, ctx: TaskContext) => {
      if (ctx.attempt === 1) throw new Snooze('50ms');
    },
    hopeless: async () => {
      throw new Fatal('no such customer');
    },
  },
});
await worker.start();

const client = new Client(connection);
/** The task once it has ended, and how its attempts did. */
async function run(handler: string): Promise<[task: Task, outcomes: string]> {
  // Two explicit delays make three attempts. Without them: 3 attempts, 10s apart and doubling.
  const { id } = await client.enqueue(handler, null, { retry: { delays: ['20ms', '50ms'] } });
  const task = await client.wait(id, '10s');
  return [task, task.attempts.map(({ outcome }) => outcome).join(' ')];
}

const [, flaky] = await run('flaky');
console.log(`flaky: ${flaky}`);
const [polite, tries] = await run('polite');
console.log(`polite: ${tries}, ${polite.attempts[0]?.error?.message}`);
const [early, naps] = await run('early');
console.log(`early: ${naps}, ${early.failures} failures`);
const [hopeless, once] = await run('hopeless');
console.log(`hopeless: ${once}, ${hopeless.state}: ${hopeless.error?.message}`);

await client.close();
await worker.stop();
