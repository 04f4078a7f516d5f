/** Leaders and workers that are told to stop while Redis is gone or hangs: none of them waits for it. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from '../support/eventually.js';
import { Processes, type TestProcess } from '../support/processes.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

/** What a call to an absent Redis takes, and room for a busy machine, ms. */
const STOPPED = 7_500;
/** The same, a handler's time, and one more try to tell how it ended. */
const DRAINED = 10_000;

interface Scene {
  redis: TestRedis;
  stopped: TestProcess;
}

const died = [
  ['a moment ago', 0],
  ['a second ago', 1_000],
  ['a while ago', 7_000],
] as const;
const hangs = 'it hangs';
const leaders = new Map<string, Scene>();
const workers = new Map<string, Scene>();

const processes = new Processes();
const open: (() => unknown)[] = [];
let cwd: string;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'carillon-gone-'));
  open.push(() => rmSync(cwd, { recursive: true, force: true }));
  mkdirSync(join(cwd, 'schedules'));
  const tick = 'version: 1\nschedules:\n  tick: { handler: tick, every: 1s }\n';
  writeFileSync(join(cwd, 'schedules', 'tick.yaml'), tick);
  const handlers = `export default { nap: () => new Promise((resolve) => setTimeout(resolve, 300)) };`;
  writeFileSync(join(cwd, 'handlers.mjs'), handlers);
  // All of them before any test: whoever is being stopped shall not wait for others to begin.
  for (const when of [...died.map(([when]) => when), hangs]) {
    const redis = await startRedis();
    const stopped = await startLeader(redis);
    leaders.set(when, { redis, stopped });
  }
  for (const [when] of died) {
    const redis = await startRedis();
    const stopped = processes.carillon(['worker', 'handlers.mjs'], { cwd, env: environment(redis) });
    await stopped.line(/takes tasks/);
    workers.set(when, { redis, stopped });
  }
}, 120_000);
afterAll(async () => {
  await processes.stopAll();
  for (const end of open.splice(0).reverse()) await end();
}, 60_000);

async function startRedis(): Promise<TestRedis> {
  const redis = await startTestRedis();
  open.push(() => redis.stop());
  return redis;
}

const environment = ({ url }: TestRedis): Record<string, string> => ({ CARILLON_REDIS_URL: url });

async function startLeader(redis: TestRedis): Promise<TestProcess> {
  const node = processes.carillon(['start', '--port', '0'], { cwd, env: environment(redis) });
  const [, url = ''] = await node.line(/(http:\/\/127\.0\.0\.1:\d+)/);
  const leads = async () => {
    const answer = await fetch(`${url}/v1/cluster`);
    return ((await answer.json()) as { leader?: object | null }).leader;
  };
  await eventually(leads, Boolean, { within: 20_000 });
  return node;
}

function sceneOf(scenes: Map<string, Scene>, when: string): Scene {
  const scene = scenes.get(when);
  if (!scene) throw new Error(`no scene ${when}`);
  return scene;
}

async function kill(redis: TestRedis, ago: number): Promise<void> {
  redis.kill('SIGKILL');
  await redis.gone();
  await new Promise((resolve) => setTimeout(resolve, ago));
}

// Each waits as long as a call may take: together that is once.
describe.concurrent('without Redis', () => {
  it.each(died)('a leader that is stopped ends soon: it died %s', async (when, ago) => {
    const { redis, stopped } = sceneOf(leaders, when);
    await kill(redis, ago);
    expect(await stopped.stop('SIGTERM', STOPPED)).toEqual({ code: 0, signal: null });
  });

  it('a leader that is stopped ends soon: it hangs', async () => {
    const { redis, stopped } = sceneOf(leaders, hangs);
    redis.kill('SIGSTOP');
    const end = stopped.stop('SIGTERM', STOPPED);
    await end.finally(() => redis.kill('SIGCONT'));
    expect(await end).toEqual({ code: 0, signal: null });
  });

  it.each(died)('a worker under load that is stopped ends soon: it died %s', async (when, ago) => {
    const { redis, stopped } = sceneOf(workers, when);
    const client = new Client({ redis: redis.url, log: silentLog });
    const tasks = await client.enqueueMany(Array.from({ length: 200 }, () => ({ handler: 'nap' })));
    await eventually(async () => (await client.get(tasks[0]?.id ?? ''))?.state !== 'ready');
    await client.close();
    await kill(redis, ago);
    expect(await stopped.stop('SIGTERM', DRAINED)).toEqual({ code: 0, signal: null });
  });
});
