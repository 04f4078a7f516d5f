/** Nothing is left behind in Redis: once tasks are pruned and workers gone, every key is indexed or expiring. */

import { describe, expect, it } from 'vitest';
import { except } from '../../src/domain/schedule/ledger.js';
import { folded } from '../../src/domain/schedule/ledger-bits.js';
import { ledgerOf, ledgerWrite } from '../../src/schedules/ledger-of.js';
import { onRedis } from './suite/on-redis.js';
import { entry, instant, ledgerText, plain, scheduleEdit } from './suite/schedule-parts.js';
import type { Stage } from './suite/stage.js';
import { takeTallies } from './suite/tallied.js';

/** What stays as long as the queue does; its size depends on handlers and schedules, not on tasks. */
const STANDING = ['layout', 'term', 'terms', 'lanes', 'told'];
/** What stays in the registry. */
const REGISTRY = ['queues', 'schedules', 'term', 'reigns'];
const KEEP_NOTHING = { completed: { count: 0, age: 0 }, dead: { count: 0, age: 0 }, atLeast: 0 };

const on = onRedis();
const { stage } = on;

/** Names of every key of the on.namespace, without its tag. */
async function keysLeft(): Promise<{ partition: string[]; registry: string[] }> {
  const keys = (await on.connection.keys('*')).filter((key) => key.startsWith(`{${on.namespace}`));
  const of = (tag: string) =>
    keys
      .filter((key) => key.startsWith(tag))
      .map((key) => key.slice(tag.length))
      .sort();
  const left = { partition: of(`{${on.namespace}:main}:`), registry: of(`{${on.namespace}}:`) };
  expect(left.partition.length + left.registry.length).toBe(keys.length);
  return left;
}

/** Tasks take every way through the road there is, and all end. */
async function everyWay(stage: Stage, round: string): Promise<void> {
  const { store, start } = stage;
  const [scheduled = '', ready = ''] = await stage.put([`${round}a`, `${round}b`], {
    due: start + 3_600_000,
  });
  await store.cancel('main', scheduled);
  await store.cancel('main', ready, 'no need');
  const [waiting = ''] = await stage.put([`${round}c`], { priority: 'high' });
  await store.cancel('main', waiting);
  await stage.put(
    [1, 2, 3, 4, 5, 6].map((n) => round + n),
    { options: { timeout: 5 } },
  );
  const { tasks } = await stage.claim(`w-${round}`);
  const [done, failing, released, dead, stopped, lost] = tasks;
  if (!done || !failing || !released || !dead || !stopped || !lost) throw new Error('six expected');
  const worker = `w-${round}`;
  store.onceEnded('main', done.id, () => {});
  await store.report(
    'main',
    worker,
    tasks.map(({ id, token }) => ({ id, token, progress: '1', lines: ['a line'], from: 1 })),
  );
  await store.cancel('main', stopped.id, 'no more');
  await stage.complete(worker, [stage.completion(done, worker, { result: '1' })]);
  await store.settle('main', worker, [
    stage.settlement(failing, worker, { to: 'retry', due: start }),
    stage.settlement(released, worker, { to: 'head' }, { failure: false }),
    stage.settlement(dead, worker, { to: 'dead' }),
    stage.settlement(stopped, worker, { to: 'cancelled' }),
  ]);
  await store.beat('main', worker, 1);
  const [hold] = await stage.until(async () => {
    const { holds } = await store.reap('main', 10);
    return holds.length > 0 && holds;
  });
  if (!hold) throw new Error('one expected');
  await store.settle(
    'main',
    worker,
    [stage.settlement(hold, worker, { to: 'head' }, { outcome: 'lost' })],
    true,
  );
  expect((await store.reap('main', 10)).holds).toEqual([]);

  const heir = `heir-${round}`;
  const again = await stage.claim(heir);
  expect(again.tasks).toHaveLength(3);
  await stage.complete(
    heir,
    again.tasks.map((task) => stage.completion(task, heir)),
  );
  await store.leave('main', heir);
}

/** A schedule is planned, runs, is edited and removed. */
async function schedules(stage: Stage, round: string): Promise<void> {
  const { store } = stage;
  const term = await stage.rule();
  const id = 'daily';
  const at = (n: number) => instant(stage, n);
  const offset = Number(round) * 10;
  const schedule = plain(id, 'main');
  expect(await store.edit('main', scheduleEdit(schedule, at(offset)))).toBe('ok');
  const plan = entry(stage, id, offset, offset + 3, { ledger: ledgerText(0, '{}') });
  const [first, second] = plan.occurrences;
  // Due at once, so that one runs and one is retried while the schedule is removed.
  for (const occurrence of [first, second]) if (occurrence) occurrence.draft.due = stage.start;
  for (const { draft } of plan.occurrences) draft.options = { retention: 1 };
  expect(await store.plan('main', term, [plan])).toEqual(['planned']);
  const worker = `s-${round}`;
  const { tasks } = await stage.claim(worker);
  const [ran, retried] = tasks;
  if (!ran || !retried) throw new Error('two expected');
  await stage.complete(worker, [stage.completion(ran, worker)]);
  const next = { to: 'retry' as const, due: await store.time() };
  await store.settle('main', worker, [stage.settlement(retried, worker, next)]);
  const rest = { word: 'fired', until: 0 } as const;
  const withdraw = { nominals: [0, 1, 2, 3].map((n) => at(offset + n)), planned: schedule.definition, rest };
  const expectation = { revision: 1, cursor: at(offset + 4) };
  const removal = { id, expect: expectation, schedule: null, cursor: null, withdraw };
  expect(await store.edit('main', removal, term)).toBe('ok');
  // The retry goes on, and ends.
  const last = await stage.claim(worker);
  await stage.complete(
    worker,
    last.tasks.map((task) => stage.completion(task, worker)),
  );
  await store.leave('main', worker);
}

async function pruneAll(stage: Stage): Promise<void> {
  await takeTallies(stage);
  await stage.until(async () => {
    await stage.store.prune('main', KEEP_NOTHING);
    const { completed, dead, cancelled } = await stage.store.queueFacts('main');
    return completed + dead + cancelled === 0;
  });
}

describe('at rest', () => {
  it('only standing keys, wake tokens and what expires are left', async () => {
    await everyWay(stage(), '1');
    await schedules(stage(), '1');
    await pruneAll(stage());
    const { partition, registry } = await keysLeft();
    const others = partition.filter((key) => !STANDING.includes(key) && !/^wake:[@+]?\w+$/.test(key));
    expect(others.filter((key) => !/^(inflight:.+|wake:!.+|edits)$/.test(key))).toEqual([]);
    for (const key of others)
      expect(await on.connection.pttl(`{${on.namespace}:main}:${key}`)).toBeGreaterThan(0);
    const passing = registry.filter((key) => !REGISTRY.includes(key));
    expect(passing.filter((key) => !['removed', 'removals'].includes(key))).toEqual([]);
    for (const key of passing)
      expect(await on.connection.pttl(`{${on.namespace}}:${key}`)).toBeGreaterThan(0);
  });

  it('a second round leaves nothing more than the first', async () => {
    const sizes: Record<string, number>[] = [];
    for (const round of ['1', '2', '3']) {
      await everyWay(stage(), round);
      await schedules(stage(), round);
      await pruneAll(stage());
      const size: Record<string, number> = {};
      for (const key of (await keysLeft()).partition) {
        // Each round has a leader of its own; a hundred are kept.
        if (key.startsWith('wake:') || key === 'terms') continue;
        const name = `{${on.namespace}:main}:${key}`;
        if ((await on.connection.pttl(name)) > 0) continue;
        const type = await on.connection.type(name);
        if (type === 'hash') size[key] = await on.connection.hlen(name);
        else if (type === 'zset') size[key] = await on.connection.zcard(name);
        else if (type === 'list') size[key] = await on.connection.llen(name);
        else size[key] = 1;
      }
      sizes.push(size);
    }
    expect(sizes[1]).toEqual(sizes[0]);
    expect(sizes[2]).toEqual(sizes[0]);
  });

  it('an unfinished queue keeps exactly what its tasks need', async () => {
    const { store, start } = stage();
    await stage().put(['later'], { due: start + 3_600_000 });
    const { partition } = await keysLeft();
    expect(partition.filter((key) => !/^wake:/.test(key))).toEqual([
      'due',
      'lanes',
      'layout',
      'tasks',
      'told',
    ]);
    await store.cancel('main', stage().id('later'));
    await pruneAll(stage());
    expect((await keysLeft()).partition.filter((key) => !/^wake:/.test(key))).toEqual([
      'lanes',
      'layout',
      'told',
    ]);
  });

  it('processes that depart leave no entry', async () => {
    const { store } = stage();
    const presence = { id: 'p', name: 'p', host: 'h', pid: 1, version: '0', startedAt: 0, seenAt: 0 };
    for (const kind of ['node', 'worker'] as const) {
      await store.announce(kind, { ...presence, queues: ['main'], handlers: ['work'] }, 1000);
      if (kind === 'worker') await store.order('p', { expect: null, orders: { nonces: ['n'], quiet: true } });
      await store.depart(kind, 'p');
    }
    expect((await keysLeft()).registry).toEqual(['queues']);
  });
});

describe('the ledger of a schedule that fires every minute', () => {
  const DAY = 86_400_000;
  const DAYS = 30;
  const spec = { kind: 'every', every: 60_000, phase: 0 } as const;
  const schedule = () => plain('daily', 'main', { spec });

  /** Bytes a day of every key, and of the ledger alone, when some instants were missed. */
  async function bytesAfter(missed: (minute: number) => boolean) {
    const { store } = stage();
    const term = await stage().rule();
    const begin = Math.ceil(stage().start / 60_000) * 60_000;
    expect(await store.edit('main', scheduleEdit(schedule(), begin))).toBe('ok');
    const bytes = async () => {
      const { partition } = await keysLeft();
      const sizes = partition.map((key) => on.connection.memory('USAGE', `{${on.namespace}:main}:${key}`));
      return (await Promise.all(sizes)).reduce<number>((sum, size) => sum + Number(size), 0);
    };
    const before = await bytes();
    const row = await store.schedule('daily');
    if (!row) throw new Error('no schedule');
    const { definition } = row.schedule;
    const until = begin + DAYS * DAY;
    let ledger = ledgerOf(row);
    for (let minute = 0; minute < DAYS * 1_440; minute += 1) {
      const nominal = begin + minute * 60_000;
      if (missed(minute)) ledger = except(ledger, definition, { from: nominal, to: nominal, word: 'missed' });
      if (minute % 50 === 0) ledger = folded(ledger, definition);
    }
    const written = ledger === ledgerOf(row) ? {} : { ledger: ledgerWrite(row, ledger, definition, until) };
    const changed = ledger.exceptions.length > 0 ? written : {};
    const entry = { schedule: 'daily', revision: 1, cursor: begin, next: until, occurrences: [] };
    expect(await store.plan('main', term, [{ ...entry, ...changed }])).toEqual(['planned']);
    const ledgerBytes = await on.connection.hstrlen(`{${on.namespace}:main}:ledgers`, 'daily');
    return { all: ((await bytes()) - before) / DAYS, ledger: ledgerBytes / DAYS };
  }

  it('costs nothing while it always fires', async () => {
    expect(await bytesAfter(() => false)).toEqual({ all: 0, ledger: 0 });
  });

  it('costs at most 200 bytes a day when it misses every other one', async () => {
    expect((await bytesAfter((minute) => minute % 2 === 1)).all).toBeLessThanOrEqual(50);
  });

  it('costs at most 200 bytes a day when it misses half of them, without any pattern', async () => {
    let seed = 7;
    const coin = (): boolean => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed > 1_073_741_824;
    };
    // A bit for each is all it can be; what the allocator rounds up to is not counted.
    expect((await bytesAfter(coin)).ledger).toBeLessThanOrEqual(200);
  });
});
