/** What a running cluster does when its data is lost or replaced, or its lock masters are gone. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registryKeys } from '../../src/store/redis/index.js';
import { eventually } from '../support/eventually.js';
import { Processes, type TestProcess } from '../support/processes.js';
import { redisCommand, startTestRedis, type TestRedis } from '../support/redis.js';

const NAMESPACE = 'loss';
/** I5: scheduling has recovered by then, ms. */
const RECOVERED = 10_000;

const processes = new Processes();
const servers: TestRedis[] = [];
let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'carillon-loss-'));
});
afterEach(async () => {
  await processes.stopAll();
  for (const server of servers.splice(0)) await server.stop();
  rmSync(cwd, { recursive: true, force: true });
});

async function startRedis(): Promise<TestRedis> {
  const server = await startTestRedis();
  servers.push(server);
  return server;
}

interface Cluster {
  leader: { node: string; term: number } | null;
  nodes: { name: string; role: string }[];
}

/** One node and the way to ask its API. */
async function startNode(name: string, env: Record<string, string>) {
  const node = processes.carillon(['start', '--port', '0', '--name', name], { cwd, env });
  const [, url = ''] = await node.line(/(http:\/\/127\.0\.0\.1:\d+)/);
  return { node, url, cluster: () => cluster(url) };
}

async function cluster(url: string): Promise<Cluster> {
  const answer = await fetch(`${url}/v1/cluster`);
  if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Cluster;
}

const leads = ({ leader, nodes }: Cluster): boolean => leader !== null && nodes.length > 0;

function environment({ url }: TestRedis): Record<string, string> {
  return { CARILLON_REDIS_URL: url, CARILLON_NAMESPACE: NAMESPACE };
}

function writeSchedule(): void {
  mkdirSync(join(cwd, 'schedules'));
  writeFileSync(
    join(cwd, 'schedules', 'tick.yaml'),
    'version: 1\nschedules:\n  tick: { handler: tick, every: 1s }\n',
  );
}

/** Its handler prints when it runs. */
async function startWorker(env: Record<string, string>): Promise<() => number> {
  writeFileSync(join(cwd, 'handlers.mjs'), `export default { tick: () => console.log('ticked') };`);
  const worker = processes.carillon(['worker', 'handlers.mjs'], { cwd, env });
  await worker.line(/takes tasks/);
  return () => worker.stdout.split('ticked').length - 1;
}

const lossesTold = (...nodes: TestProcess[]): string[] =>
  nodes.flatMap(({ stderr }) => stderr.split('\n').filter((line) => /the data of this namespace/.test(line)));

describe('while a schedule fires every second', () => {
  async function scene() {
    const redis = await startRedis();
    const env = environment(redis);
    writeSchedule();
    const a = await startNode('a', env);
    const b = await startNode('b', env);
    const ticked = await startWorker(env);
    await eventually(ticked, (count) => count >= 2, { within: 20_000 });
    const { leader } = await eventually(a.cluster, leads);
    return { redis, a, b, ticked, before: leader?.term ?? 0 };
  }
  type Scene = Awaited<ReturnType<typeof scene>>;

  async function recovers({ a, b, ticked, before }: Scene): Promise<void> {
    const until = performance.now() + RECOVERED;
    const left = () => ({ within: until - performance.now() });
    const later = (one: Cluster) => (one.leader?.term ?? 0) > before;
    await eventually(a.cluster, later, left());
    await eventually(b.cluster, later, left());
    const at = ticked();
    await eventually(ticked, (count) => count >= at + 2, left());
    await eventually(a.cluster, ({ nodes }) => nodes.length === 2, left());
    expect(lossesTold(a.node, b.node)).not.toEqual([]);
    // Told once by each, and once only.
    expect(lossesTold(a.node).length).toBeLessThanOrEqual(1);
    expect(lossesTold(b.node).length).toBeLessThanOrEqual(1);
  }

  it('FLUSHALL: a new term, the files applied again, and one warning', async () => {
    const all = await scene();
    await redisCommand(all.redis.url, 'FLUSHALL');
    await recovers(all);
  });

  it('everything but the lock is gone: the leader does not go on in an office that nobody recorded', async () => {
    const all = await scene();
    const { url } = all.redis;
    const { lock } = registryKeys(NAMESPACE);
    const keys = (await redisCommand(url, 'KEYS', '*')) as string[];
    await redisCommand(url, 'DEL', ...keys.filter((key) => key !== lock));
    await recovers(all);
  });

  it('a replica that lags is promoted: an earlier term is recorded', async () => {
    const all = await scene();
    const { url } = all.redis;
    const { term } = registryKeys(NAMESPACE);
    const earlier = String(all.before - 60_000);
    await redisCommand(url, 'HSET', term, 'number', earlier, 'token', `${earlier}:x:y`, 'lockValue', 'y');
    await recovers(all);
  });
});

it('without a majority of lock masters nobody leads, and the cluster can still be seen', async () => {
  const [data, ...masters] = await Promise.all([1, 2, 3, 4].map(() => startRedis()));
  const env = {
    ...environment(data as TestRedis),
    CARILLON_LOCK_URLS: masters.map(({ url }) => url).join(','),
  };
  const { url } = await startNode('a', env);
  await eventually(() => cluster(url), leads);
  for (const master of masters.slice(1)) master.kill('SIGKILL');
  await Promise.all(masters.slice(1).map((master) => master.gone()));
  const nobody = await eventually(
    () => cluster(url),
    ({ leader }) => leader === null,
  );
  expect(nobody.nodes).toMatchObject([{ name: 'a', role: 'standby' }]);
  const { code, stdout } = await processes.run(['cluster', '--url', url], { cwd, env });
  expect([code, stdout]).toEqual([0, expect.stringMatching(/no leader just now(?:.|\n)*\ba\b.*standby/)]);
});
