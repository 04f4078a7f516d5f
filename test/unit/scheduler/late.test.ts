/** What a planner decides late: runs that came due too late, stretches nobody planned, cursors of a wrong clock. */

import { describe, expect, test } from 'vitest';
import type { ScheduleDefinition } from '../../../src/domain/schedule/schedule.js';
import { Planner } from '../../../src/scheduler/planner.js';
import { pauseSchedule, putSchedule } from '../../../src/schedules/edit.js';
import { exceptionsOf, wordsOf } from '../../support/fates.js';
import { definition, office, QUEUE, START, world } from './support.js';

const HOUR = 3_600_000;
const API = { kind: 'api', set: 'test' } as const;

async function leading(horizon = 10_000) {
  const { store, clock, context } = await world();
  const term = await office(store);
  const gate = { open: true };
  const options = { ...context, term, horizon, onFenced: async () => {}, mayCatchUp: () => gate.open };
  const planner = new Planner(options);
  const settle = async (): Promise<number> => {
    for (let i = 0; i < 200; i += 1) {
      const delay = await planner.tick();
      if (delay > 0) return delay;
    }
    throw new Error('the planner does not come to rest');
  };
  const put = (over: Partial<ScheduleDefinition>) =>
    putSchedule(store, definition('s', over), API, store.now);
  /** As the promoter of the leader does. */
  const promote = async (): Promise<void> => {
    if ((await store.promote(QUEUE, 1_000)).late) planner.lookBack();
  };
  const ready = async () => (await store.list(QUEUE, 'ready', 1_000)).items.map(({ id }) => id).sort();
  return { store, clock, planner, gate, settle, put, promote, ready };
}

const every = (ms: number) => ({ spec: { kind: 'every', every: ms, phase: 0 } as const });
const catchUp = (policy: 'none' | 'latest' | 'all') => ({ policy, window: 24 * HOUR, max: 100 });

describe('a run that was planned before everything stood still', () => {
  const afterwards = async (policy: 'none' | 'latest' | 'all', over: Partial<ScheduleDefinition> = {}) => {
    const all = await leading(600_000);
    await all.put({ ...every(60_000), catchUp: catchUp(policy) });
    await all.settle();
    // Nobody is there for an hour.
    all.store.advance(HOUR);
    await all.put({ ...every(60_000), catchUp: catchUp(policy), ...over });
    await all.promote();
    await all.settle();
    await all.promote();
    return all;
  };

  test('none: neither what was planned nor what was not runs, but for the grace', async () => {
    const { store, ready } = await afterwards('none');
    expect(await ready()).toEqual([`s@${START + HOUR - 60_000}`, `s@${START + HOUR}`]);
    expect(await wordsOf(store, 's', [START + 60_000, START + 30 * 60_000])).toEqual(['missed', 'missed']);
    expect(await exceptionsOf(store, 's')).toMatchObject([{ word: 'missed', count: 58 }]);
    expect(await store.late(QUEUE, 9)).toEqual({ runs: [], rows: [] });
  });

  test('what was missed is one event, however many instants that is', async () => {
    const { store, settle, promote, put } = await leading(600_000);
    await put({ ...every(1_000), catchUp: catchUp('none') });
    await settle();
    const from = await store.observe(null, 2 * HOUR);
    store.advance(HOUR);
    await promote();
    await settle();
    const { events } = await store.events(null, { ms: from }, ({ type }) => type === 'schedule.missed');
    const missed = events.map(({ happened }) => happened);
    expect(missed.length).toBeLessThan(10);
    const counts = missed.map((one) => (one.what === 'instants' ? one.count : 0));
    const [exception] = await exceptionsOf(store, 's');
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(exception?.count);
  });

  test('latest: one of all of them runs', async () => {
    const { ready } = await afterwards('latest');
    const at = [2, 1, 0].map((minutes) => `s@${START + HOUR - minutes * 60_000}`);
    expect(await ready()).toEqual(at);
  });

  test('all: each runs once, whether it was planned or not', async () => {
    const { store, ready } = await afterwards('all');
    const all = Array.from({ length: 60 }, (_, n) => `s@${START + (n + 1) * 60_000}`);
    expect(await ready()).toEqual(all.sort());
    expect(await exceptionsOf(store, 's')).toEqual([]);
    expect((await store.schedule('s'))?.runs).toBe(60 + 10);
  });

  test('the definition now in force decides, and makes the run', async () => {
    const { store, ready } = await afterwards('none', { handler: 'renamed', catchUp: catchUp('latest') });
    const ids = await ready();
    expect(ids).toHaveLength(3);
    for (const id of ids) expect((await store.find(id))?.handler).toBe('renamed');
  });

  test('disabled meanwhile: nothing runs', async () => {
    const { store, ready } = await afterwards('all', { enabled: false });
    expect(await ready()).toEqual([]);
    expect(await wordsOf(store, 's', [START + 60_000, START + HOUR])).toEqual(['disabled', 'disabled']);
    expect((await store.schedule('s'))?.runs).toBe(0);
  });
});

test('one that is late by less than its grace runs, however it was set aside', async () => {
  const { store, settle, put, promote, ready } = await leading();
  await put({ ...every(10_000), catchUp: catchUp('none') });
  await settle();
  store.advance(30_000);
  await promote();
  expect((await store.late(QUEUE, 9)).runs).toHaveLength(1);
  await settle();
  await promote();
  expect(await ready()).toEqual([1, 2, 3].map((n) => `s@${START + n * 10_000}`));
});

describe('until what passed may be decided on', () => {
  test('live instants do not wait, the past does, and is decided by the definition that came meanwhile', async () => {
    const { store, gate, planner, settle, put, promote, ready } = await leading();
    gate.open = false;
    await put({ ...every(60_000), catchUp: catchUp('all') });
    store.advance(HOUR + 500);
    await settle();
    await promote();
    const live = [`s@${START + HOUR - 60_000 + 60_000}`];
    expect(await ready()).toEqual(live);
    expect((await store.undecided(QUEUE, store.now, 9)).rows).toHaveLength(1);
    expect((await store.schedule('s'))?.cursor).toBeGreaterThan(store.now);
    await put({ ...every(60_000), catchUp: catchUp('none') });
    gate.open = true;
    planner.lookBack();
    await settle();
    await promote();
    expect(await ready()).toEqual(live);
    expect((await store.undecided(QUEUE, store.now, 9)).rows).toEqual([]);
    expect(await exceptionsOf(store, 's')).toMatchObject([{ word: 'missed', from: START + 60_000 }]);
  });

  test('a schedule that comes to rest meanwhile leaves nothing undecided', async () => {
    const { store, gate, planner, settle, put } = await leading();
    gate.open = false;
    await put({ ...every(60_000), catchUp: catchUp('all') });
    store.advance(HOUR + 500);
    await settle();
    await put({ ...every(60_000), enabled: false });
    gate.open = true;
    planner.lookBack();
    await settle();
    expect((await store.undecided(QUEUE, store.now, 9)).rows).toEqual([]);
    expect(await wordsOf(store, 's', [START + 60_000, START + 120_000])).toEqual(['disabled', 'disabled']);
  });

  test('late runs stay where they are', async () => {
    const { store, gate, planner, settle, put, promote, ready } = await leading(600_000);
    await put({ ...every(60_000), catchUp: catchUp('latest') });
    await settle();
    gate.open = false;
    store.advance(500_500);
    await promote();
    await settle();
    expect(await ready()).toEqual([]);
    gate.open = true;
    planner.lookBack();
    await settle();
    await promote();
    expect(await ready()).toEqual([`s@${START + 420_000}`, `s@${START + 480_000}`]);
  });
});

test('instants of a calendar that was given up while nobody planned are decided on it', async () => {
  const { store, settle, put, promote, ready } = await leading();
  await put({ ...every(7 * 60_000), catchUp: catchUp('all') });
  store.advance(HOUR);
  await put({ ...every(HOUR), catchUp: catchUp('all') });
  await settle();
  await promote();
  expect(await ready()).toEqual(instantsOf(7 * 60_000, START, START + HOUR));
});

function instantsOf(step: number, after: number, until: number): string[] {
  const first = Math.floor(after / step) * step + step;
  const ids: string[] = [];
  for (let nominal = first; nominal <= until; nominal += step) ids.push(`s@${nominal}`);
  return ids.sort();
}

describe('a clock that was ahead', () => {
  test('is noticed by its cursors: planning goes on from now, and no instant fires twice', async () => {
    const { store, clock, settle, put, promote } = await leading();
    await put({ ...every(60_000), catchUp: catchUp('none') });
    await settle();
    store.advance(HOUR);
    await promote();
    await settle();
    store.advance(300_000);
    await promote();
    await settle();
    const { cursor = 0, runs } = (await store.schedule('s')) ?? {};
    expect(cursor).toBeGreaterThan(START + HOUR + 300_000);
    // Put right: five minutes have passed.
    store.set(START + 300_000);
    clock.steps += 1;
    await settle();
    const row = await store.schedule('s');
    expect(row?.cursor).toBeLessThanOrEqual(START + 300_000 + 10_000 + 60_000);
    expect(row?.runs).toBe(runs);
    // The wrong hour comes: every instant of it fires, those that fired already are passed over.
    for (let n = 0; n < 70; n += 1) {
      store.advance(60_000);
      await promote();
      await settle();
      await promote();
    }
    const nominals = Array.from({ length: 70 }, (_, n) => START + 300_000 + n * 60_000);
    const found = await store.runs('s', nominals.slice(1));
    expect(found.size).toBe(69);
    expect((await exceptionsOf(store, 's')).filter(({ word }) => word === 'missed')).toMatchObject([
      { from: START + 60_000 },
    ]);
  });

  test('a cursor that lies far ahead by its calendar is left alone', async () => {
    const { store, settle, put } = await leading();
    await put(every(24 * HOUR));
    await settle();
    const before = await store.schedule('s');
    expect(before?.cursor).toBe(START + 12 * HOUR);
    expect(before).not.toHaveProperty('ledger');
  });
});

describe('however far the horizon reaches', () => {
  test('no more than a thousand instants of one schedule are planned ahead', async () => {
    const { store, settle, put } = await leading(24 * HOUR);
    await put(every(1_000));
    const delay = await settle();
    expect((await store.queueFacts(QUEUE)).scheduled).toBe(1_000);
    expect(delay).toBe(250_000);
    store.advance(delay);
    await store.promote(QUEUE, 1_000);
    await settle();
    expect((await store.schedule('s'))?.cursor).toBe(START + 1_251_000);
  });

  test('a pause takes them all back in one call', async () => {
    const { store, settle, put } = await leading(24 * HOUR);
    await put(every(1_000));
    await settle();
    expect((await pauseSchedule(store, 's', {}, store.now)).word).toBe('changed');
    expect((await store.queueFacts(QUEUE)).scheduled).toBe(0);
    expect((await store.schedule('s'))?.runs).toBe(0);
  });
});
