/** Deeds on many tasks whose leader is killed in the middle: the next one goes on, and each is done once. */

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Client, Fatal, Worker } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from '../support/eventually.js';
import { Processes, type TestProcess } from '../support/processes.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

const TASKS = 200;
/** A minute: some seconds for all of them. */
const PACE = 2_400;

let redis: TestRedis;
const processes = new Processes();
const cleanups: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await processes.stopAll();
});

async function cluster() {
  const connection = { redis: redis.url, namespace: uniqueNamespace(), log: silentLog };
  const env = {
    CARILLON_REDIS_URL: redis.url,
    CARILLON_NAMESPACE: connection.namespace,
    CARILLON_LEADER_TTL: '1s',
  };
  const nodes = new Map<string, { node: TestProcess; url: string }>();
  const start = async (name: string): Promise<void> => {
    const node = processes.carillon(['start', '--port', '0', '--name', name], { env });
    const [url] = await node.line(/http:\/\/[\d.]+:\d+/);
    nodes.set(name, { node, url });
  };
  await start('a');
  await start('b');
  const client = new Client(connection);
  cleanups.push(() => client.close());
  const worker = new Worker({
    ...{ ...connection, queues: ['q'], concurrency: 20 },
    handlers: {
      dies: async () => {
        throw new Fatal('no ink');
      },
    },
  });
  cleanups.push(() => worker.stop());

  const leader = async (): Promise<string> => {
    for (const { url } of nodes.values()) {
      const cluster = (await (await fetch(`${url}/v1/cluster`)).json()) as {
        leader: { node: string } | null;
      };
      if (cluster.leader && nodes.has(cluster.leader.node)) return cluster.leader.node;
    }
    return '';
  };
  /** Once it is some way on the leader dies. */
  async function killIn(id: string): Promise<void> {
    const at = await eventually(
      () => client.operations.get(id),
      ({ done }) => done > 10,
      { within: 30_000 },
    );
    expect([at.state, at.done < TASKS]).toEqual(['running', true]);
    const name = await eventually(leader, (one) => one !== '', { within: 30_000 });
    nodes.get(name)?.node.kill('SIGKILL');
    await nodes.get(name)?.node.exited;
    nodes.delete(name);
  }
  const ended = (id: string) =>
    eventually(
      () => client.operations.get(id),
      ({ state }) => state !== 'running',
      { within: 60_000 },
    );
  const facts = (fits: (queue: Awaited<ReturnType<typeof client.queues.get>>) => boolean) =>
    eventually(() => client.queues.get('q'), fits, { within: 60_000 });
  return { client, worker, start, killIn, ended, facts };
}

const make = (client: Client) =>
  client.enqueueMany(Array.from({ length: TASKS }, () => ({ handler: 'dies', queue: 'q' })));

it('a redrive by filter puts each back once, although all of them die again at once', {
  timeout: 120_000,
}, async () => {
  const { client, worker, killIn, ended, facts } = await cluster();
  await make(client);
  await worker.start();
  await facts(({ dead }) => dead === TASKS);
  const filter = { queue: 'q' };
  const { id } = await client.redriveMany({ filter, count: TASKS, perMinute: PACE });
  await killIn(id);
  expect(await ended(id)).toMatchObject({ state: 'done', matched: TASKS, done: TASKS, failed: 0 });
  await facts(({ dead }) => dead === TASKS);
  const { items } = await client.list({ queue: 'q', state: 'dead', limit: 1_000 });
  expect(items).toHaveLength(TASKS);
  expect(items.filter(({ attempt }) => attempt !== 2)).toEqual([]);
});

it('a purge cancels each once, and one that is aborted while nobody leads goes no further', {
  timeout: 120_000,
}, async () => {
  const { client, start, killIn, ended, facts } = await cluster();
  await make(client);
  const purge = await client.queues.purge('q', { count: TASKS, perMinute: PACE });
  await killIn(purge.id);
  expect(await ended(purge.id)).toMatchObject({ state: 'done', matched: TASKS, done: TASKS, failed: 0 });
  expect(await facts(({ ready }) => ready === 0)).toMatchObject({ cancelled: TASKS });

  await start('c');
  await make(client);
  const second = await client.cancelMany({ filter: { queue: 'q' }, count: TASKS, perMinute: PACE });
  await killIn(second.id);
  const { done } = await client.operations.abort(second.id, { reason: 'enough' });
  await start('d');
  const { cancelled } = await facts(({ cancelled }) => cancelled >= TASKS + done);
  // A third one, begun behind it, is done: whoever leads carries operations on.
  const rest = 2 * TASKS - cancelled;
  const third = await client.cancelMany({ filter: { queue: 'q' }, count: rest });
  expect(await ended(third.id)).toMatchObject({ state: 'done', done: rest });
  expect(await client.operations.get(second.id)).toMatchObject({
    ...{ state: 'aborted', problem: 'aborted: enough', done },
  });
});
