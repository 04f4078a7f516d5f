/** Behaviour of plan, plannable and fates: one task and one fate per instant. */

import { describe, expect, it } from 'vitest';
import type { StoredSchedule } from '../../../src/domain/schedule/schedule.js';
import type { ScheduleEdit } from '../../../src/store/contract/index.js';
import { entry, instant, plain, scheduleEdit } from './schedule-parts.js';
import { type MakeStore, onStage } from './stage.js';

export function describePlan(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const daily = () => plain('daily', 'main');
  const at = (n: number) => instant(stage(), n);
  const idAt = (n: number) => `daily@${at(n)}`;
  const revised = (revision: number, over: Partial<StoredSchedule> = {}) => ({
    ...daily(),
    revision,
    ...over,
  });
  const create = () => stage().store.apply('main', scheduleEdit(daily(), at(0)));

  /** An edit of `daily` that withdraws the instants named. */
  function edit(revision: number, cursor: number | null, withdraw: number[] = []): ScheduleEdit {
    return {
      id: 'daily',
      expect: { revision, cursor },
      schedule: revised(revision + 1),
      cursor: at(50),
      withdraw: { nominals: withdraw.map(at), planned: daily().definition },
    };
  }

  describe('plan', () => {
    it('makes due tasks, records fates under the term and moves the cursor', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      expect(await store.plan('main', term, [entry(stage(), 'daily', 0, 1)])).toEqual(['planned']);
      expect(await store.find(idAt(0))).toMatchObject({ state: 'scheduled', dueAt: at(0), handler: 'work' });
      expect(await store.schedule('daily')).toMatchObject({ cursor: at(2) });
      expect(await store.fates('daily', [at(0), at(1), at(2)], 0, 0)).toEqual(
        [0, 1].map((n) => ({ fate: 'planned', nominal: at(n), term: term.number })),
      );
      expect((await store.promote('main', 10)).nextDue).toBe(at(0));
    });

    it('is stale unless revision and cursor are as read; each entry for itself', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      await store.apply('main', scheduleEdit(plain('other', 'main'), at(0)));
      const words = await store.plan('main', term, [
        entry(stage(), 'daily', 0, 1, { revision: 2 }),
        entry(stage(), 'other', 0, 0),
        entry(stage(), 'daily', 1, 1),
        entry(stage(), 'nobody', 0, 0),
      ]);
      expect(words).toEqual(['stale', 'planned', 'stale', 'stale']);
      expect(await store.list('main', 'scheduled', 10)).toMatchObject({
        items: [{ id: `other@${at(0)}` }],
        nextCursor: null,
      });
      expect(await store.fates('daily', [at(0), at(1)], 0, at(9))).toEqual([]);
    });

    it('is stale when the same plan is sent again: the cursor has moved on', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      const plan = [entry(stage(), 'daily', 0, 2)];
      expect(await store.plan('main', term, plan)).toEqual(['planned']);
      expect(await store.plan('main', term, plan)).toEqual(['stale']);
      expect((await store.queueFacts('main')).scheduled).toBe(3);
    });

    it('is stale once the cursor is at its end, and for a removed schedule', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      expect(await store.plan('main', term, [entry(stage(), 'daily', 0, 0, { next: null })])).toEqual([
        'planned',
      ]);
      expect(await store.schedule('daily')).toMatchObject({ cursor: null });
      expect(await store.plan('main', term, [entry(stage(), 'daily', 0, 0)])).toEqual(['stale']);
      await store.apply('main', { ...edit(1, null), schedule: null, cursor: null });
      expect(await store.plan('main', term, [entry(stage(), 'daily', 0, 0)])).toEqual(['stale']);
    });

    it('never makes an instant twice, even when the cursor is set back and its task is long pruned', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      const late = entry(stage(), 'daily', 0, 0);
      for (const { draft } of late.occurrences) draft.due = stage().start;
      await store.plan('main', term, [late]);
      await store.promote('main', 10);
      await stage().complete('w', [stage().completion(await stage().take('w'), 'w')]);
      const nothing = { completed: { count: 0, age: 0 }, dead: { count: 0, age: 0 }, atLeast: 0 };
      await stage().until(async () => {
        await store.prune('main', term, nothing);
        return (await store.find(idAt(0))) === null;
      });
      await store.apply('main', { ...edit(1, at(1)), cursor: at(0), withdraw: null });
      expect(await store.plan('main', term, [entry(stage(), 'daily', 0, 1, { revision: 2 })])).toEqual([
        'planned',
      ]);
      expect(await stage().states([idAt(0), idAt(1)])).toEqual([null, 'scheduled']);
      expect(await store.schedule('daily')).toMatchObject({ cursor: at(2) });
    });

    it('fires no instant again for a schedule that was removed and created anew; old runs stay known', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      const late = entry(stage(), 'daily', 0, 1);
      for (const { draft } of late.occurrences) draft.due = stage().start;
      await store.plan('main', term, [late]);
      await store.promote('main', 10);
      const removal = { ...edit(1, at(2), [0, 1]), schedule: null, cursor: null };
      expect(await store.apply('main', removal)).toBe('ok');
      expect(await stage().states([idAt(0), idAt(1)])).toEqual(['ready', 'ready']);
      expect(await store.fates('daily', [at(0), at(1)], 0, 0)).toHaveLength(2);
      const { tasks } = await stage().claim('w');
      await stage().complete(
        'w',
        tasks.map((task) => stage().completion(task, 'w')),
      );
      expect(await create()).toBe('ok');
      expect(await store.plan('main', term, [entry(stage(), 'daily', 0, 1)])).toEqual(['planned']);
      expect(await stage().states([idAt(0), idAt(1)])).toEqual(['completed', 'completed']);
      expect((await store.queueFacts('main')).scheduled).toBe(0);
    });

    it('leaves a task alone that has the id already', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      await store.enqueue('main', [stage().draft(idAt(0), { payload: '"mine"' })]);
      expect(await store.plan('main', term, [entry(stage(), 'daily', 0, 0)])).toEqual(['planned']);
      expect(await store.find(idAt(0))).toMatchObject({ state: 'ready', payload: '"mine"' });
      expect((await stage().claim('w')).tasks).toHaveLength(1);
    });

    it('records what was missed, as ranges', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      const missed = [
        { from: at(0), to: at(2), count: 3 },
        { from: at(5), to: at(5), count: 1 },
      ];
      const plan = entry(stage(), 'daily', 6, 6, { cursor: at(0), missed });
      expect(await store.plan('main', term, [plan])).toEqual(['planned']);
      const ranges = missed.map((range) => ({ fate: 'missed', ...range }));
      expect(await store.fates('daily', [], at(0), at(9))).toEqual(ranges);
      expect(await store.fates('daily', [], at(2), at(4))).toEqual([ranges[0]]);
      expect(await store.fates('daily', [], at(3), at(4))).toEqual([]);
      expect(await store.fates('daily', [at(6)], at(3), at(9))).toEqual([
        { fate: 'planned', nominal: at(6), term: term.number },
        ranges[1],
      ]);
    });

    it('plans a thousand instants in one call', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      expect(await store.plan('main', term, [entry(stage(), 'daily', 0, 999)])).toEqual(['planned']);
      expect((await store.queueFacts('main')).scheduled).toBe(1000);
      const nominals = Array.from({ length: 1000 }, (_, n) => at(n));
      expect(await store.fates('daily', nominals, 0, 0)).toHaveLength(1000);
    });
  });

  describe('plannable', () => {
    it('answers earliest first up to `until`, at most `limit`, and the next cursor after those', async () => {
      const { store } = stage();
      for (const n of [3, 1, 2, 9]) await store.apply('main', scheduleEdit(plain(`s${n}`, 'main'), at(n)));
      await store.apply('main', scheduleEdit(plain('over', 'main'), null));
      const ids = async (until: number, limit: number) => {
        const { rows, next } = await store.plannable('main', until, limit);
        for (const row of rows)
          expect(row.schedule.definition.id).toBe(
            `s${row.cursor === null ? '' : (row.cursor - at(0)) / 1000}`,
          );
        return [rows.map(({ schedule }) => schedule.definition.id), next];
      };
      expect(await ids(at(3), 10)).toEqual([['s1', 's2', 's3'], at(9)]);
      expect(await ids(at(3), 2)).toEqual([['s1', 's2'], at(3)]);
      expect(await ids(at(0), 10)).toEqual([[], at(1)]);
      expect(await ids(at(9), 10)).toEqual([['s1', 's2', 's3', 's9'], null]);
      expect(await store.schedules()).toHaveLength(5);
    });
  });
}
