/** The road: from a schedule file, and from an API call, to a completed run; several processes, and what kills them. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Task } from '../../src/index.js';
import { eventually } from '../support/eventually.js';
import { Processes, type TestProcess } from '../support/processes.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const processes = new Processes();
let redis: TestRedis;
let cwd: string;

beforeEach(async () => {
  redis = await startTestRedis();
  cwd = mkdtempSync(join(tmpdir(), 'carillon-road-'));
  mkdirSync(join(cwd, 'schedules'));
  writeFileSync(
    join(cwd, 'handlers.mjs'),
    `export default {
      tick: async (payload, ctx) => ({ ...payload, at: ctx.schedule.nominalAt }),
      greet: async ({ name }) => 'hello ' + name,
      flaky: async (_, ctx) => { if (ctx.attempt === 1) throw new Error('not yet'); return 'at last'; },
      hold: async (_, ctx) => ctx.attempt === 1 ? new Promise(() => {}) : 'second try',
    };`,
  );
});

afterEach(async () => {
  await processes.stopAll();
  await redis.stop();
  rmSync(cwd, { recursive: true, force: true });
});

interface Node {
  name: string;
  url: string;
  process: TestProcess;
}

async function node(name: string): Promise<Node> {
  const args = ['start', '--redis', redis.url, '--port', '0', '--name', name, '--lease', '1s'];
  const started = processes.carillon(args, { cwd });
  const [, url = ''] = await started.line(/(http:\/\/127\.0\.0\.1:\d+)/);
  return { name, url, process: started };
}

async function worker(name: string): Promise<TestProcess> {
  const args = ['worker', 'handlers.mjs', '--redis', redis.url, '--name', name, '--lease', '1s'];
  const started = processes.carillon(args, { cwd });
  await started.line(/handlers?|worker/i);
  return started;
}

function schedule(text: string): void {
  writeFileSync(join(cwd, 'schedules', 'road.yaml'), `version: 1\nschedules:\n${text}`);
}

async function get<T>(url: string, path: string): Promise<T> {
  const response = await fetch(url + path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

async function create(url: string, body: unknown): Promise<Task> {
  const response = await fetch(`${url}/v1/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
  const task = (await response.json()) as Task;
  expect(response.headers.get('location')).toBe(`/v1/tasks/${task.id}`);
  return task;
}

const finished = (url: string, id: string): Promise<Task> =>
  eventually(
    () => get<Task>(url, `/v1/tasks/${id}`),
    (task) => task.finishedAt !== undefined,
    { within: 30_000 },
  );

const leaderOf = async (url: string): Promise<{ node: string; term: number } | null> =>
  (await get<{ leader: { node: string; term: number } | null }>(url, '/v1/cluster')).leader;

const completed = (url: string): Promise<Task[]> =>
  get<{ items: Task[] }>(url, '/v1/tasks?state=completed&limit=100').then(({ items }) => items);

it('a schedule in a file and a call to the API both end as completed runs', async () => {
  schedule('  beat: { handler: tick, every: 1s, payload: { from: file } }\n');
  const { url } = await node('one');
  await worker('w');

  const delayed = await create(url, { handler: 'greet', payload: { name: 'Ada' }, delay: '700ms' });
  const retried = await create(url, { handler: 'flaky', retry: { delay: '50ms', jitter: false } });
  expect(delayed.state).toBe('scheduled');
  const greeted = await finished(url, delayed.id);
  expect(greeted).toMatchObject({ state: 'completed', result: 'hello Ada' });
  expect(Date.parse(greeted.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(delayed.dueAt));
  expect(await finished(url, retried.id)).toMatchObject({
    state: 'completed',
    attempt: 2,
    failures: 1,
    attempts: [{ outcome: 'failed', error: { message: 'not yet' } }, { outcome: 'completed' }],
  });

  const beats = await eventually(
    async () => (await completed(url)).filter(({ handler }) => handler === 'tick'),
    (tasks) => tasks.length >= 3,
  );
  const instants = beats.map(({ id }) => Number(id.split('@')[1])).sort((a, b) => a - b);
  instants.forEach((instant, i) => {
    expect(instant % 1000).toBe(0);
    expect(instant).toBe((instants[0] ?? 0) + i * 1000);
  });
  const [beat] = beats;
  expect(beat?.result).toEqual({ from: 'file', at: beat?.schedule?.nominalAt });
  expect(Date.parse(beat?.startedAt ?? '')).toBeGreaterThanOrEqual(
    Date.parse(beat?.schedule?.nominalAt ?? ''),
  );
});

it('a pause withdraws what was planned, and what is resumed goes on', async () => {
  schedule('  beat: { handler: tick, every: 1s }\n');
  const { url } = await node('one');
  await worker('w');
  await eventually(async () => (await completed(url)).length >= 2);
  const edit = async (what: string): Promise<number> =>
    (await fetch(`${url}/v1/schedules/beat/${what}`, { method: 'POST' })).status;
  expect(await edit('pause')).toBe(200);
  const last = Date.now();
  // Two more instants would have come due by the time this one is done.
  const marker = await create(url, { handler: 'greet', payload: { name: 'x' }, delay: '2500ms' });
  await finished(url, marker.id);
  const fired = (await completed(url)).filter(({ schedule: of }) => Date.parse(of?.nominalAt ?? '') > last);
  expect(fired).toEqual([]);
  expect(await edit('resume')).toBe(200);
  await eventually(async () =>
    (await completed(url)).some(({ schedule: of }) => Date.parse(of?.nominalAt ?? '') > last),
  );
});

it('three nodes have one leader; killed, another takes over and no instant is missed or doubled', async () => {
  schedule('  beat: { handler: tick, every: 1s, overlap: allow }\n');
  const nodes = [await node('one'), await node('two'), await node('three')];
  await worker('w');
  const seen = await eventually(() => leaderOf(nodes[0]?.url ?? ''));
  for (const { url } of nodes) expect(await leaderOf(url)).toEqual(seen);
  const leader = nodes.find(({ name }) => name === seen?.node);
  const standby = nodes.find(({ name }) => name !== seen?.node);
  if (!leader || !standby) throw new Error('no leader among the nodes');
  await eventually(async () => (await completed(standby.url)).length >= 1);

  leader.process.kill('SIGKILL');
  const next = await eventually(
    () => leaderOf(standby.url),
    (found) => found !== null && found.node !== leader.name,
  );
  expect(next?.term).toBeGreaterThan(seen?.term ?? 0);

  const until = Date.now() + 12_000;
  const beats = await eventually(
    () => completed(standby.url),
    (tasks) => tasks.some(({ schedule: of }) => Date.parse(of?.nominalAt ?? '') > until),
    { within: 30_000 },
  );
  const instants = beats.map(({ id }) => Number(id.split('@')[1])).sort((a, b) => a - b);
  instants.forEach((instant, i) => {
    expect(instant).toBe((instants[0] ?? 0) + i * 1000);
  });

  const survivor = nodes.find(({ name }) => name === next?.node);
  await survivor?.process.stop();
  const third = await eventually(
    () => leaderOf(nodes.find(({ name }) => name !== seen?.node && name !== next?.node)?.url ?? ''),
    (found) => found !== null,
  );
  expect(third?.term).toBeGreaterThan(next?.term ?? 0);
});

it('what a killed worker ran runs again elsewhere within its lease', async () => {
  const { url } = await node('one');
  const first = await worker('first');
  const task = await create(url, { handler: 'hold' });
  await eventually(
    () => get<Task>(url, `/v1/tasks/${task.id}`),
    ({ state }) => state === 'running',
  );
  first.kill('SIGKILL');
  await worker('second');
  const done = await finished(url, task.id);
  expect(done).toMatchObject({ state: 'completed', result: 'second try', attempt: 2, failures: 1 });
  expect(done.attempts.map(({ outcome, worker: by }) => [outcome, by.split('~')[0]])).toEqual([
    ['lost', 'first'],
    ['completed', 'second'],
  ]);
});
