/** Catch-up on a real Redis: paced through a change of leader, each run told what it stands for, and none twice. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { StoredSchedule } from '../../src/domain/schedule/schedule.js';
import { startCampaign } from '../../src/election/campaign.js';
import { randomText } from '../../src/runtime/random.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { SchedulerNode } from '../../src/scheduler/node.js';
import type { Store } from '../../src/store/contract/index.js';
import { openStore, registryKeys } from '../../src/store/redis/index.js';
import type { TaskContext } from '../../src/worker/context.js';
import { Worker } from '../../src/worker/worker.js';
import { eventually } from '../support/eventually.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';
import { define } from '../unit/domain/schedule/definitions.js';

let redis: TestRedis;
const namespace = uniqueNamespace();
const cleanups: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function connect(): Promise<Store> {
  const store = await openStore({ url: redis.url, namespace, log: silentLog });
  cleanups.push(() => store.close());
  return store;
}

async function startNode(name: string): Promise<{ stop(): Promise<void>; elected: Promise<unknown> }> {
  const store = await connect();
  let tell = (): void => {};
  const elected = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const node = new SchedulerNode({
    ...{ store, log: silentLog, leaderTtlMs: 2_000, leaseMs: 1_000, onElected: tell },
    presence: { id: `${name}~${randomText(4)}`, name, host: 'test', pid: 1, version: '0' },
    campaign: (onElected) =>
      startCampaign({
        ...{ lockUrls: [redis.url], lockKey: registryKeys(namespace).lock, node: name, ttlMs: 2_000 },
        ...{ store, lockOnData: true, onElected, log: silentLog },
      }),
  });
  await node.start();
  cleanups.push(() => node.stop());
  return { stop: () => node.stop(), elected };
}

type Told = NonNullable<TaskContext['schedule']> & { due: number };

async function startWorker(told: Told[]): Promise<void> {
  const run = (_: unknown, ctx: TaskContext): void => {
    if (ctx.schedule) told.push({ ...ctx.schedule, due: Date.parse(ctx.task.dueAt) });
  };
  const worker = new Worker({ handlers: { run } }, { store: await connect(), log: silentLog });
  await worker.start();
  cleanups.push(() => worker.stop());
}

/** As if it had been made five minutes ago, when everything went away. */
async function leftAlone(store: Store, id: string, catchUp: object): Promise<number> {
  const now = await store.time('default');
  const since = Math.floor(now / 10_000) * 10_000 - 300_000;
  const definition = define({ handler: 'run', every: '10s', overlap: 'allow', catchUp }, id);
  const source = { kind: 'api', set: 'api' } as const;
  const schedule: StoredSchedule = {
    ...{ definition, revision: since + 1, source, createdAt: since + 1, updatedAt: since + 1 },
  };
  await store.open('default');
  const edit = { id, expect: null, schedule, cursor: since + 10_000, withdraw: null };
  expect(await store.edit('default', edit)).toBe('ok');
  return since + 1;
}

test('what passed is caught up at its pace, through a change of leader, and its intervals are whole', async () => {
  const store = await connect();
  const since = await leftAlone(store, 'paced', { policy: 'all', perMinute: 600 });
  await leftAlone(store, 'last', { policy: 'latest' });
  const told: Told[] = [];
  await startWorker(told);
  await startWorker(told);
  const first = await startNode('a');
  await first.elected;
  await startNode('b');
  const of = (id: string) => told.filter((one) => one.id === id);
  await eventually(
    () => of('paced').length,
    (count) => count > 5,
  );
  await first.stop();
  const backlog = () => store.undecided('default', -1, 1);
  await eventually(backlog, ({ next }) => next === null, { within: 20_000 });
  await eventually(
    () => of('paced').filter((one) => one.catchUp).length,
    (count) => count >= 24,
  );

  const all = of('paced').sort((a, b) => (a.nominalAt < b.nominalAt ? -1 : 1));
  let from = new Date(since).toISOString();
  for (const { nominalAt, interval, missedCount } of all) {
    expect([interval, missedCount]).toEqual([{ from, to: nominalAt }, 0]);
    from = nominalAt;
  }
  const due = all.filter((one) => one.catchUp).map((one) => one.due);
  expect(due).toEqual([...due].sort((a, b) => a - b));
  const apart = due.slice(1).map((at, i) => at - (due[i] ?? 0));
  expect(Math.min(...apart)).toBeGreaterThanOrEqual(100);

  const latest = of('last').find((one) => one.catchUp);
  expect(latest).toMatchObject({ kind: 'catchUp', interval: { from: new Date(since).toISOString() } });
  expect(latest?.missedCount).toBeGreaterThan(20);
  expect(latest?.upcoming).toHaveLength(5);
});
