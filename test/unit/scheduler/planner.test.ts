import { expect, test } from 'vitest';
import { dueOf } from '../../../src/domain/schedule/expand.js';
import type { Spec } from '../../../src/domain/schedule/schedule.js';
import type { Log } from '../../../src/runtime/log.js';
import { Planner } from '../../../src/scheduler/planner.js';
import type { ModelStore } from '../../../src/testing/model-store.js';
import { exceptionsOf, wordsOf } from '../../support/fates.js';
import { declare, definition, office, QUEUE, START, world } from './support.js';

const HORIZON = 10_000;

async function planning() {
  const { store, context } = await world();
  const faults: string[] = [];
  const log = {
    ...context.log,
    error: (_: object | string, message?: string) => void faults.push(message ?? ''),
  };
  const term = await office(store);
  let fenced = 0;
  const onFenced = async () => {
    fenced += 1;
  };
  const options = { ...context, log: log as Log, term, horizon: HORIZON, onFenced, mayCatchUp: () => true };
  return { store, planner: new Planner(options), faults, fenced: () => fenced };
}

/** Ticks until it wants to wait; answers for how long. */
async function settle(planner: Planner): Promise<number> {
  for (let i = 0; i < 100; i += 1) {
    const delay = await planner.tick();
    if (delay > 0) return delay;
  }
  throw new Error('the planner does not come to rest');
}

async function planned(store: ModelStore): Promise<string[]> {
  const { items } = await store.list(QUEUE, 'scheduled', 5_000);
  return items.map(({ id }) => id).sort();
}

test('fills the due set up to the horizon, under the occurrence ids, and moves the cursor', async () => {
  const { store, planner } = await planning();
  await declare(store, definition('s', { payload: { a: 1 }, labels: { tier: 'x' }, timeout: 500 }), START);
  await settle(planner);
  expect(await planned(store)).toEqual(Array.from({ length: 11 }, (_, i) => `s@${START + i * 1_000}`));
  expect((await store.schedule('s'))?.cursor).toBe(START + 11_000);
  expect(await store.find(`s@${START}`)).toMatchObject({
    handler: 'h',
    payload: '{"a":1}',
    dueAt: START,
    createdAt: START,
    options: { labels: { tier: 'x' }, timeout: 500 },
  });
});

test('refills long before the horizon runs dry, but not for every instant', async () => {
  const { store, planner } = await planning();
  await declare(store, definition('s'), START);
  const delay = await settle(planner);
  expect(delay).toBeGreaterThan(1_000);
  expect(delay).toBeLessThanOrEqual(HORIZON / 2);
  store.advance(delay);
  await settle(planner);
  expect((await store.schedule('s'))?.cursor).toBeGreaterThan(store.now + HORIZON);
});

test('with nothing to plan it waits to be woken', async () => {
  const { store, planner } = await planning();
  expect(await settle(planner)).toBe(Number.POSITIVE_INFINITY);
  await declare(store, definition('s', { spec: { kind: 'at', at: START + 5_000 } }), START + 5_000);
  expect(await settle(planner)).toBe(Number.POSITIVE_INFINITY);
  expect(await planned(store)).toEqual([`s@${START + 5_000}`]);
});

test('late instants are divided by the catch-up policy, and the fate of each is recorded', async () => {
  const { store, planner } = await planning();
  const spec = { kind: 'every', every: 60_000, phase: 0 } as const;
  const hourAgo = START - 3_600_000;
  await declare(store, definition('s', { spec }), hourAgo);
  await settle(planner);
  const [missed, ...more] = await exceptionsOf(store, 's');
  expect(missed).toMatchObject({ word: 'missed', from: hourAgo });
  expect(more).toEqual([]);
  expect(await wordsOf(store, 's', [START - 120_000, START - 60_000, START])).toEqual([
    'fired',
    'fired',
    'fired',
  ]);
  expect((missed?.count ?? 0) + (await planned(store)).length).toBe(61);
});

test('a schedule that cannot be expanded is told once and does not stand in the way', async () => {
  const { store, planner, faults } = await planning();
  const broken: Spec = {
    kind: 'cron',
    expressions: ['nonsense'],
    timezone: 'UTC',
    gap: 'shift',
    fold: 'first',
  };
  await declare(store, definition('a-broken', { spec: broken }), START - 1);
  await declare(store, definition('b-works', { spec: { kind: 'at', at: START + 1 } }), START + 1);
  await settle(planner);
  await settle(planner);
  expect(await planned(store)).toEqual([`b-works@${START + 1}`]);
  expect(faults).toHaveLength(1);
});

test('more broken ones than a page do not stand in the way either', async () => {
  const { store, planner } = await planning();
  for (let i = 0; i < 450; i += 1) {
    await declare(store, definition(`a${i}`), START - 1, { at: START });
  }
  await declare(store, definition('b', { spec: { kind: 'at', at: START + 1 } }), START + 1);
  await settle(planner);
  expect(await planned(store)).toEqual([`b@${START + 1}`]);
});

test('paused, disabled and shadow schedules yield nothing', async () => {
  const { store, planner } = await planning();
  await declare(store, definition('p'), START, { at: START });
  await declare(store, definition('d', { enabled: false }), START);
  await declare(store, definition('s', { enabled: 'shadow' }), START);
  await settle(planner);
  expect(await planned(store)).toEqual([]);
});

test('many schedules and large payloads go in several calls, each within bounds', async () => {
  const { store, planner } = await planning();
  const payload = 'x'.repeat(1_000_000);
  for (const id of ['a', 'b', 'c']) await declare(store, definition(id, { payload }), START);
  for (let i = 0; i < 150; i += 1) await declare(store, definition(`s${i}`), START);
  const sizes: { occurrences: number; bytes: number }[] = [];
  const plan = store.plan.bind(store);
  store.plan = (queue, term, entries) => {
    const drafts = entries.flatMap((entry) => entry.occurrences.map(({ draft }) => draft));
    const bytes = drafts.reduce((sum, draft) => sum + draft.payload.length, 0);
    sizes.push({ occurrences: drafts.length, bytes });
    return plan(queue, term, entries);
  };
  await settle(planner);
  expect(await planned(store)).toHaveLength(153 * 11);
  expect(Math.max(...sizes.map(({ occurrences }) => occurrences))).toBeLessThanOrEqual(1_000);
  expect(Math.max(...sizes.map(({ bytes }) => bytes))).toBeLessThanOrEqual(4 * 1024 * 1024);
});

test('a schedule edited under its hands is read again', async () => {
  const { store, planner } = await planning();
  await declare(store, definition('s', { spec: { kind: 'at', at: START + 1 } }), START + 1);
  const plan = store.plan.bind(store);
  store.plan = async (queue, term, entries) => {
    store.plan = plan;
    const row = await store.schedule('s');
    if (!row) throw new Error('gone');
    const schedule = { ...row.schedule, revision: 2 };
    schedule.definition = definition('s', { spec: { kind: 'at', at: START + 2 } });
    const expected = { revision: 1, cursor: row.cursor };
    await store.edit(QUEUE, { id: 's', expect: expected, schedule, cursor: START + 2, withdraw: null });
    return plan(queue, term, entries);
  };
  await settle(planner);
  expect(await planned(store)).toEqual([`s@${START + 2}`]);
});

test('a planner whose term is over changes nothing and says so', async () => {
  const { store, planner, fenced } = await planning();
  await declare(store, definition('s'), START);
  await office(store, 'b~2');
  expect(await planner.tick()).toBe(Number.POSITIVE_INFINITY);
  expect(fenced()).toBe(1);
  expect(await planned(store)).toEqual([]);
});

test('a store that keeps answering stale is not asked at full speed', async () => {
  const { store, planner } = await planning();
  await declare(store, definition('s'), START);
  store.plan = async (_queue, _term, entries) => entries.map(() => 'stale' as const);
  await expect(settle(planner)).resolves.toBeGreaterThan(0);
});

test('no more than maxRuns are planned, and then there is nothing left to plan', async () => {
  const { store, planner } = await planning();
  await declare(store, definition('s', { maxRuns: 14 }), START);
  await settle(planner);
  expect(await store.schedule('s')).toMatchObject({ runs: 11, cursor: START + 11_000 });
  store.advance(5_000);
  // One of them may still be taken back: that it has had its runs is said when the next one would come.
  expect(await settle(planner)).toBe(9_000);
  expect(await store.schedule('s')).toMatchObject({ runs: 14, cursor: START + 14_000 });
  store.advance(9_000);
  expect(await settle(planner)).toBe(Number.POSITIVE_INFINITY);
  expect(await store.schedule('s')).toMatchObject({ runs: 14, cursor: null });
  expect(await planned(store)).toHaveLength(14);
});

test('a schedule that has had its runs is put to rest, and what passed is not missed', async () => {
  const { store, planner } = await planning();
  const first = START - 3_600_000;
  await store.edit(QUEUE, {
    id: 's',
    expect: null,
    schedule: {
      definition: definition('s', { maxRuns: 3 }),
      revision: 1,
      source: { kind: 'api', set: 'test' },
      createdAt: START,
      updatedAt: START,
    },
    cursor: first,
    withdraw: null,
    runs: 3,
  });
  await settle(planner);
  expect(await store.schedule('s')).toMatchObject({ runs: 3, cursor: null });
  expect(await planned(store)).toEqual([]);
  expect(await exceptionsOf(store, 's')).toEqual([]);
});

test('what is caught up counts as run, what is missed does not', async () => {
  const { store, planner } = await planning();
  const spec = { kind: 'every', every: 60_000, phase: 0 } as const;
  const catchUp = { policy: 'all', window: 600_000, max: 100 } as const;
  await declare(store, definition('s', { spec, catchUp, maxRuns: 3 }), START - 3_600_000);
  await settle(planner);
  const at = (minutes: number) => START - minutes * 60_000;
  expect(await planned(store)).toEqual([10, 9, 8].map((minutes) => `s@${at(minutes)}`));
  expect(await store.schedule('s')).toMatchObject({ runs: 3, cursor: null });
  // What it would have caught up beyond its last run is not missed.
  expect(await exceptionsOf(store, 's')).toMatchObject([
    { word: 'missed', from: at(60), count: 50 },
    { word: 'limit', count: 6 },
  ]);
});

test('with jitter a task comes due later than its instant, which names it and moves the cursor', async () => {
  const { store, planner } = await planning();
  await declare(store, definition('s', { jitter: 900 }), START);
  await settle(planner);
  const { items } = await store.list(QUEUE, 'scheduled', 100);
  expect(items).toHaveLength(11);
  for (const { id, dueAt } of items) {
    const late = dueAt - Number(id.split('@')[1]);
    expect(late >= 0 && late <= 900).toBe(true);
  }
  expect(new Set(items.map(({ dueAt }) => dueAt % 1_000)).size).toBeGreaterThan(5);
  expect((await store.schedule('s'))?.cursor).toBe(START + 11_000);
});

test('an instant that passed unplanned fires at its due time when that is still to come', async () => {
  const { store, planner } = await planning();
  const spec = { kind: 'every', every: 86_400_000, phase: 0 } as const;
  const catchUp = { policy: 'none', window: 0, max: 1 } as const;
  // Half a day late already, of up to a whole day of jitter.
  const midnight = START - 43_200_000;
  const late: string[] = [];
  const due: string[] = [];
  for (let n = 0; n < 40; n += 1) {
    const one = definition(`s${n}`, { spec, catchUp, jitter: 86_400_000 });
    await declare(store, one, midnight);
    (dueOf(one, midnight) < START ? late : due).push(`s${n}@${midnight}`);
  }
  await settle(planner);
  expect(Math.min(late.length, due.length)).toBeGreaterThan(5);
  expect(await planned(store)).toEqual(due.sort());
  for (const id of late) {
    const [schedule = ''] = id.split('@');
    expect(await exceptionsOf(store, schedule)).toMatchObject([{ word: 'missed', from: midnight, count: 1 }]);
  }
});

test('what a schedule leaves out is not planned', async () => {
  const { store, planner } = await planning();
  const exclude = { timezone: 'UTC', items: [{ cron: '1-8 * * * * *' }] };
  await declare(store, definition('s', { exclude }), START);
  await settle(planner);
  expect(await planned(store)).toEqual([0, 9, 10].map((n) => `s@${START + n * 1_000}`).sort());
  expect((await store.schedule('s'))?.cursor).toBe(START + 11_000);
});

test('is behind from the first look that did not end well until one does', async () => {
  const { store, planner } = await planning();
  await declare(store, definition('s'), START);
  expect(planner.behindSince).toBeNull();
  const { plannable } = store;
  let answer = (): void => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  store.plannable = async (...call) => {
    await answered;
    return plannable.apply(store, call);
  };
  const ticking = planner.tick();
  expect(planner.behindSince).toEqual(expect.any(Number));
  answer();
  await ticking;
  expect(planner.behindSince).toBeNull();
  store.plannable = async () => {
    throw new Error('refused');
  };
  await expect(planner.tick()).rejects.toThrow('refused');
  const failing = planner.behindSince;
  await expect(planner.tick()).rejects.toThrow('refused');
  expect([failing, planner.behindSince]).toEqual([expect.any(Number), failing]);
  store.plannable = plannable;
  await planner.tick();
  expect(planner.behindSince).toBeNull();
});

test('exceptions beside the ledger are taken in though nothing else of it changes', async () => {
  const { store, planner } = await planning();
  await declare(store, definition('s'), START);
  const cancelled: number[] = [];
  for (let n = 0; n < 10; n += 1) {
    await settle(planner);
    for (const id of await planned(store)) {
      expect(await store.cancel(QUEUE, id)).toBe('cancelled');
      cancelled.push(Number(id.split('@')[1]));
    }
    store.advance(HORIZON);
  }
  await settle(planner);
  expect(cancelled.length).toBeGreaterThan(64);
  expect((await store.schedule('s'))?.singles?.length ?? 0).toBeLessThan(64);
  expect(new Set(await wordsOf(store, 's', cancelled))).toEqual(new Set(['cancelled']));
});
