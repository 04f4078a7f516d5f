/** Pauses that end, and instants that are skipped, over a planner: what fires, what is told, across edits and leaders. */

import { beforeEach, describe, expect, test } from 'vitest';
import { wordsBetween } from '../../../src/domain/schedule/fates.js';
import { Planner } from '../../../src/scheduler/planner.js';
import { createComing } from '../../../src/schedules/coming.js';
import { pauseSchedule, putSchedule, resumeSchedule, skipNext } from '../../../src/schedules/edit.js';
import { ledgerOf } from '../../../src/schedules/ledger-of.js';
import type { ModelStore } from '../../../src/testing/model-store.js';
import { wordsOf } from '../../support/fates.js';
import { definition, office, QUEUE, START, world } from './support.js';

const API = { kind: 'api', set: 'api' } as const;
const S = 1_000;
const every = (ms: number) => ({ spec: { kind: 'every', every: ms, phase: 0 } }) as const;

let store: ModelStore;
let planner: Planner;

async function leader(node: string): Promise<Planner> {
  const term = await office(store, node);
  const context = { queue: QUEUE, store, log: (await world()).context.log };
  return new Planner({ ...context, term, horizon: 5_000, mayCatchUp: () => true, onFenced: async () => {} });
}

async function settle(): Promise<number> {
  planner.edited();
  for (;;) {
    const delay = await planner.tick();
    if (delay > 0) return delay;
  }
}

/** Seconds after START of the runs that wait. */
async function waiting(): Promise<number[]> {
  const { items } = await store.list(QUEUE, 'scheduled', 1_000);
  return items.map(({ id }) => (Number(id.split('@')[1]) - START) / S).sort((a, b) => a - b);
}

async function nextRuns(): Promise<number[]> {
  const row = await store.schedule('s');
  if (!row) throw new Error('gone');
  return createComing()(row, store.now).next.map(({ nominal }) => (nominal - START) / S);
}

const words = (...seconds: number[]) =>
  wordsOf(
    store,
    's',
    seconds.map((n) => START + n * S),
  );
const put = (fields = {}) => putSchedule(store, definition('s', { ...every(S), ...fields }), API, store.now);

beforeEach(async () => {
  ({ store } = await world());
  planner = await leader('a~1');
  await put();
  await settle();
});

describe('a pause with an end', () => {
  test('is over at that time: what lies before it stays unfired, and from there on it fires', async () => {
    const until = START + 10 * S;
    await pauseSchedule(store, 's', { until, reason: 'works' }, store.now, { by: 'ann' });
    expect([await settle(), await waiting()]).toEqual([10 * S, []]);
    expect((await store.schedule('s'))?.schedule.paused).toEqual({
      ...{ at: START, until, reason: 'works', by: 'ann' },
    });
    store.advance(10 * S);
    await settle();
    expect(await waiting()).toEqual([10, 11, 12, 13, 14, 15]);
    expect(await words(5, 9, 10)).toEqual(['paused', 'paused', 'fired']);
    const { schedule } = (await store.schedule('s')) ?? {};
    expect([schedule?.paused, schedule?.by]).toEqual([undefined, 'ann']);
  });

  test('ends on time though nobody led then: the instants since are caught up like any others', async () => {
    await pauseSchedule(store, 's', { until: START + 10 * S }, store.now);
    store.advance(100 * S);
    planner = await leader('b~2');
    await settle();
    expect(await words(9, 10, 50)).toEqual(['paused', 'missed', 'fired']);
  });

  test('stays through an edit, and one made after its end ends it first', async () => {
    await pauseSchedule(store, 's', { until: START + 10 * S }, store.now);
    store.advance(4 * S);
    await put({ handler: 'other' });
    store.advance(16 * S);
    await put({ handler: 'third' });
    expect((await store.schedule('s'))?.schedule.paused).toBeUndefined();
    await settle();
    expect(await words(4, 9, 10)).toEqual(['paused', 'paused', 'fired']);
    expect(await waiting()).toContain(21);
  });

  test('is replaced by another pause, and ended by resume', async () => {
    await pauseSchedule(store, 's', { until: START + 10 * S, reason: 'works' }, store.now);
    await pauseSchedule(store, 's', {}, store.now);
    expect((await store.schedule('s'))?.schedule.paused).toEqual({ at: START, reason: 'works', by: 'api' });
    expect(await store.resuming(QUEUE, 10)).toEqual([]);
    await pauseSchedule(store, 's', { until: START + 20 * S }, store.now);
    expect(await store.resuming(QUEUE, 10)).toEqual([{ id: 's', at: START + 20 * S }]);
    store.advance(3 * S);
    await resumeSchedule(store, 's', store.now);
    expect(await store.resuming(QUEUE, 10)).toEqual([]);
    await settle();
    expect(await waiting()).toEqual([4, 5, 6, 7, 8]);
  });
});

describe('skip next', () => {
  test('passes over planned and coming instants, says so, and adds up', async () => {
    await skipNext(store, 's', 2, store.now);
    await skipNext(store, 's', 5, store.now);
    await settle();
    expect(await nextRuns()).toEqual([8, 9, 10, 11, 12]);
    expect(await waiting()).toEqual([]);
    store.advance(9 * S);
    await settle();
    expect(await words(1, 7, 8)).toEqual(['skipNext', 'skipNext', 'fired']);
  });

  test('tells who asked for each, when and why, however many there were', async () => {
    await put(every(10 * S));
    const askers: string[] = [];
    // Many requests with runs between, so that the ledger folds them; some of them wait for the one before.
    for (let n = 0; n < 60; n += 1) {
      const by = ['ann', 'bob', 'cy'][n % 3] ?? '';
      await skipNext(store, 's', 1, store.now, { by, reason: `request ${n}` });
      askers.push(`${by}: request ${n}`);
      if (n % 2 === 0) continue;
      store.advance(30 * S);
      await settle();
    }
    const row = await store.schedule('s');
    if (!row) throw new Error('gone');
    const ledger = ledgerOf(row);
    expect(ledger.exceptions.length).toBeLessThan(30);
    const asked = { from: START, to: store.now, limit: 1_000, singles: row.singles ?? [] };
    const { instants } = wordsBetween(ledger, row.schedule.definition, asked);
    const skipped = instants.filter(({ word }) => word === 'skipNext');
    expect(skipped.map((one) => `${one.asked?.by}: ${one.asked?.reason}`)).toEqual(askers);
    expect(skipped.map((one) => Math.floor(((one.asked?.at ?? 0) - START) / (30 * S)))).toEqual(
      askers.map((_, n) => Math.floor(n / 2)),
    );
  });

  test('survives an edit of something else, and is as many instants of another calendar', async () => {
    await skipNext(store, 's', 3, store.now);
    await put({ handler: 'other' });
    expect(await nextRuns()).toEqual([4, 5, 6, 7, 8]);
    store.advance(S);
    await put({ ...every(10 * S) });
    expect(await nextRuns()).toEqual([30, 40, 50, 60, 70]);
    expect(await words(1, 10, 20, 30)).toEqual(['skipNext', 'skipNext', 'skipNext', null]);
  });

  test('is dropped by resume: what was taken back is planned again', async () => {
    await skipNext(store, 's', 3, store.now);
    await settle();
    store.advance(S);
    await resumeSchedule(store, 's', store.now);
    await settle();
    expect(await waiting()).toEqual([2, 3, 4, 5, 6]);
    expect(await words(1, 2)).toEqual(['skipNext', 'fired']);
    expect((await resumeSchedule(store, 's', store.now)).word).toBe('unchanged');
  });

  test('takes no run of maxRuns away', async () => {
    await put({ maxRuns: 4 });
    await settle();
    await skipNext(store, 's', 2, store.now);
    await settle();
    expect(await waiting()).toEqual([3, 4, 5]);
  });

  test('is refused where nothing fires that could be skipped', async () => {
    await pauseSchedule(store, 's', {}, store.now);
    await expect(skipNext(store, 's', 1, store.now)).rejects.toThrow('is paused');
    await put({ enabled: false });
    await resumeSchedule(store, 's', store.now);
    await expect(skipNext(store, 's', 1, store.now)).rejects.toThrow('is disabled');
    await put({ endAt: START + S });
    store.advance(2 * S);
    await expect(skipNext(store, 's', 1, store.now)).rejects.toThrow(
      'has finished, because it has no run before its end',
    );
    await put({});
    await expect(skipNext(store, 's', 1_001, store.now)).rejects.toThrow('pause it instead');
  });
});
