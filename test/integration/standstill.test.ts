/** A leader that renews its lock and plans nothing: a standby takes over, and the past is as if nothing had been. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sleep } from '../../src/runtime/timers.js';
import { registryKeys } from '../../src/store/redis/index.js';
import { eventually } from '../support/eventually.js';
import { Processes } from '../support/processes.js';
import { redisCommand, startTestRedis, type TestRedis } from '../support/redis.js';

const processes = new Processes();
let redis: TestRedis;
let cwd: string;

beforeEach(async () => {
  redis = await startTestRedis();
  cwd = mkdtempSync(join(tmpdir(), 'carillon-standstill-'));
});
afterEach(async () => {
  await processes.stopAll();
  await redis.stop();
  rmSync(cwd, { recursive: true, force: true });
});

/** `user`: of Redis, so that its rights can be taken from one node alone. */
async function startNode(name: string, user: string) {
  const address = redis.url.replace('redis://', `redis://${user}:pw@`);
  const env = { CARILLON_REDIS_URL: address, CARILLON_LEADER_TTL: '900ms', CARILLON_HORIZON: '2s' };
  const node = processes.carillon(['start', '--port', '0', '--name', name], { cwd, env });
  const [, url = ''] = await node.line(/(http:\/\/127\.0\.0\.1:\d+)/);
  return { node, url };
}

interface Cluster {
  leader: { node: string; term: number } | null;
  nodes: { name: string; role: string }[];
}

async function ask<T>(url: string, path: string): Promise<T> {
  const answer = await fetch(url + path);
  if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

const rights = (user: string, ...rules: string[]) =>
  redisCommand(redis.url, 'ACL', 'SETUSER', user, 'on', '>pw', '&*', '+@all', 'resetkeys', ...rules);

it('is deposed, nothing fires twice or never, and it leads again when it is asked to', {
  timeout: 120_000,
}, async () => {
  await rights('one', '~*');
  await rights('two', '~*');
  mkdirSync(join(cwd, 'schedules'));
  const tick = 'tick: { handler: tick, every: 1s, overlap: allow }';
  writeFileSync(join(cwd, 'schedules', 'tick.yaml'), `version: 1\nschedules:\n  ${tick}\n`);
  const one = await startNode('one', 'one');
  const ledBy = (name: string) => async () =>
    (await ask<Cluster>(one.url, '/v1/cluster')).leader?.node === name;
  await eventually(ledBy('one'), Boolean, { within: 20_000 });
  const two = await startNode('two', 'two');
  const fired = async () => {
    const { items } = await ask<{ items: { fate: string; taskId: string; nominalAt: string }[] }>(
      two.url,
      `/v1/schedules/tick/occurrences?limit=1000&from=${from}&to=${new Date().toISOString()}`,
    );
    return items.filter(({ fate }) => fate === 'fired');
  };
  const from = new Date(Math.ceil(Date.now() / 1_000) * 1_000).toISOString();
  await eventually(fired, (runs) => runs.length >= 2, { within: 20_000 });

  // The keys of planning, cursors, are denied to the leader alone; lock, registry and everything else are not.
  await rights('one', '~{carillon}:*', '~{carillon:default}:', '~{carillon:default}:[^c]*');
  await one.node.line(/planning stands still; when it lasts/, 30_000);
  await two.node.line(/its planning stands still: deposed/, 30_000);
  await one.node.line(/stepping down/);
  await eventually(ledBy('two'), Boolean, { within: 20_000 });
  const held = await fired();
  await eventually(fired, (runs) => runs.length >= held.length + 3, { within: 20_000 });

  // Put right, it is a standby like any other and can lead.
  await rights('one', '~*');
  const { nodes } = await ask<Cluster>(two.url, '/v1/cluster');
  expect(nodes.map(({ name, role }) => `${name} ${role}`).sort()).toEqual(['one standby', 'two leader']);
  const before = (await fired()).length;
  await two.node.stop();
  await eventually(ledBy('one'), Boolean, { within: 20_000 });
  two.url = one.url;
  const runs = await eventually(fired, (all) => all.length >= before + 3, { within: 20_000 });

  // Every second has fired, once.
  const seconds = runs.map(({ nominalAt }) => Date.parse(nominalAt));
  const all = seconds.map((_, n) => Date.parse(from) + n * 1_000);
  expect(seconds.toSorted((a, b) => a - b)).toEqual(all);
  expect(new Set(runs.map(({ taskId }) => taskId)).size).toBe(runs.length);
});

it('is not deposed because Redis was away for longer than is borne', { timeout: 60_000 }, async () => {
  const data = await startTestRedis();
  const env = { CARILLON_REDIS_URL: data.url, CARILLON_LOCK_URLS: redis.url, CARILLON_LEADER_TTL: '900ms' };
  try {
    const nodes = await Promise.all(
      ['one', 'two'].map(async (name) => {
        const node = processes.carillon(['start', '--port', '0', '--name', name], { cwd, env });
        const [, url = ''] = await node.line(/(http:\/\/127\.0\.0\.1:\d+)/);
        return { node, url };
      }),
    );
    const url = nodes[0]?.url ?? '';
    const led = () => ask<Cluster>(url, '/v1/cluster').then(({ leader }) => leader);
    const before = await eventually(led, Boolean, { within: 20_000 });
    data.kill('SIGSTOP');
    // The lock is elsewhere and is renewed all the while.
    await sleep(8_000);
    data.kill('SIGCONT');
    const mark = () => redisCommand(data.url, 'HGET', registryKeys('carillon').term, 'planned');
    const stood = await mark();
    await eventually(mark, (planned) => planned !== stood, { within: 20_000 });
    const moved = await mark();
    await eventually(mark, (planned) => planned !== moved, { within: 20_000 });
    expect(await led()).toEqual(before);
    for (const { node } of nodes) expect(node.output).not.toMatch(/deposed|stepping down/);
  } finally {
    data.kill('SIGCONT');
    await processes.stopAll();
    await data.stop();
  }
});
