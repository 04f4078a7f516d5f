/** Behaviour of the count of runs: what was planned and not withdrawn, for as long as the schedule exists. */

import { describe, expect, it } from 'vitest';
import type { ScheduleEdit } from '../../../src/store/contract/index.js';
import { entry, instant, plain, scheduleEdit } from './schedule-parts.js';
import { type MakeStore, onStage } from './stage.js';

export function describeRuns(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const at = (n: number) => instant(stage(), n);
  const daily = () => plain('daily', 'main', { maxRuns: 5 });
  const create = () => stage().store.edit('main', scheduleEdit(daily(), at(0)));
  const runs = async (): Promise<number | undefined> => (await stage().store.schedule('daily'))?.runs;

  /** The second edit of `daily`: withdraws the instants named. */
  function edit(cursor: number | null, withdraw: number[]): ScheduleEdit {
    return {
      id: 'daily',
      expect: { revision: 1, cursor },
      schedule: { ...daily(), revision: 2 },
      cursor: at(50),
      withdraw: { nominals: withdraw.map(at), planned: daily().definition },
    };
  }

  describe('runs', () => {
    it('begin at none and grow with what is planned, however it is read', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      await store.edit('main', scheduleEdit(plain('other', 'main'), at(0)));
      expect(await runs()).toBe(0);
      await store.plan('main', term, [entry(stage(), 'daily', 0, 2), entry(stage(), 'other', 0, 0)]);
      await store.plan('main', term, [entry(stage(), 'daily', 3, 3)]);
      expect(await runs()).toBe(4);
      expect((await store.schedules()).map((row) => row.runs)).toEqual([4, 1]);
      const { rows } = await store.plannable('main', at(99), 10);
      expect(rows.map((row) => [row.schedule.definition.id, row.runs])).toEqual([
        ['other', 1],
        ['daily', 4],
      ]);
    });

    it('stay after the last one, when there is no cursor any more', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      await store.plan('main', term, [entry(stage(), 'daily', 0, 4, { next: null })]);
      expect(await store.schedule('daily')).toMatchObject({ cursor: null, runs: 5 });
    });

    it('count no instant that has its task already', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      await store.plan('main', term, [entry(stage(), 'daily', 3, 3, { cursor: at(0) })]);
      expect(await runs()).toBe(1);
      await store.edit('main', { ...edit(at(4), []), cursor: at(3) });
      await store.plan('main', term, [entry(stage(), 'daily', 3, 4, { revision: 2 })]);
      expect(await runs()).toBe(2);
    });

    it('do not grow by a plan that is stale, sent again, or of a leader that was deposed', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      const plan = [entry(stage(), 'daily', 0, 1)];
      const words = await Promise.all([1, 2, 3, 4].map(() => store.plan('main', term, plan)));
      expect(words.flat().sort()).toEqual(['planned', 'stale', 'stale', 'stale']);
      await store.plan('main', term, [entry(stage(), 'daily', 2, 3, { revision: 2 })]);
      await stage().rule('node-b');
      expect(await store.plan('main', term, [entry(stage(), 'daily', 2, 3)])).toBe('fenced');
      expect(await runs()).toBe(2);
    });

    it('are less by what an edit withdraws, and only by that', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      const plan = entry(stage(), 'daily', 0, 3);
      const [first] = plan.occurrences;
      // Due at once, so that it is ready when the edit comes.
      if (first) first.draft.due = stage().start;
      await store.plan('main', term, [plan]);
      await store.promote('main', 10);
      const change = edit(at(4), [2, 3, 9]);
      expect(await store.edit('main', change)).toBe('ok');
      expect(await runs()).toBe(2);
      expect(await store.edit('main', change)).toBe('ok');
      expect(await runs()).toBe(2);
    });

    it('are as they were after an edit that was stale', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      await store.plan('main', term, [entry(stage(), 'daily', 0, 3)]);
      expect(await store.edit('main', edit(at(0), [0, 1, 2, 3]))).toBe('stale');
      expect(await runs()).toBe(4);
    });

    it('begin again for a schedule that was removed and made anew', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      await store.plan('main', term, [entry(stage(), 'daily', 0, 3)]);
      const removal = { ...edit(at(4), [3]), schedule: null, cursor: null };
      expect(await store.edit('main', removal)).toBe('ok');
      expect(await create()).toBe('ok');
      expect(await runs()).toBe(0);
    });

    it('are brought along by a schedule that moves', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await store.edit('main', { ...scheduleEdit(daily(), at(0)), runs: 3 });
      expect(await runs()).toBe(3);
      await store.plan('main', term, [entry(stage(), 'daily', 0, 0)]);
      expect(await runs()).toBe(4);
    });
  });
}
