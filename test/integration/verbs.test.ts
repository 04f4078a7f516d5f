/** A leader that is killed in the middle of a backfill, while a schedule is paused until a time: the next one goes on. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Client, Worker } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from '../support/eventually.js';
import { Processes, type TestProcess } from '../support/processes.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

const MINUTE = 60_000;
const RUNS = 120;

let redis: TestRedis;
let cwd: string;
let processes: Processes;
let client: Client;
let namespace: string;

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'carillon-verbs-'));
  processes = new Processes();
  namespace = uniqueNamespace();
  client = new Client({ redis: redis.url, namespace, log: silentLog });
});
afterEach(async () => {
  await processes.stopAll();
  await client.close();
  rmSync(cwd, { recursive: true, force: true });
});

async function startNode(name: string): Promise<{ name: string; url: string; process: TestProcess }> {
  const env = { CARILLON_REDIS_URL: redis.url, CARILLON_NAMESPACE: namespace, CARILLON_LEADER_TTL: '1s' };
  const args = ['start', '--name', name, '--port', '0', '--schedules', 'none'];
  const started = processes.carillon(args, { cwd, env });
  const [url = ''] = await started.line(/http:\/\/[^\s"]+/);
  return { name, url, process: started };
}

async function leaderBy(url: string): Promise<string | undefined> {
  const answer = (await (await fetch(`${url}/v1/cluster`)).json()) as { leader: { node: string } | null };
  return answer.leader?.node;
}

it('goes on with a backfill and ends a pause on time under the next leader: each run once', async () => {
  const nodes = await Promise.all(['a', 'b', 'c'].map(startNode));
  const [first] = nodes;
  if (!first) throw new Error('no node');
  const leading = await eventually(() => leaderBy(first.url));
  await client.schedules.put('often', { handler: 'h', cron: '* * * * *' });
  await client.schedules.put('resting', { handler: 'h', every: '1s', overlap: 'allow' });
  const to = Math.floor(Date.now() / MINUTE) * MINUTE - MINUTE;
  const range = { from: new Date(to - RUNS * MINUTE), to: new Date(to) };
  expect(await client.schedules.backfill('often', { ...range, dryRun: true })).toMatchObject({ count: RUNS });
  const { id } = await client.schedules.backfill('often', { ...range, perMinute: 1_200, by: 'ann' });
  const until = new Date(Date.now() + 8_000);
  await client.schedules.pause('resting', { until, reason: 'works' });

  await eventually(async () => (await client.operations.get(id)).done >= 20);
  nodes.find(({ name }) => name === leading)?.process.kill('SIGKILL');
  const done = await eventually(
    () => client.operations.get(id),
    ({ state }) => state !== 'running',
    { within: 40_000, every: 100 },
  );
  expect(done).toMatchObject({ state: 'done', matched: RUNS, done: RUNS, failed: 0, by: 'ann' });
  const nominals = Array.from({ length: RUNS }, (_, n) => to - (RUNS - n) * MINUTE);
  const runs = await Promise.all(nominals.map((nominal) => client.get(`often@${nominal}+${id}`)));
  expect(runs.every((run) => run?.schedule?.kind === 'backfill')).toBe(true);
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await client.list({ schedule: 'often', limit: 1_000, ...(cursor ? { cursor } : {}) });
    for (const task of page.items) if (task.id.includes('+')) seen.add(task.id);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(seen.size).toBe(RUNS);
  // A repetition creates nothing.
  expect(await client.schedules.backfill('often', { ...range, dryRun: true })).toMatchObject({ count: 0 });

  const resting = await eventually(
    () => client.schedules.get('resting'),
    ({ state }) => state === 'enabled',
    { within: 20_000, every: 100 },
  );
  expect(resting).not.toHaveProperty('paused');
  const at = Math.ceil(until.getTime() / 1_000) * 1_000;
  const around = { from: new Date(at - 2_000), to: new Date(at) };
  const fates = await eventually(
    async () => (await client.schedules.occurrences('resting', around)).items,
    (items) => items.at(-1)?.fate === 'fired',
  );
  expect(fates.map(({ fate, reason }) => [fate, reason])).toEqual([
    ['skipped', 'paused'],
    ['skipped', 'paused'],
    ['fired', undefined],
  ]);
});

it('runs a schedule by hand, refuses behind a run in progress, and pauses what keeps dying', async () => {
  const node = await startNode('a');
  await eventually(() => leaderBy(node.url));
  let letGo = (): void => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const handlers = {
    slow: async (payload: unknown) => {
      await held;
      return payload;
    },
    dies: async () => {
      throw new Error('no');
    },
  };
  const worker = new Worker({ redis: redis.url, namespace, handlers, log: silentLog });
  await worker.start();
  try {
    await client.schedules.put('yearly', { handler: 'slow', cron: '@yearly', payload: 1 });
    const first = await client.schedules.trigger('yearly', { payload: { by: 'hand' } });
    expect(first).toMatchObject({ schedule: { id: 'yearly', kind: 'trigger' }, payload: { by: 'hand' } });
    await eventually(async () => (await client.get(first.id))?.state === 'running');
    await expect(client.schedules.trigger('yearly')).rejects.toThrow(
      `The run ${first.id} of yearly is in progress`,
    );
    const beside = await client.schedules.trigger('yearly', { overlap: 'allow' });
    await eventually(async () => (await client.get(beside.id))?.state === 'running');
    letGo();
    expect(await client.wait(first.id)).toMatchObject({ state: 'completed', result: { by: 'hand' } });
    expect(await client.wait(beside.id)).toMatchObject({ state: 'completed', result: 1 });
    const again = await client.schedules.trigger('yearly');
    expect(await client.wait(again.id)).toMatchObject({ state: 'completed' });

    const retry = { maxAttempts: 1 };
    await client.schedules.put('mortal', { handler: 'dies', every: '1s', retry, pauseAfter: 2 });
    const paused = await eventually(
      () => client.schedules.get('mortal'),
      ({ state }) => state === 'paused',
      { within: 20_000, every: 100 },
    );
    expect(paused).toMatchObject({ paused: { reason: 'its last 2 runs are dead (pauseAfter)', streak: 2 } });
    const alerts = async () =>
      (
        (await (await fetch(`${node.url}/v1/alerts`)).json()) as {
          items: { kind: string; subject: string }[];
        }
      ).items;
    await eventually(alerts, (items) =>
      items.some(({ kind, subject }) => kind === 'schedulePaused' && subject === 'mortal'),
    );
  } finally {
    letGo();
    await worker.stop();
  }
});
