/** Queues that nobody uses are looked at rarely, and a lease that begins in one of them is heard of. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import type { Signal, Store } from '../../src/store/contract/index.js';
import { openStore } from '../../src/store/redis/index.js';
import { eventually } from '../support/eventually.js';
import { Processes } from '../support/processes.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const processes = new Processes();
const open: (() => unknown)[] = [];
afterEach(async () => {
  await processes.stopAll();
  for (const end of open.splice(0).reverse()) await end();
});

async function start(): Promise<{ redis: TestRedis; store: Store; admin: Redis }> {
  const redis = await startTestRedis();
  open.push(() => redis.stop());
  const store = await openStore({ url: redis.url, namespace: 'carillon' });
  open.push(() => store.close());
  const admin = new Redis(redis.url);
  open.push(() => admin.disconnect());
  return { redis, store, admin };
}

describe('a quiet queue', () => {
  it('tells of its first lease, once', async () => {
    const { store } = await start();
    const code = await store.open('main');
    const heard: Signal[] = [];
    await store.subscribe((signal) => heard.push(signal));
    const told = () => heard.filter(({ kind }) => kind === 'due').length;
    const draft = (n: number) => ({
      ...{ id: `${code}-${n}`, handler: 'h', priority: 'normal' as const, due: 0, createdAt: 1, payload: '' },
    });
    const claim = (worker: string) =>
      store.claim('main', { worker, nonce: 1, want: 1, handlers: ['h'], leaseMs: 60_000, completions: [] });
    expect(await store.promote('main', 1)).toMatchObject({ nextDue: null, nextLease: null });
    await store.enqueue('main', [draft(1), draft(2), draft(3)]);
    const { tasks } = await claim('a');
    await eventually(() => told() === 1);
    await claim('b');
    // Heard in order: what the second claim might have told would come before this.
    await store.open('other');
    await eventually(() => heard.some((signal) => signal.kind === 'partition'));
    expect(told()).toBe(1);
    expect(tasks).toHaveLength(1);
  });
});

describe('a node', () => {
  it('hears of a dead worker in a queue it rarely looks at', { timeout: 60_000 }, async () => {
    const { redis, store, admin } = await start();
    await store.open('idle');
    const directory = await mkdtemp(join(tmpdir(), 'carillon-idle-'));
    open.push(() => rm(directory, { recursive: true, force: true }));
    const node = processes.carillon(['start', '--port', '0', '--schedules', directory], {
      env: { CARILLON_REDIS_URL: redis.url, CARILLON_LEASE: '1s' },
    });
    await node.line(/http:\/\//);
    await eventually(() => admin.get('{carillon:idle}:quiet'), Boolean, { within: 20_000 });
    const code = await store.open('idle');
    const task = {
      id: `${code}-1`,
      handler: 'h',
      priority: 'normal' as const,
      due: 0,
      createdAt: 1,
      payload: '',
    };
    await store.enqueue('idle', [task]);
    const { tasks } = await store.claim('idle', {
      ...{ worker: 'dies', nonce: 1, want: 1, handlers: ['h'], leaseMs: 1_000, completions: [] },
    });
    expect(tasks).toHaveLength(1);
    // Sooner than the next look of its own could be.
    const facts = await eventually(
      () => store.find(task.id),
      (found) => found?.state !== 'running',
      {
        within: 10_000,
      },
    );
    expect(facts).toMatchObject({ failures: 1 });
  });
});

describe('what was told of many queues', () => {
  it('is answered by a Redis Cluster as well, which takes one slot at a time', async () => {
    const redis = await startTestRedis({ config: { 'cluster-enabled': 'yes' } });
    open.push(() => redis.stop());
    const admin = new Redis(redis.url);
    open.push(() => admin.disconnect());
    await admin.cluster('ADDSLOTSRANGE', 0, 16_383);
    await eventually(async () => (await admin.cluster('INFO')).includes('cluster_state:ok'));
    const store = await openStore({ url: redis.url, namespace: 'carillon' });
    open.push(() => store.close());
    for (const queue of ['a', 'b']) await store.open(queue);
    const told = await store.told(['a', 'nobody', 'b']);
    expect(told.map((count) => count !== '')).toEqual([true, false, true]);
    expect(await store.glance(['a', 'b'])).toHaveLength(2);
  });
});
