/** What a process sends of what it counted: a few seconds later, once, and nothing where nothing happened. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CarillonError } from '../../../src/domain/input/errors.js';
import { COUNTERS } from '../../../src/domain/stats/counts.js';
import type { ObservedRecord, ObservedTask, Over } from '../../../src/runtime/observed.js';
import { silentLog } from '../../../src/runtime/silent-log.js';
import { Rollups } from '../../../src/stats/rollups.js';
import { statsOf } from '../../../src/stats/series.js';
import type { RollupCall } from '../../../src/store/contract/index.js';
import { ModelStore } from '../../../src/testing/model-store.js';

// Fake timers replace the global performance, not the one node:perf_hooks exports.
vi.mock('../../../src/runtime/clock.js', async (original) => ({
  ...(await original<typeof import('../../../src/runtime/clock.js')>()),
  mono: () => performance.now(),
}));

const away = (): never => {
  throw new CarillonError('unavailable', 'away');
};

/** A model whose rollups can fail, before they have their effect or after. */
class Shaky extends ModelStore {
  calls: RollupCall[] = [];
  takes = 0;
  before = (): void => {};
  after = (): void => {};

  constructor() {
    super();
    const { rollUp, takeTallies } = this;
    this.rollUp = async (call) => {
      this.calls.push(call);
      this.before();
      const answer = await rollUp(call);
      this.after();
      return answer;
    };
    this.takeTallies = (queue, taken) => {
      this.takes += 1;
      return takeTallies(queue, taken);
    };
  }
}

let store: Shaky;
let all: Rollups[];
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const rollups = (budget?: number): Rollups => {
  const one = new Rollups({ store, log: silentLog, budget });
  all.push(one);
  return one;
};
beforeEach(() => {
  vi.useFakeTimers();
  store = new Shaky();
  all = [];
});
afterEach(async () => {
  const ends = Promise.all(all.map((one) => one.close()));
  await pass(2_000);
  await ends;
  vi.useRealTimers();
});

type End = Partial<Omit<ObservedTask, 'id'> & ObservedRecord> & { id?: string; over?: Over | null };
function ends({ over = 'completed', ...some }: End = {}): void {
  const { id = 'aB-1', queue = 'mail', handler = 'send', attempt = 1, failures = 0 } = some;
  const at = store.now;
  const { createdAt = at, dueAt = at, startedAt = at, finishedAt = at, outcome = 'completed' } = some;
  const task = { id, queue, handler, attempt, failures, createdAt, dueAt, options: {} };
  store.observed.attemptEnded(task, { startedAt, finishedAt, outcome, worker: 'w' }, over);
}

/** Counters that are not 0, of the last day. */
async function counted(asked: Record<string, string> = {}): Promise<Record<string, number>> {
  const { total } = await statsOf(store, asked);
  return Object.fromEntries(COUNTERS.flatMap((name) => (total[name] > 0 ? [[name, total[name]]] : [])));
}

describe('what is counted', () => {
  test('of every outcome, by queue, handler, schedule and all together', async () => {
    rollups();
    ends();
    ends({ handler: 'other', outcome: 'failed', over: null });
    ends({ queue: 'bulk', outcome: 'timeout', over: 'dead' });
    ends({ outcome: 'completed', over: 'cancelled' });
    ends({ outcome: 'released', over: null });
    ends({ id: 'nightly@1767225600000' });
    ends({ id: 'nightly@1767225600000!dx', outcome: 'failed', over: 'dead' });
    store.observed.tasksMade('mail', 'send', 3);
    store.observed.occurrencesDecided('mail', 'nightly', 'fired', 2, 'send');
    await pass(5_000);
    const everything = { completed: 2, failed: 3, dead: 2, cancelled: 1, enqueued: 5 };
    expect(await counted()).toEqual(everything);
    expect(await counted({ queue: 'mail' })).toEqual({ ...everything, failed: 2, dead: 1 });
    expect(await counted({ queue: 'bulk' })).toEqual({ failed: 1, dead: 1 });
    expect(await counted({ handler: 'other' })).toEqual({ failed: 1 });
    expect(await counted({ handler: 'send' })).toEqual({ ...everything, failed: 2 });
    expect(await counted({ schedule: 'nightly' })).toEqual({ completed: 1, failed: 1, dead: 1, enqueued: 2 });
    expect(await counted({ schedule: 'other' })).toEqual({});
  });

  test('is in the minute in which it ended', async () => {
    rollups();
    ends();
    store.advance(60_000);
    ends();
    ends({ finishedAt: store.now - 60_000 });
    await pass(5_000);
    const { items } = await statsOf(store, { step: '1m', queue: 'mail' });
    expect(items.slice(-2).map(({ completed }) => completed)).toEqual([2, 1]);
    expect(items).toHaveLength(61);
    expect(items[0]).toMatchObject({ completed: 0, runMs: { p50: null, p95: null, p99: null } });
  });

  test('waits are those before the first attempt, lateness those of planned runs alone', async () => {
    rollups();
    const late = (ms: number, some: End = {}) => ends({ dueAt: store.now - ms, ...some });
    late(100);
    late(5_000, { attempt: 2 });
    late(1_000, { id: 'nightly@1767225600000' });
    late(10_000, { id: 'nightly@1767225600000!dx' });
    ends({ startedAt: store.now - 64_000 });
    await pass(5_000);
    const near = (ms: number) => [ms / 1.45, ms * 1.45] as const;
    const between = (value: number | null, [low, high]: readonly [number, number]) => {
      expect(value).toBeGreaterThan(low);
      expect(value).toBeLessThan(high);
    };
    const { waitMs, runMs, latenessMs } = (await statsOf(store, { handler: 'send' })).total;
    between(latenessMs.p99, near(1_000));
    between(waitMs.p99, near(10_000));
    between(runMs.p99, near(64_000));
    expect(runMs.p50).toBe(0);
  });
});

describe('what is sent', () => {
  test('is nothing where nothing happened, one call where something did, and the rest at the end', async () => {
    const one = rollups();
    await pass(60_000);
    expect(store.calls).toEqual([]);
    for (let i = 0; i < 100; i += 1) ends();
    await pass(5_000);
    expect(store.calls).toHaveLength(1);
    await pass(60_000);
    expect(store.calls).toHaveLength(1);
    ends();
    await one.close();
    expect(await counted()).toEqual({ completed: 101 });
    ends();
    await pass(60_000);
    expect(store.calls).toHaveLength(2);
    expect(store.takes).toBe(0);
  });

  test('is kept while the store is away, and added once whether its answer arrived or not', async () => {
    rollups();
    ends();
    store.before = away;
    await pass(10_000);
    ends();
    await pass(20_000);
    store.before = () => {};
    store.after = away;
    await pass(10_000);
    ends();
    store.after = () => {};
    await pass(10_000);
    expect(await counted()).toEqual({ completed: 3 });
  });

  test('of more than it may keep is counted with what stands of the same handler: nothing is lost', async () => {
    const one = rollups();
    store.before = away;
    for (let i = 0; i < 12_000; i += 1) ends({ id: `s${i}@1767225600000` });
    for (let minute = 0; minute < 3; minute += 1) {
      store.advance(60_000);
      ends({ handler: `h${minute}` });
      ends();
    }
    await pass(5_000);
    store.before = () => {};
    await pass(10_000);
    await one.close();
    expect(await counted({ handler: 'send' })).toEqual({ completed: 12_003 });
    expect(await counted()).toEqual({ completed: 12_006 });
    expect(Math.max(...store.calls.map(({ cells }) => cells.length))).toBeLessThanOrEqual(50);
  });

  test('says the budget first, where there is one', async () => {
    rollups(1_234_567);
    ends();
    await pass(5_000);
    expect(store.calls.map(({ budget, cells }) => [budget, cells.length])).toEqual([
      [1_234_567, 0],
      [undefined, 3],
    ]);
  });
});

describe('what was tallied', () => {
  const put = async (name: string): Promise<string> => {
    const id = `${await store.open('mail')}-${name}`;
    const draft = { id, handler: 'send', priority: 'normal' as const, due: store.now + 1_000, payload: '' };
    await store.enqueue('mail', [{ ...draft, createdAt: store.now }]);
    return id;
  };

  test('is added once, though several take it and answers are lost, and told by one of them', async () => {
    rollups();
    rollups();
    let told = 0;
    store.observed.add({
      endedElsewhere: ({ what, handler }, count) => {
        expect([what, handler]).toEqual(['cancelled', 'send']);
        told += count;
      },
    });
    for (const name of ['a', 'b', 'c']) await store.cancel('mail', await put(name));
    let lost = 0;
    store.after = () => {
      lost += 1;
      if (lost < 3) away();
    };
    await pass(30_000);
    expect(await counted({ handler: 'send' })).toEqual({ cancelled: 3 });
    expect(told).toBeLessThanOrEqual(3);
    await store.cancel('mail', await put('d'));
    await pass(5_000);
    expect(await counted()).toEqual({ cancelled: 4 });
    const { takes } = store;
    await pass(60_000);
    expect(store.takes).toBe(takes);
  });
});
