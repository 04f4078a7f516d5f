/** Scheduler nodes on a real Redis: the road without an API, hand-over, fencing, reaping and the idle budget. */

import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ScheduleDefinition } from '../../src/domain/schedule/schedule.js';
import { DEFAULT_RETRY } from '../../src/domain/task/retry.js';
import { type Campaign, startCampaign } from '../../src/election/campaign.js';
import { leaderOf } from '../../src/election/leader.js';
import { randomText } from '../../src/runtime/random.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { sleep } from '../../src/runtime/timers.js';
import { type Lead, SchedulerNode, type SchedulerNodeOptions } from '../../src/scheduler/node.js';
import { packSet } from '../../src/sets/body.js';
import { propose } from '../../src/sets/propose.js';
import type { Store, TaskDraft, Term } from '../../src/store/contract/index.js';
import { openStore, registryKeys } from '../../src/store/redis/index.js';
import { eventually } from '../support/eventually.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

const TTL = 2_000;
let redis: TestRedis;
const cleanups: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function connect(namespace: string, url = redis.url): Promise<Store> {
  const store = await openStore({ url, namespace, log: silentLog });
  cleanups.push(() => store.close());
  return store;
}

interface TestNode {
  node: SchedulerNode;
  campaign: Campaign;
  elected: Promise<Term>;
}

async function startNode(
  name: string,
  namespace: string,
  options: Partial<SchedulerNodeOptions> = {},
  url = redis.url,
) {
  const store = await connect(namespace, url);
  let campaign: Campaign | undefined;
  let tell = (_: Term): void => {};
  const elected = new Promise<Term>((resolve) => {
    tell = resolve;
  });
  const node = new SchedulerNode({
    ...{ store, log: silentLog, leaderTtlMs: TTL, leaseMs: 1_000, onElected: tell },
    presence: { id: `${name}~${randomText(4)}`, name, host: 'test', pid: 1, version: '0' },
    campaign(lead) {
      campaign = startCampaign({
        lockUrls: [url],
        lockKey: registryKeys(namespace).lock,
        node: name,
        ttlMs: TTL,
        store,
        lockOnData: true,
        onElected: lead,
        log: silentLog,
      });
      return campaign;
    },
    ...options,
  });
  await node.start();
  cleanups.push(() => node.stop());
  return { node, elected, campaign } as TestNode;
}

/** A node whose election the test plays by hand. */
async function startActor(name: string, namespace: string) {
  const resigned: string[] = [];
  let lead: Lead | undefined;
  const { node, elected } = await startNode(name, namespace, {
    campaign(given) {
      lead = given;
      return { stop: async () => {}, resign: async () => void resigned.push(name), wake() {} };
    },
  });
  const store = await connect(namespace);
  return {
    node,
    resigned,
    async elect(): Promise<Term> {
      const term = await store.allocateTerm(name, `lock of ${name}`);
      const abort = new AbortController();
      if (!term || !lead) throw new Error('cannot be elected');
      const led = lead(term, abort.signal);
      cleanups.push(async () => {
        abort.abort();
        await led;
      });
      return elected;
    },
  };
}

const definition = (id: string, every: number): ScheduleDefinition => ({
  ...{ id, handler: 'h', spec: { kind: 'every', every, phase: 0 }, queue: 'default', priority: 'normal' },
  ...{ retry: { ...DEFAULT_RETRY }, catchUp: { policy: 'latest', window: 60_000, max: 10 } },
  ...{ enabled: true, labels: {}, overlap: 'allow' },
});

async function declare(
  store: Store,
  id: string,
  every = 1_000,
  more: Partial<ScheduleDefinition> = {},
): Promise<number> {
  const now = await store.time();
  const cursor = Math.ceil(now / every) * every;
  await store.open('default');
  const schedule = {
    definition: { ...definition(id, every), ...more },
    revision: 1,
    source: { kind: 'api', set: 'test' },
    createdAt: now,
    updatedAt: now,
  } as const;
  await store.edit('default', { id, expect: null, schedule, cursor, withdraw: null });
  return cursor;
}

const draft = (id: string, due: number): TaskDraft => ({
  ...{ id, handler: 'h', priority: 'normal', due, createdAt: 0, payload: '' },
});

/** An id of the queue's partition, and a task under it. */
async function enqueue(store: Store, name: string, due: number): Promise<string> {
  const id = `${await store.open('default')}-${name}`;
  await store.enqueue('default', [draft(id, due)]);
  return id;
}

test('schedules become ready tasks, each instant once, while leaders come and go', async () => {
  const namespace = uniqueNamespace();
  const store = await connect(namespace);
  const first = await declare(store, 's');
  const a = await startNode('a', namespace);
  await a.elected;
  const b = await startNode('b', namespace);
  await eventually(
    async () => (await store.queueFacts('default')).ready,
    (ready) => ready >= 2,
  );
  await a.node.stop();
  const term = await b.elected;
  const { cursor } = (await store.schedule('s')) ?? {};
  await eventually(
    async () => (await store.schedule('s'))?.cursor,
    (now) => (now ?? 0) > (cursor ?? 0),
  );
  const end = ((await store.schedule('s'))?.cursor ?? 0) - 1_000;
  const nominals = Array.from({ length: (end - first) / 1_000 + 1 }, (_, i) => first + i * 1_000);
  expect([...(await store.runs('s', nominals)).keys()]).toEqual(nominals);
  const facts = await store.queueFacts('default');
  expect(facts.scheduled + facts.ready).toBe(nominals.length);
  expect(term.number).toBeGreaterThan((await a.elected).number);
});

test('a schedule with maxRuns and jitter runs just so often, never early, while leaders change', async () => {
  const namespace = uniqueNamespace();
  const store = await connect(namespace);
  // Planned one or two at a time, so that both leaders have a part in it.
  const a = await startNode('a', namespace, { horizon: 1_000 });
  await a.elected;
  const b = await startNode('b', namespace, { horizon: 1_000 });
  const first = await declare(store, 's', 1_000, { maxRuns: 3, jitter: 600 });
  const other = await declare(store, 'endless');
  const ran = new Map<string, number>();
  let nonce = 0;
  const run = async () => {
    nonce += 1;
    const claim = { worker: 'w', nonce, want: 10, handlers: ['h'], leaseMs: 60_000, completions: [] };
    const { tasks, now } = await store.claim('default', claim);
    for (const { id, dueAt } of tasks) {
      expect(now).toBeGreaterThanOrEqual(dueAt);
      ran.set(id, (ran.get(id) ?? 0) + 1);
    }
    return [...ran.keys()].filter((id) => id.startsWith('s@')).length;
  };
  await eventually(run, (count) => count >= 1);
  await a.node.stop();
  await b.elected;
  await eventually(run, (count) => count >= 3);
  // The other one shows that planning went on, well past the last run.
  await eventually(run, () => ran.has(`endless@${other + 6_000}`));
  expect(await store.schedule('s')).toMatchObject({ runs: 3, cursor: null });
  const nominals = Array.from({ length: 10 }, (_, i) => first + i * 1_000);
  expect((await store.runs('s', nominals)).size).toBe(3);
  const ids = nominals.slice(0, 3).map((nominal) => `s@${nominal}`);
  expect([...ran].filter(([id]) => id.startsWith('s@')).sort()).toEqual(ids.map((id) => [id, 1]));
  const late = await Promise.all(
    ids.map(async (id, i) => ((await store.find(id))?.dueAt ?? 0) - (nominals[i] ?? 0)),
  );
  for (const ms of late) expect(ms >= 0 && ms <= 600).toBe(true);
});

test('the leader is known to everybody, and nodes are present until they leave', async () => {
  const namespace = uniqueNamespace();
  const store = await connect(namespace);
  const a = await startNode('a', namespace);
  const term = await a.elected;
  const b = await startNode('b', namespace);
  const names = async () => (await store.present('node')).map(({ name }) => name).sort();
  await eventually(names, (present) => present.join() === 'a,b');
  expect(leaderOf(await store.office(), await b.campaign.holder())).toMatchObject({
    node: 'a',
    number: term.number,
  });
  expect(a.node.term?.number).toBe(term.number);
  await b.node.stop();
  expect(await names()).toEqual(['a']);
});

test('a queue opened later is promoted on time, never early, and planned in', async () => {
  const namespace = uniqueNamespace();
  const { elected } = await startNode('a', namespace);
  await elected;
  const store = await connect(namespace);
  const now = await store.time();
  const later = await enqueue(store, 'later', now + 700);
  const seen = await eventually(
    async () => ({ state: (await store.find(later))?.state, at: await store.time() }),
    ({ state }) => state === 'ready',
  );
  expect(seen.at).toBeGreaterThanOrEqual(now + 700);
  await declare(store, 's');
  await eventually(async () => (await store.queueFacts('default')).scheduled > 5);
});

test('an earlier task wakes a promoter that sleeps towards a later one', async () => {
  const namespace = uniqueNamespace();
  await (await startNode('a', namespace, { leaseMs: 10_000 })).elected;
  const store = await connect(namespace);
  const now = await store.time();
  const far = await enqueue(store, 'far', now + 3_600_000);
  await sleep(300);
  const near = await enqueue(store, 'near', now + 600);
  // Unwoken it would look again after five seconds.
  await eventually(async () => (await store.find(near))?.state === 'ready', Boolean, { within: 3_000 });
  expect((await store.find(far))?.state).toBe('scheduled');
});

test('without a leader a standby still promotes and reaps what is overdue', async () => {
  const namespace = uniqueNamespace();
  const standby = await startActor('standby', namespace);
  const store = await connect(namespace);
  const due = await enqueue(store, 'due', (await store.time()) + 200);
  await eventually(async () => (await store.find(due))?.state === 'ready');
  const claim = { worker: 'w~1', nonce: 1, want: 1, handlers: ['h'], leaseMs: 500, completions: [] };
  expect((await store.claim('default', claim)).tasks).toHaveLength(1);
  await eventually(async () => (await store.find(due))?.state === 'ready');
  expect(await store.find(due)).toMatchObject({
    failures: 1,
    history: [{ worker: 'w~1', outcome: 'lost' }],
  });
  expect(standby.node.term).toBeNull();
});

test('a leader that does not know it was followed is fenced and resigns', async () => {
  const namespace = uniqueNamespace();
  const store = await connect(namespace);
  await store.open('default');
  const old = await startActor('old', namespace);
  await old.elect();
  const young = await startActor('young', namespace);
  const { number } = await young.elect();
  expect(old.resigned).toEqual([]);
  const cursor = await declare(store, 's');
  await eventually(() => old.resigned.length > 0);
  await eventually(async () => (await store.find(`s@${cursor}`)) !== null);
  expect(young.node.term?.number).toBe(number);
  expect(young.resigned).toEqual([]);
});

test('a leader whose term was lost with the data takes office again', async () => {
  const namespace = uniqueNamespace();
  const store = await connect(namespace);
  await store.open('default');
  const leader = await startActor('a', namespace);
  await leader.elect();
  const raw = new Redis(redis.url);
  cleanups.push(async () => raw.disconnect());
  await raw.del(`{${namespace}:default}:term`);
  const cursor = await declare(store, 's');
  await eventually(async () => (await store.find(`s@${cursor}`)) !== null);
  expect(leader.resigned).toEqual([]);
});

test('when Redis was away, a leader is found and the schedule goes on', async () => {
  const own = await startTestRedis({ persistence: 'aof' });
  const namespace = uniqueNamespace();
  cleanups.push(() => own.stop());
  const store = await connect(namespace, own.url);
  const first = await declare(store, 's');
  const { elected } = await startNode('a', namespace, {}, own.url);
  await elected;
  const cursor = () => store.schedule('s').then((row) => row?.cursor ?? 0);
  const before = await eventually(cursor, (at) => at > first);
  await own.restart();
  await eventually(cursor, (at) => at > before, { within: 20_000 });
});

test('the file set in force is carried out in office, also what is proposed later', async () => {
  const namespace = uniqueNamespace();
  const store = await connect(namespace);
  const declared = (id: string) => ({
    definition: definition(id, 60_000),
    place: { file: 'a.yaml', line: 1, column: 1 },
  });
  const put = async (...ids: string[]) => {
    const packed = await packSet(ids.map(declared));
    const proposing = { set: 'files', packed, nonce: randomText(8), node: 'a', process: 'a~1' };
    await propose(store, proposing, await store.time());
  };
  const stored = async () => (await store.schedules()).map(({ schedule }) => schedule.definition.id);
  await put('one');
  await (await startNode('a', namespace)).elected;
  await eventually(stored, (ids) => ids.join() === 'one');
  await put('one', 'two');
  await eventually(stored, (ids) => ids.join() === 'one,two');
});

test('an idle leader sends at most three commands a second', async () => {
  const namespace = uniqueNamespace();
  const store = await connect(namespace);
  await store.open('default');
  await declare(store, 'yearly', 365 * 86_400_000);
  await (await startNode('a', namespace, { leaseMs: 10_000 })).elected;
  await sleep(1_500);
  const monitor = await new Redis(redis.url).monitor();
  cleanups.push(async () => monitor.disconnect());
  let sent = 0;
  monitor.on('monitor', (_time: string, _args: string[], source: string) => {
    if (source !== 'lua') sent += 1;
  });
  await sleep(10_000);
  expect(sent).toBeGreaterThan(0);
  expect(sent / 10).toBeLessThanOrEqual(3);
});
