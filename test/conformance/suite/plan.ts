/** Behaviour of plan and plannable: one task per instant, and a ledger that only its reader writes. */

import { describe, expect, it } from 'vitest';
import { dailyOn, entry, ledgerText, plain, scheduleEdit } from './schedule-parts.js';
import { type MakeStore, onStage } from './stage.js';

export function describePlan(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const { daily, at, idAt, create, edit } = dailyOn(stage);

  describe('plan', () => {
    it('makes due tasks and moves the cursor', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      expect(await store.plan('main', term, [entry(stage(), 'daily', 0, 1)])).toEqual(['planned']);
      expect(await store.find(idAt(0))).toMatchObject({ state: 'scheduled', dueAt: at(0), handler: 'work' });
      expect(await store.schedule('daily')).toMatchObject({ cursor: at(2) });
      expect((await store.promote('main', 10)).nextDue).toBe(at(0));
    });

    it('is stale unless revision and cursor are as read; each entry for itself', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      await store.edit('main', scheduleEdit(plain('other', 'main'), at(0)));
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
      await store.edit('main', { ...edit(1, null), schedule: null, cursor: null });
      expect(await store.plan('main', term, [entry(stage(), 'daily', 0, 0)])).toEqual(['stale']);
    });

    it('fires no instant again for a schedule that was removed and created anew; old runs stay known', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      const late = entry(stage(), 'daily', 0, 1);
      for (const { draft } of late.occurrences) draft.due = stage().start;
      await store.plan('main', term, [late]);
      await store.promote('main', 10);
      const rest = { word: 'fired', until: at(9) } as const;
      const withdraw = { nominals: [at(0), at(1)], planned: daily().definition, rest };
      const removal = { ...edit(1, at(2)), withdraw, schedule: null, cursor: null };
      expect(await store.edit('main', removal)).toBe('ok');
      expect(await stage().states([idAt(0), idAt(1)])).toEqual(['ready', 'ready']);
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

    it('writes the ledger by compare-and-set on its version', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      const plan = (from: number, before: number, text: string) =>
        store.plan('main', term, [entry(stage(), 'daily', from, from, { ledger: ledgerText(before, text) })]);
      expect(await plan(0, 1, '"early"')).toEqual(['stale']);
      expect((await store.schedule('daily'))?.ledger).toBeUndefined();
      expect(await plan(0, 0, '{"a":"ü"}')).toEqual(['planned']);
      expect(await plan(1, 0, '"again"')).toEqual(['stale']);
      expect(await plan(1, 1, '"next"')).toEqual(['planned']);
      const ledger = { version: 2, text: '"next"' };
      expect(await store.schedule('daily')).toMatchObject({ cursor: at(2), ledger });
      expect((await store.plannable('main', at(9), 9)).rows).toMatchObject([{ ledger }]);
      expect(await store.schedules()).toMatchObject([{ ledger }]);
    });

    it('plans for a schedule without a cursor what its ledger still holds, and says which have something', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await store.edit('main', scheduleEdit(daily(), null));
      const undecided = ledgerText(0, '"some"', { undecided: 0 });
      const none = entry(stage(), 'daily', 0, -1, { cursor: null, next: null, ledger: undecided });
      expect(await store.plan('main', term, [none])).toEqual(['planned']);
      expect((await store.undecided('main', 9, 9)).rows).toMatchObject([{ ledger: { text: '"some"' } }]);
      const all = entry(stage(), 'daily', 0, 0, {
        cursor: null,
        next: null,
        ledger: ledgerText(1, '"none"'),
      });
      expect(await store.plan('main', term, [all])).toEqual(['planned']);
      expect(await store.undecided('main', 9, 9)).toEqual({ rows: [], next: null });
      expect(await stage().states([idAt(0)])).toEqual(['scheduled']);
    });

    it('plans a thousand instants in one call', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      expect(await store.plan('main', term, [entry(stage(), 'daily', 0, 999)])).toEqual(['planned']);
      expect((await store.queueFacts('main')).scheduled).toBe(1000);
    });
  });

  describe('plannable', () => {
    it('answers earliest first up to `until`, at most `limit`, and the next cursor after those', async () => {
      const { store } = stage();
      for (const n of [3, 1, 2, 9]) await store.edit('main', scheduleEdit(plain(`s${n}`, 'main'), at(n)));
      await store.edit('main', scheduleEdit(plain('over', 'main'), null));
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
