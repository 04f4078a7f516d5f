/** Two callers put one schedule into two queues at once: it is in one of them, fires there, and can be removed. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { type EditResult, putSchedule, removeSchedule } from '../../src/schedules/edit.js';
import { openStore } from '../../src/store/redis/index.js';
import { Processes } from '../support/processes.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { definition } from '../unit/scheduler/support.js';

const ROUNDS = 20;
const QUEUES = ['qa', 'qb'];

const processes = new Processes();
const open: (() => unknown)[] = [];
afterEach(async () => {
  await processes.stopAll();
  for (const end of open.splice(0).reverse()) await end();
});

async function start(): Promise<TestRedis> {
  const redis = await startTestRedis();
  open.push(() => redis.stop());
  return redis;
}

/** Which queues hold the schedule. */
function holders(redis: TestRedis, namespace: string): (id: string) => Promise<string[]> {
  const connection = new Redis(redis.url);
  open.push(() => connection.disconnect());
  return async (id) => {
    const held = await Promise.all(
      QUEUES.map((queue) => connection.hexists(`{${namespace}:${queue}}:schedules`, id)),
    );
    return QUEUES.filter((_, i) => held[i] === 1);
  };
}

describe('two PUTs at once into two queues', () => {
  it('over the store: exactly one partition holds it, and removing it leaves none', async () => {
    const redis = await start();
    const stores = await Promise.all(QUEUES.map(() => openStore({ url: redis.url, namespace: 'races' })));
    open.push(() => Promise.all(stores.map((store) => store.close())));
    const holding = holders(redis, 'races');
    const put = async (id: string): Promise<EditResult[]> => {
      const now = (await stores[0]?.time()) ?? 0;
      return Promise.all(
        stores.map((store, i) =>
          putSchedule(store, definition(id, { queue: QUEUES[i] ?? '' }), { kind: 'api', set: 'api' }, now),
        ),
      );
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = `x-${round}`;
      const words = (await put(id)).map(({ word }) => word);
      expect(words).toContain('created');
      for (const word of words) expect(['created', 'changed', 'stale', 'behind']).toContain(word);
      expect(await holding(id)).toHaveLength(1);
      const [store] = stores;
      if (!store) throw new Error('no store');
      expect((await store.schedule(id))?.queue).toBe((await holding(id))[0]);
      expect(await removeSchedule(store, id, await store.time())).toMatchObject({ word: 'removed' });
      expect(await holding(id)).toEqual([]);
    }
  });

  it('over HTTP, through two nodes that plan meanwhile', { timeout: 60_000 }, async () => {
    const redis = await start();
    const holding = holders(redis, 'carillon');
    const directory = await mkdtemp(join(tmpdir(), 'carillon-races-'));
    open.push(() => rm(directory, { recursive: true, force: true }));
    const env = { CARILLON_REDIS_URL: redis.url };
    const nodes = ['n1', 'n2'].map((name) =>
      processes.carillon(['start', '--port', '0', '--schedules', directory, '--name', name], { env }),
    );
    const urls = await Promise.all(
      nodes.map(async (node) => (await node.line(/(http:\/\/127\.0\.0\.1:\d+)/))[1] ?? ''),
    );
    for (let round = 0; round < ROUNDS; round += 1) {
      const address = (node: number): string => `${urls[node]}/v1/schedules/x-${round}`;
      const answers = await Promise.all(
        QUEUES.map((queue, node) =>
          fetch(address(node), {
            method: 'PUT',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ handler: 'h', every: '1s', queue }),
          }),
        ),
      );
      const statuses = answers.map(({ status }) => status);
      expect(statuses).toContain(201);
      for (const status of statuses) expect([200, 201, 409]).toContain(status);
      expect(await holding(`x-${round}`)).toHaveLength(1);
      expect((await fetch(address(round % 2), { method: 'DELETE' })).status).toBe(204);
      expect(await holding(`x-${round}`)).toEqual([]);
    }
  });
});
