/** Behaviour of late runs, of exceptions beside the ledger, of what a rest takes back, and of moves. */

import { describe, expect, it } from 'vitest';
import type { StoredSchedule } from '../../../src/domain/schedule/schedule.js';
import type { PlanEntry, ScheduleEdit } from '../../../src/store/contract/index.js';
import { entry, instant, ledgerText, plain, scheduleEdit } from './schedule-parts.js';
import { LONG, type MakeStore, onStage } from './stage.js';

const LANE = { handler: 'work', priority: 'normal' } as const;

export function describeLate(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const at = (n: number) => instant(stage(), n);
  const idAt = (n: number) => `daily@${at(n)}`;
  const daily = (over: Partial<StoredSchedule> = {}) => ({ ...plain('daily', 'main'), ...over });
  const create = () => stage().store.edit('main', scheduleEdit(daily(), at(0)));
  const row = () => stage().store.schedule('daily');

  /** Plans the instants 0 to `to`, each due `age` ms ago. */
  async function planOld(to: number, age: number, over: Partial<PlanEntry> = {}) {
    const term = await stage().rule();
    const plan = entry(stage(), 'daily', 0, to, over);
    const now = await stage().store.time();
    for (const [n, { draft }] of plan.occurrences.entries()) draft.due = now - age + n;
    expect(await stage().store.plan('main', term, [plan])).toEqual(['planned']);
    return term;
  }

  /** An edit of `daily` after which it rests. */
  function rests(cursor: number, withdraw: number[], schedule: StoredSchedule | null): ScheduleEdit {
    return {
      id: 'daily',
      expect: { revision: 1, cursor },
      schedule,
      cursor: null,
      withdraw: {
        nominals: withdraw.map(at),
        planned: daily().definition,
        rest: { word: 'paused', until: at(1) },
      },
    };
  }
  const paused = () => daily({ revision: 2, paused: { at: 5 } });

  describe('late runs', () => {
    it('are set aside by whoever promotes, and wait as scheduled', async () => {
      const { store } = stage();
      await create();
      await planOld(1, 11_000);
      expect(await store.promote('main', 10)).toMatchObject({ late: true, nextDue: null });
      expect((await stage().claim('w')).tasks).toEqual([]);
      expect(await stage().states([idAt(0), idAt(1)])).toEqual(['scheduled', 'scheduled']);
      const [soon = ''] = await stage().put(['soon'], { due: stage().start + LONG });
      for (const limit of [1, 2, 10]) {
        expect(await stage().list('scheduled', limit)).toEqual([soon, idAt(0), idAt(1)]);
      }
      await store.cancel('main', soon);
      const late = await store.late('main', 10);
      expect(late.runs.map(({ schedule, nominal }) => [schedule, nominal])).toEqual([
        ['daily', at(0)],
        ['daily', at(1)],
      ]);
      expect(late.rows).toMatchObject([{ cursor: at(2), runs: 2 }]);
      expect((await store.late('main', 1)).runs).toHaveLength(1);
    });

    it('are set aside by a claim as well', async () => {
      const { store } = stage();
      await create();
      await planOld(1, 11_000);
      expect((await stage().claim('w')).tasks).toEqual([]);
      expect((await store.late('main', 10)).runs).toHaveLength(2);
    });

    it('are only those of schedules, and only by more than ten seconds', async () => {
      const { store } = stage();
      await create();
      await planOld(1, 8_000);
      await stage().put(['old'], { due: (await store.time()) - 60_000 });
      expect(await store.promote('main', 10)).toMatchObject({ late: false });
      expect((await stage().claim('w')).tasks).toHaveLength(3);
    });

    it('a retry is none', async () => {
      const { store } = stage();
      await create();
      await planOld(0, 0);
      await store.promote('main', 10);
      const task = await stage().take('w');
      const due = (await store.time()) - 20_000;
      await store.settle('main', 'w', [stage().settlement(task, 'w', { to: 'retry', due })]);
      expect(await store.promote('main', 10)).toMatchObject({ late: false });
      expect((await stage().take('w')).attempt).toBe(2);
    });

    it('are taken back by a plan, and planned anew where they still fire', async () => {
      const { store } = stage();
      await create();
      const term = await planOld(2, 11_000);
      await store.promote('main', 10);
      const { runs } = await store.late('main', 10);
      const [first, second, third] = runs.map(({ member }) => member);
      const [again] = entry(stage(), 'daily', 2, 2).occurrences;
      if (!first || !second || !third || !again) throw new Error('three expected');
      again.draft.payload = '"new"';
      again.draft.due = stage().start;
      const judged = {
        ...{ schedule: 'daily', revision: 1, cursor: at(3), next: at(3) },
        occurrences: [again],
        late: [first, second, third],
        ledger: ledgerText(0, '"two missed"'),
      };
      expect(await store.plan('main', term, [{ ...judged, revision: 2 }])).toEqual(['stale']);
      expect(await store.plan('main', term, [judged])).toEqual(['planned']);
      expect(await store.plan('main', term, [judged])).toEqual(['stale']);
      expect(await row()).toMatchObject({ runs: 1, ledger: { text: '"two missed"' } });
      await store.promote('main', 10);
      expect((await stage().take('w')).payload).toBe('"new"');
      expect(await stage().states([0, 1].map(idAt))).toEqual([null, null]);
      expect(await store.late('main', 10)).toEqual({ runs: [], rows: [] });
    });

    it('one that was cancelled meanwhile makes the plan stale, and its word stands beside the ledger', async () => {
      const { store } = stage();
      await create();
      const term = await planOld(1, 11_000);
      await store.promote('main', 10);
      const late = (await store.late('main', 10)).runs.map(({ member }) => member);
      expect(await store.cancel('main', idAt(0))).toBe('cancelled');
      const judged = { schedule: 'daily', revision: 1, cursor: at(2), next: at(2), occurrences: [], late };
      expect(await store.plan('main', term, [judged])).toEqual(['stale']);
      expect((await row())?.singles).toEqual([[at(0), 'cancelled']]);
      expect(await store.singled('main')).toEqual(['daily']);
      expect(await store.glance(['main'])).toMatchObject([{ singled: true }]);
      expect((await store.plannable('main', at(9), 9)).rows).toMatchObject([
        { singles: [[at(0), 'cancelled']] },
      ]);
      const taken = ledgerText(0, '"one cancelled"', { taken: [at(0)] });
      const [, second = ''] = late;
      expect(await store.plan('main', term, [{ ...judged, late: [second], ledger: taken }])).toEqual([
        'planned',
      ]);
      expect((await row())?.singles).toBeUndefined();
    });

    it('those of a schedule that is gone can be taken back', async () => {
      const { store } = stage();
      await create();
      const term = await planOld(0, 11_000);
      const removal = { ...rests(at(1), [], null), withdraw: null };
      expect(await store.edit('main', removal)).toBe('ok');
      await store.promote('main', 10);
      const { runs, rows } = await store.late('main', 10);
      expect(rows).toEqual([]);
      const late = runs.map(({ member }) => member);
      const gone = { schedule: 'daily', revision: null, cursor: null, next: null, occurrences: [], late };
      expect(await store.plan('main', term, [gone])).toEqual(['planned']);
      expect(await stage().states([idAt(0)])).toEqual([null]);
    });
  });

  describe('a schedule that comes to rest', () => {
    it('takes back what waits in the due set and what is late, and writes down the word up to its end', async () => {
      const { store } = stage();
      await create();
      await planOld(0, 11_000);
      await store.promote('main', 10);
      const term = await stage().rule();
      await store.plan('main', term, [entry(stage(), 'daily', 1, 3)]);
      expect(await store.edit('main', rests(at(4), [1, 2, 3], paused()))).toBe('ok');
      expect(await stage().states([0, 1, 2, 3].map(idAt))).toEqual([null, null, null, null]);
      expect(await row()).toMatchObject({
        runs: 0,
        cursor: null,
        singles: [
          [at(0), 'paused'],
          [at(1), 'paused'],
        ],
      });
      expect((await store.late('main', 10)).runs).toEqual([]);
    });

    it('takes back ready runs that nobody has claimed, and no others', async () => {
      const { store } = stage();
      await create();
      await store.edit('main', scheduleEdit(plain('daily2', 'main'), at(0)));
      const term = await planOld(3, 100);
      const other = entry(stage(), 'daily2', 0, 0);
      const now = await store.time();
      for (const { draft } of other.occurrences) draft.due = now;
      await store.plan('main', term, [other]);
      await store.promote('main', 10);
      const running = await stage().take('w');
      expect(await store.edit('main', rests(at(4), [], paused()))).toBe('ok');
      let position: number | null = 0;
      while (position !== null)
        position = await store.withdrawReady('main', 'daily', LANE, position, { word: 'paused' });
      const ids = [0, 1, 2, 3].map(idAt);
      expect(await stage().states(ids)).toEqual(ids.map((id) => (id === running.id ? 'running' : null)));
      expect(await row()).toMatchObject({ runs: 1 });
      expect((await row())?.singles).toHaveLength(3);
      expect((await stage().claim('v')).tasks.map(({ id }) => id)).toEqual([`daily2@${at(0)}`]);
      expect((await store.queueFacts('main')).ready).toBe(0);
    });

    it('keeps what is still to be taken back, until that edit’s is done, and spares what came later', async () => {
      const { store } = stage();
      await create();
      await planOld(1, 100);
      const other = { handler: 'former', priority: 'high' } as const;
      const ready = { lanes: [LANE, other], word: 'paused' as const };
      const edit = rests(at(2), [], paused());
      const rest = { word: 'paused' as const, until: at(1), ready };
      const before = await store.time();
      await store.promote('main', 10);
      await store.edit('main', { ...edit, withdraw: { nominals: [], planned: daily().definition, rest } });
      const [open, ...more] = await store.openWithdrawals('main');
      expect([open, more]).toEqual([
        { id: 'daily', queue: 'main', revision: 1, at: expect.any(Number), ...ready },
        [],
      ]);
      expect(open?.at).toBeGreaterThanOrEqual(before);
      const take = (lane: typeof LANE | typeof other, how: object) =>
        store.withdrawReady('main', 'daily', lane, 0, { word: 'paused', ...how });
      expect(await take(LANE, { until: at(0) })).toBeNull();
      expect(await stage().states([idAt(0), idAt(1)])).toEqual([null, 'ready']);
      expect(await take(LANE, { done: 7 })).toBeNull();
      expect(await store.openWithdrawals('main')).toHaveLength(1);
      expect(await take(other, { done: 1 })).toBeNull();
      expect(await store.openWithdrawals('main')).toEqual([]);
      expect(await take(other, { done: 1 })).toBeNull();
      expect((await row())?.singles).toHaveLength(2);
    });

    it('keeps it for one that is removed, too, and for one that was made anew', async () => {
      const { store } = stage();
      await create();
      const ready = { lanes: [LANE] };
      const rest = { word: 'fired' as const, until: at(1), ready };
      const withdraw = { nominals: [], planned: daily().definition, rest };
      await store.edit('main', { ...rests(at(0), [], null), withdraw });
      await create();
      expect(await store.openWithdrawals('main')).toMatchObject([
        { id: 'daily', revision: 1, lanes: [LANE] },
      ]);
      await store.withdrawReady('main', 'daily', LANE, 0, { done: 1 });
      expect(await store.openWithdrawals('main')).toEqual([]);
    });

    it('finds them however many stand behind them', async () => {
      const { store } = stage();
      await create();
      await planOld(0, 100);
      await store.promote('main', 10);
      await stage().put(Array.from({ length: 2_500 }, (_, n) => `after-${n}`));
      let position: number | null = 0;
      let calls = 0;
      while (position !== null) {
        position = await store.withdrawReady('main', 'daily', LANE, position, { word: 'paused' });
        calls += 1;
      }
      expect(calls).toBeLessThan(5);
      expect(await stage().states([idAt(0)])).toEqual([null]);
    });

    it('leaves nothing of its ledger when it is removed', async () => {
      const { store } = stage();
      await create();
      await planOld(0, 0, { ledger: ledgerText(0, '"old"', { undecided: 0 }) });
      await store.cancel('main', idAt(0));
      expect(await store.edit('main', rests(at(1), [], null))).toBe('ok');
      expect(await create()).toBe('ok');
      expect(await row()).toEqual({ schedule: daily(), cursor: at(0), runs: 0, queue: 'main' });
      expect(await store.undecided('main', 9, 9)).toEqual({ rows: [], next: null });
    });
  });

  describe('a move', () => {
    const left = { expect: { revision: 1, cursor: 0 }, schedule: null, cursor: null, withdraw: null };
    const marker = () => {
      const schedule = { ...plain('daily', 'other'), revision: 2 };
      return JSON.stringify({ schedule, cursor: at(7), ledger: '"all"' });
    };

    it('leaves a marker that tells all of the schedule until it is removed', async () => {
      const { store } = stage();
      await create();
      const expected = { revision: 1, cursor: at(0) };
      const edit = { ...left, id: 'daily', expect: expected, to: 'other', moves: marker() };
      expect(await store.edit('main', edit)).toBe('ok');
      const move = { id: 'daily', queue: 'main', text: `0 ${marker()}` };
      expect(await store.openMoves('main')).toEqual([move]);
      expect(await row()).toMatchObject({
        ...{ queue: 'main', cursor: at(7), runs: 0, moving: move, ledger: { text: '"all"' } },
        schedule: { revision: 2, definition: { queue: 'other' } },
      });
      await store.endMove({ ...move, text: 'another' }, move.id);
      expect(await store.openMoves('main')).toEqual([move]);
      await store.endMove(move, move.id);
      await store.endMove(move, move.id);
      expect(await store.openMoves('main')).toEqual([]);
    });
  });

  describe('ahead', () => {
    it('answers schedules whose cursor lies after a time, page by page', async () => {
      const { store } = stage();
      for (const [i, id] of ['a', 'b', 'c', 'd'].entries()) {
        await store.edit('main', scheduleEdit(plain(id, 'main'), at(i)));
      }
      const ids = async (after: number, offset: number, limit: number) =>
        (await store.ahead('main', at(after), offset, limit)).map(({ schedule }) => schedule.definition.id);
      expect(await ids(0, 0, 2)).toEqual(['b', 'c']);
      expect(await ids(0, 2, 2)).toEqual(['d']);
      expect(await ids(3, 0, 2)).toEqual([]);
    });
  });
}
