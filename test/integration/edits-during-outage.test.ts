/** Everything stops over instants that were planned, schedules are edited meanwhile, and everything comes back. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Store, TaskFacts } from '../../src/store/contract/index.js';
import { openStore } from '../../src/store/redis/index.js';
import { eventually } from '../support/eventually.js';
import { wordsOf } from '../support/fates.js';
import { Processes, type TestProcess } from '../support/processes.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

const processes = new Processes();
let redis: TestRedis;
let cwd: string;
let namespace: string;
let store: Store;

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'carillon-away-'));
  namespace = uniqueNamespace();
  store = await openStore({ url: redis.url, namespace });
});
afterEach(async () => {
  await processes.stopAll();
  await store.close();
  rmSync(cwd, { recursive: true, force: true });
});

describe('everything down over instants that were planned', () => {
  function declare(schedules: Record<string, object>): void {
    mkdirSync(join(cwd, 'schedules'), { recursive: true });
    writeFileSync(join(cwd, 'schedules', 'all.json'), JSON.stringify({ version: 1, schedules }));
  }

  async function start(): Promise<TestProcess> {
    const place = ['--redis', redis.url, '--namespace', namespace, '--port', '0', '--schedules', 'schedules'];
    const node = processes.carillon(['start', ...place, '--horizon', '4s', '--log-format', 'json'], { cwd });
    await node.line(/(http:\/\/127\.0\.0\.1:\d+)/);
    return node;
  }

  async function tasks(schedule: string): Promise<TaskFacts[]> {
    const { items } = await store.list('default', ['scheduled', 'ready'], 1_000);
    return items.filter(({ id }) => id.startsWith(`${schedule}@`));
  }
  const nominalOf = ({ id }: TaskFacts): number => Number(id.split('@')[1]);

  it('the definition of afterwards decides: none, latest, disabled, removed, renamed', {
    timeout: 90_000,
  }, async () => {
    const grace = '10s';
    const none = { handler: 'h', every: '1s', catchUp: { policy: 'none', grace } };
    const latest = { handler: 'h', every: '1s', catchUp: { policy: 'latest', grace } };
    declare({ none, latest, all: { ...none, catchUp: { policy: 'all', grace } }, off: latest, gone: latest });
    const node = await start();
    const ids = ['none', 'latest', 'all', 'off', 'gone'];
    await eventually(
      async () => (await Promise.all(ids.map(tasks))).every((some) => some.length > 2),
      Boolean,
      {
        within: 20_000,
      },
    );
    process.kill(node.pid, 'SIGKILL');
    await node.exited;
    const before = await store.schedules();
    const last = Math.max(...before.map(({ cursor }) => cursor ?? 0));
    declare({ none, latest: { ...latest, handler: 'new' }, all: none, off: { ...latest, enabled: false } });
    // Nobody promotes: what was planned stays due, for longer than any grace.
    await eventually(
      () => store.time(),
      (now) => now > last + 15_000,
      { within: 40_000 },
    );
    const due = await store.list('default', 'scheduled', 1_000);
    expect(due.items.length).toBeGreaterThan(5);
    await start();
    const back = await store.time();
    await eventually(
      async () => (await tasks('latest')).some((task) => nominalOf(task) > back + 1_000),
      Boolean,
      { within: 30_000 },
    );
    await eventually(async () => (await store.late('default', 9)).runs.length === 0, Boolean, {
      within: 20_000,
    });
    await eventually(async () => (await store.undecided('default', -1, 9)).next === null, Boolean, {
      within: 20_000,
    });

    // What had become ready before the end is left: it was on time.
    const old = (some: TaskFacts[]) =>
      some.filter((task) => nominalOf(task) < back - 25_000 && task.state === 'scheduled');
    expect(await tasks('off')).toEqual([]);
    expect(await tasks('gone')).toEqual([]);
    expect(await store.schedule('gone')).toBeNull();
    for (const id of ['none', 'latest', 'all']) expect(old(await tasks(id))).toEqual([]);
    const missed = last - 1_000;
    for (const id of ['none', 'latest', 'all'])
      expect(await wordsOf(store, id, [missed])).toEqual(['missed']);
    const caughtUp = (await tasks('latest')).filter(({ handler }) => handler === 'new');
    const late = caughtUp.filter((task) => nominalOf(task) < back - 11_000);
    expect(late.length).toBeLessThanOrEqual(1);
  });
});
