/** Two ways to test handlers: as the functions they are, and on the road, in a namespace of the test's own. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Client, type TaskContext, Worker } from 'carillon';

/** What is under test; usually it stands in a module of its own. */
const handlers = {
  'invoices.close': async ({ ids }: { ids: number[] }, ctx: Pick<TaskContext, 'attempt' | 'signal'>) => {
    const closed: number[] = [];
    for (const id of ids) {
      ctx.signal.throwIfAborted();
      if (id < 0 && ctx.attempt === 1) throw new Error('the ledger is locked');
      closed.push(id);
    }
    return { closed: closed.length, attempt: ctx.attempt };
  },
};

// By itself: no Redis, no worker. `Pick` above says what it needs of its context.
const stop = new AbortController();
const result = await handlers['invoices.close']({ ids: [1, 2, 3] }, { attempt: 1, signal: stop.signal });
assert.deepEqual(result, { closed: 3, attempt: 1 });
stop.abort();
const aborted = handlers['invoices.close']({ ids: [1] }, { attempt: 1, signal: stop.signal });
await assert.rejects(aborted, { name: 'AbortError' });
console.log(`by itself: ${result.closed} invoices, closed at the first attempt`);

// On the road: a namespace of its own keeps tests apart from each other and from everything else on that Redis.
const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: `test-${randomUUID()}`,
};
const worker = new Worker({ ...connection, handlers });
await worker.start();
const client = new Client(connection);
const { id } = await client.enqueue('invoices.close', { ids: [-1] }, { retry: { delays: ['10ms'] } });
const task = await client.wait(id, '10s');
assert.deepEqual(task.result, { closed: 1, attempt: 2 });
assert.deepEqual(
  task.attempts.map(({ outcome }) => outcome),
  ['failed', 'completed'],
);
console.log(`on the road: ${task.state} after retrying`);

await client.close();
await worker.stop();
