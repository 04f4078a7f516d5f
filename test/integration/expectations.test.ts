/** What is expected of a schedule, on real nodes: told by one of them, shown by all, and cleared once a worker comes. */

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Client, Worker } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from '../support/eventually.js';
import { Processes } from '../support/processes.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

const processes = new Processes();
const open: (() => unknown)[] = [];
let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
  await processes.stopAll();
});

it('is told once in the cluster when it is missed, and once when it is kept again', {
  timeout: 60_000,
}, async () => {
  const namespace = uniqueNamespace();
  const options = { redis: redis.url, namespace, log: silentLog };
  const args = ['start', '--redis', redis.url, '--namespace', namespace, '--port', '0'];
  const nodes = [processes.carillon(args), processes.carillon(args)];
  const urls = await Promise.all(
    nodes.map(async (node) => (await node.line(/(http:\/\/[\w.]+:\d+)/))[1] ?? ''),
  );
  const client = new Client(options);
  open.push(() => client.close());
  await client.schedules.put('often', {
    ...{ handler: 'work', every: '1s', expect: { startWithin: '500ms' } },
  });
  const kinds = async (url: string): Promise<string[]> => {
    const { items } = (await (await fetch(`${url}/v1/alerts`)).json()) as { items: { id: string }[] };
    return items.map(({ id }) => id).filter((id) => id.includes('often'));
  };
  await eventually(
    async () => (await kinds(urls[1] ?? '')).includes('expectation:often:startWithin'),
    Boolean,
    {
      within: 20_000,
    },
  );
  // Runs are skipped behind the first one, which waits for a worker.
  await eventually(async () => (await kinds(urls[0] ?? '')).includes('skipBehindIdle:often'), Boolean, {
    within: 10_000,
  });
  const { expectations } = await client.schedules.get('often');
  expect(expectations).toMatchObject([{ kind: 'startWithin', limit: '500ms', state: 'missed' }]);
  const worker = new Worker({ ...options, handlers: { work: async () => 1 } });
  await worker.start();
  open.push(() => worker.stop());
  await eventually(
    () => kinds(urls[1] ?? ''),
    (ids) => ids.length === 0,
    { within: 20_000 },
  );
  expect((await client.schedules.get('often')).expectations).toMatchObject([{ state: 'ok' }]);
  // Told by the node that looks, a moment later.
  const told = (): string => nodes.map(({ output }) => output).join('\n');
  await eventually(() => told().includes('no longer so: often'), Boolean, { within: 10_000 });
  expect(told().match(/often was to start within 500ms/g)?.length).toBe(2);
  expect(told().match(/no longer so: often/g)?.length).toBe(1);
});
