/** Backfill over the model: which instants it creates, once, at its pace, whoever carries it out. */

import { beforeEach, describe, expect, test } from 'vitest';
import { previewBackfill, startBackfill } from '../../../src/operations/backfill.js';
import { carryOn } from '../../../src/operations/carry-on.js';
import { abortOperation } from '../../../src/operations/operations.js';
import { CatchUpRate } from '../../../src/scheduler/catch-up-rate.js';
import { pauseSchedule, putSchedule, removeSchedule, resumeSchedule } from '../../../src/schedules/edit.js';
import { occurrencesOf } from '../../../src/schedules/occurrences.js';
import type { ScheduleRow, Term } from '../../../src/store/contract/index.js';
import type { ModelStore } from '../../../src/testing/model-store.js';
import { wordsOf } from '../../support/fates.js';
import { definition, office, QUEUE, START, world } from '../scheduler/support.js';

const MIN = 60_000;
const API = { kind: 'api', set: 'api' } as const;

let store: ModelStore;
let term: Term;

/** Every minute, made at START and paused from then on: nothing has fired. */
beforeEach(async () => {
  ({ store } = await world());
  term = await office(store);
  await put();
  await pauseSchedule(store, 's', {}, store.now);
  store.advance(60 * MIN);
  await resumeSchedule(store, 's', store.now);
});

const put = (fields = {}) =>
  putSchedule(
    store,
    definition('s', { spec: { kind: 'every', every: MIN, phase: 0 }, ...fields }),
    API,
    store.now,
  );

async function row(): Promise<ScheduleRow> {
  const found = await store.schedule('s');
  if (!found) throw new Error('gone');
  return found;
}

const range = (from: number, to: number) => ({ from: START + from * MIN, to: START + to * MIN });

async function start(from: number, to: number, over = {}): Promise<string> {
  const wish = { ...range(from, to), ...over };
  return (await startBackfill(store, await row(), wish, store.now, 'test')).id;
}

/** Carries it out to its end; answers how it ended. */
async function carried(id: string, by = term, slices = 1_000) {
  for (let i = 0; i < slices; i += 1) {
    const record = await store.operation(id);
    if (!record) throw new Error('no operation');
    const on = await carryOn(record, { store, term: by, now: store.now });
    if (on === 'fenced') return on;
    if ('ended' in on) return on.ended;
    store.advance(on.again);
  }
  return store.operation(id);
}

/** Minutes after START of the runs of backfills, as often as there are. */
async function runs(): Promise<number[]> {
  await store.promote(QUEUE, 1_000);
  const ready = (await store.list(QUEUE, 'ready', 1_000)).items;
  return ready
    .flatMap(({ id }) => /@(\d+)\+/.exec(id)?.[1] ?? [])
    .map((nominal) => (Number(nominal) - START) / MIN)
    .sort((a, b) => a - b);
}

const words = (...minutes: number[]) =>
  wordsOf(
    store,
    's',
    minutes.map((n) => START + n * MIN),
  );
const count = async (from: number, to: number, over = {}) =>
  (await previewBackfill(await row(), { ...range(from, to), ...over }, store.now)).count;

describe('a backfill', () => {
  test('creates what did not fire in [from, to), in order, and the ledger says so with the task', async () => {
    expect(await previewBackfill(await row(), range(10, 14), store.now)).toMatchObject({
      count: 4,
      sample: [{ nominalAt: new Date(START + 10 * MIN).toISOString(), fate: 'paused' }, {}, {}, {}],
    });
    const id = await start(10, 14);
    expect(await carried(id)).toMatchObject({ state: 'done', matched: 4, done: 4, failed: 0 });
    expect(await runs()).toEqual([10, 11, 12, 13]);
    expect(await words(9, 10, 13, 14)).toEqual(['paused', 'fired', 'fired', 'paused']);
    const seen = await occurrencesOf(store, await row(), { now: store.now, ...range(12, 14) });
    expect(seen.items).toMatchObject([
      { fate: 'fired', taskId: `s@${START + 12 * MIN}+${id}`, state: 'ready' },
      { fate: 'fired', taskId: `s@${START + 13 * MIN}+${id}` },
      { fate: 'skipped', reason: 'paused' },
    ]);
  });

  test('repeated creates nothing; what lies between two of them does', async () => {
    await carried(await start(10, 12));
    await carried(await start(14, 16));
    expect(await count(10, 12)).toBe(0);
    expect(await carried(await start(9, 17))).toMatchObject({ matched: 4, done: 4 });
    expect(await runs()).toEqual([9, 10, 11, 12, 13, 14, 15, 16]);
  });

  test('with rerun creates runs of their own for those that fired as well, which nobody counts', async () => {
    await carried(await start(10, 12));
    const before = (await row()).runs;
    expect(await carried(await start(10, 14, { rerun: true }))).toMatchObject({ matched: 4, done: 4 });
    expect(await runs()).toEqual([10, 10, 11, 11, 12, 13]);
    expect((await row()).runs).toBe(before + 2);
  });

  test('reaches before the schedule existed, once', async () => {
    expect(await count(-5, 2)).toBe(7);
    expect(await carried(await start(-5, 2))).toMatchObject({ done: 7 });
    expect(await runs()).toEqual([-5, -4, -3, -2, -1, 0, 1]);
    expect(await count(-5, 2)).toBe(0);
    expect(await count(-8, 2)).toBe(3);
    await put({ spec: { kind: 'every', every: 2 * MIN, phase: 0 } });
    expect(await count(-8, -5)).toBe(2);
  });

  test('leaves what was pruned from the ledger alone, unless rerun', async () => {
    const found = await row();
    const ledger = { ...JSON.parse(found.ledger?.text ?? ''), knownFrom: START + 20 * MIN, pruned: true };
    const pruned = { ...found, ledger: { version: 9, text: JSON.stringify(ledger) } };
    expect((await previewBackfill(pruned, range(-5, 25), store.now)).count).toBe(5);
    const again = { ...range(-5, 25), rerun: true };
    expect((await previewBackfill(pruned, again, store.now)).count).toBe(30);
  });

  test('keeps its pace, and goes on under the next leader without a run twice', async () => {
    const id = await start(10, 20, { perMinute: 60 });
    const begun = store.now;
    await carried(id, term, 3);
    expect(await runs()).toHaveLength(3);
    const next = await office(store, 'b~2');
    expect(await carried(id, term)).toBe('fenced');
    // The leader before had made one more, and died before it wrote that down.
    const { changeOperation } = store;
    store.changeOperation = async () => {
      throw new Error('dead');
    };
    store.advance(1_000);
    await expect(carried(id, next)).rejects.toThrow('dead');
    store.changeOperation = changeOperation;
    expect(await runs()).toHaveLength(4);
    expect(await carried(id, next)).toMatchObject({ state: 'done', done: 10 });
    expect(await runs()).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect(store.now - begun).toBeGreaterThanOrEqual(9_000);
  });

  test('stops when it is aborted, or the schedule is removed, and waits while that is paused', async () => {
    const aborted = await start(10, 20, { perMinute: 60 });
    await carried(aborted, term, 2);
    await abortOperation(store, aborted, store.now, 'enough');
    expect(await carried(aborted)).toMatchObject({ state: 'aborted', problem: 'aborted: enough' });
    expect(await runs()).toHaveLength(2);
    const waiting = await start(10, 20, { perMinute: 60 });
    store.advance(1);
    await pauseSchedule(store, 's', {}, store.now);
    expect(await carried(waiting, term, 5)).toMatchObject({ state: 'running', done: 0 });
    await removeSchedule(store, 's', store.now);
    expect(await carried(waiting)).toMatchObject({ state: 'aborted', problem: 'the schedule s was removed' });
  });

  test('counts the runs that maxRuns leaves', async () => {
    await put({ maxRuns: 5 });
    await expect(start(10, 20)).rejects.toThrow('would create 10 runs that count, and maxRuns (5) leaves 5');
    expect(await carried(await start(10, 13))).toMatchObject({ done: 3 });
    expect(await count(13, 15)).toBe(2);
  });

  test('is refused with the reason, and creates nothing', async () => {
    const refused = async (wish: object, text: string) =>
      expect(startBackfill(store, await row(), { ...range(0, 1), ...wish }, store.now, 'x')).rejects.toThrow(
        text,
      );
    await refused(range(5, 5), 'One field');
    await refused(range(0, 61), 'One field');
    await refused({ from: START - 10_000 * MIN }, 'would create 10001');
    await put({ endAt: START + 10 * MIN });
    await refused({}, 'has finished, because it has no run before its end');
    expect(await store.operations()).toEqual([]);
  });
});

describe('the rate of all together', () => {
  const PER_MINUTE = 12;

  /** Carries them out together with something else that wants room, for so many minutes; when each run was made. */
  async function together(ids: string[], minutes: number, others: () => number, by: CatchUpRate) {
    const made: number[] = [];
    const next = new Map(ids.map((id) => [id, store.now]));
    const end = store.now + minutes * MIN;
    let known = (await runs()).length;
    while (store.now < end) {
      for (const [id, at] of next) {
        const record = await store.operation(id);
        if (at > store.now || record?.state !== 'running') continue;
        const on = await carryOn(record, { store, term, now: store.now, rate: by });
        if (on !== 'fenced' && 'again' in on) next.set(id, store.now + Math.max(10, on.again));
      }
      const now = (await runs()).length;
      for (; known < now; known += 1) made.push(store.now);
      for (let more = others(); more > 0; more -= 1) made.push(store.now);
      store.advance(50);
    }
    return made;
  }

  const mostInAMinute = (made: readonly number[]): number =>
    Math.max(...made.map((at) => made.filter((other) => at <= other && other < at + MIN).length));

  test('holds for backfills and catch-up together, in turns, whatever pace they ask for', async () => {
    await put({ overlap: 'allow' });
    const rate = new CatchUpRate(PER_MINUTE, store.clock());
    const ids = [await start(0, 30), await start(30, 60, { perMinute: 60_000 })];
    const had = { backfill: 0, queue: 0 };
    const made = await together(
      ids,
      3,
      () => {
        const room = rate.room('mail');
        if (room > 0) rate.taken('mail', room);
        had.queue += room;
        return room;
      },
      rate,
    );
    had.backfill = made.length - had.queue;
    expect(mostInAMinute(made)).toBeLessThanOrEqual(PER_MINUTE);
    expect(made.length).toBeGreaterThan(2.5 * PER_MINUTE);
    // Three have their turns.
    expect(had.queue).toBeGreaterThan(made.length / 4);
    expect(had.backfill).toBeGreaterThan(made.length / 2);
    const done = await Promise.all(ids.map(async (id) => (await store.operation(id))?.done ?? 0));
    expect(Math.min(...done)).toBeGreaterThan(8);
  });
});
