/** A task that nobody can run is told by the node that leads. */

import { afterAll, afterEach, beforeAll, it } from 'vitest';
import { Client } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { Processes } from '../support/processes.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

const processes = new Processes();
let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
afterEach(() => processes.stopAll());

it('is told in its log, whoever made the task', async () => {
  const namespace = uniqueNamespace();
  const args = ['start', '--redis', redis.url, '--namespace', namespace, '--port', '0'];
  const node = processes.carillon(args);
  await node.line(/elected leader/);
  const client = new Client({ redis: redis.url, namespace, log: silentLog });
  try {
    await client.enqueue('nobody.has', {}, { queue: 'lost' });
    await node.line(
      /1 task waits in the queue lost for the handler nobody\.has, which no worker of that queue has/,
      60_000,
    );
  } finally {
    await client.close();
  }
});
