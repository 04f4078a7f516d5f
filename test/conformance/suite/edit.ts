/** Behaviour of edit: edits of schedules by compare-and-set, and what they withdraw. */

import { describe, expect, it } from 'vitest';
import { dailyOn, entry, plain, scheduleEdit } from './schedule-parts.js';
import { LONG, type MakeStore, onStage } from './stage.js';

export function describeEdit(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const { daily, at, idAt, revised, create, edit } = dailyOn(stage);

  describe('edit', () => {
    it('stores a schedule with everything it says', async () => {
      const { store } = stage();
      const schedule = plain('deep.id-1', 'main', {
        description: '"quoted" ✓',
        payload: { a: [1, null, 'ü'] },
        spec: { kind: 'cron', expressions: ['0 0 * * *'], timezone: 'UTC', gap: 'shift', fold: 'first' },
      });
      expect(await store.edit('main', scheduleEdit(schedule, 5000))).toBe('ok');
      expect(await store.schedule('deep.id-1')).toEqual({
        schedule,
        cursor: 5000,
        runs: 0,
        queue: 'main',
      });
      expect(await store.schedules()).toEqual([{ schedule, cursor: 5000, runs: 0 }]);
      expect(await store.schedule('nobody')).toBeNull();
    });

    it('names those that are watched, as long as something is expected of them', async () => {
      const { store } = stage();
      const expecting = { expect: { startWithin: 5_000 } };
      await store.edit('main', scheduleEdit(plain('b', 'main', expecting), at(0)));
      await store.edit('main', scheduleEdit(plain('a', 'main', { pauseAfter: 3 }), at(0)));
      await store.edit('main', scheduleEdit(plain('c', 'main'), at(0)));
      expect(await store.watched('main')).toEqual(['a', 'b']);
      const next = { ...plain('a', 'main'), revision: 2 };
      const expectation = { revision: 1, cursor: at(0) };
      const change = { cursor: at(0), withdraw: null, expect: expectation };
      expect(await store.edit('main', { ...change, id: 'a', schedule: next })).toBe('ok');
      expect(await store.watched('main')).toEqual(['b']);
      expect(await store.edit('main', { ...change, id: 'b', schedule: null, cursor: null })).toBe('ok');
      expect(await store.watched('main')).toEqual([]);
    });

    it('is in one queue at a time: two that make it at once in two end with one', async () => {
      const { store } = stage();
      await store.open('other');
      for (let round = 0; round < 20; round += 1) {
        const id = `twice-${round}`;
        const words = await Promise.all(
          ['main', 'other'].map((queue) => store.edit(queue, scheduleEdit(plain(id, queue), at(0)))),
        );
        const made = words.filter((word) => word === 'ok').length;
        expect(made).toBeLessThan(2);
        const held = await Promise.all(
          ['main', 'other'].map((queue) => store.plannable(queue, at(1), 1_000)),
        );
        const holders = held.filter(({ rows }) => rows.some(({ schedule }) => schedule.definition.id === id));
        expect(holders).toHaveLength(made);
        expect((await store.schedule(id)) !== null).toBe(made === 1);
      }
    });

    it('refuses to be made where another queue has it, moves when told to, and is found by its tasks after removal', async () => {
      const { store } = stage();
      await store.open('other');
      expect(await create()).toBe('ok');
      const there = plain('daily', 'other', {});
      expect(await store.edit('other', scheduleEdit(there, at(0)))).toBe('stale');
      expect((await store.schedule('daily'))?.queue).toBe('main');
      const expectation = { revision: 1, cursor: at(0) };
      const leaving = { id: 'daily', expect: expectation, schedule: null, cursor: null, withdraw: null };
      expect(await store.edit('main', { ...leaving, to: 'other' })).toBe('ok');
      expect(await store.edit('other', scheduleEdit(there, at(0)))).toBe('ok');
      expect((await store.schedule('daily'))?.queue).toBe('other');
      expect(await store.edit('other', leaving)).toBe('ok');
      expect(await store.schedule('daily')).toBeNull();
      expect(await store.schedules()).toEqual([]);
      expect(await create()).toBe('ok');
    });

    it('is a compare-and-set on existence, revision and cursor', async () => {
      const { store } = stage();
      expect(await create()).toBe('ok');
      const second = { ...scheduleEdit(revised(7), at(1)), expect: null };
      expect(await store.edit('main', second)).toBe('stale');
      for (const expectation of [
        { revision: 2, cursor: at(0) },
        { revision: 1, cursor: at(1) },
        { revision: 1, cursor: null },
      ]) {
        expect(await store.edit('main', { ...edit(1, at(0)), expect: expectation })).toBe('stale');
      }
      expect(await store.schedule('daily')).toMatchObject({ schedule: { revision: 1 }, cursor: at(0) });
      expect(await store.edit('main', { ...edit(1, at(0)), cursor: null })).toBe('ok');
      expect(await store.schedule('daily')).toMatchObject({ schedule: { revision: 2 }, cursor: null });
      expect(await store.edit('main', edit(2, at(0)))).toBe('stale');
      expect(await store.edit('main', edit(2, null))).toBe('ok');
      const unknown = { ...edit(1, at(0)), id: 'nobody' };
      expect(await store.edit('main', unknown)).toBe('stale');
    });

    it('is accepted once when several edit at once', async () => {
      const { store } = stage();
      await create();
      const edits = [1, 2, 3, 4].map((n) => ({ ...edit(1, at(0)), schedule: revised(2, { updatedAt: n }) }));
      const words = await Promise.all(edits.map((one) => store.edit('main', one)));
      expect(words.sort()).toEqual(['ok', 'stale', 'stale', 'stale']);
    });

    it('changes nothing when the accepted edit is sent again', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      expect(await create()).toBe('ok');
      const pause = { ...edit(1, at(0)), cursor: at(0), schedule: revised(2, { paused: { at: 5 } }) };
      expect(await store.edit('main', pause)).toBe('ok');
      await store.plan('main', term, [entry(stage(), 'daily', 0, 1, { revision: 2 })]);
      const before = await store.schedule('daily');
      expect(await store.edit('main', { ...pause, withdraw: edit(1, at(0), [0, 1]).withdraw })).toBe('ok');
      expect(await store.schedule('daily')).toEqual(before);
      expect(await stage().states([idAt(0), idAt(1)])).toEqual(['scheduled', 'scheduled']);
    });

    it('takes many edits at once, each as if it were alone', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      await store.plan('main', term, [entry(stage(), 'daily', 0, 1)]);
      for (const id of ['gone', 'old']) await store.edit('main', scheduleEdit(plain(id, 'main'), at(0)));
      await store.open('other');
      await store.edit('other', scheduleEdit(plain('elsewhere', 'other'), at(0)));
      const many = Array.from({ length: 1_100 }, (_, n) => plain(`many-${n}`, 'main'));
      const expected = { revision: 1, cursor: at(0) };
      const edits = [
        scheduleEdit(plain('new', 'main'), at(1)),
        { ...edit(1, at(2), [0, 1]), cursor: at(1) },
        { ...scheduleEdit(plain('gone', 'main'), null), expect: expected, schedule: null },
        {
          ...scheduleEdit({ ...plain('old', 'main'), revision: 9 }, null),
          expect: { ...expected, revision: 2 },
        },
        scheduleEdit(plain('elsewhere', 'main'), at(0)),
        ...many.map((schedule) => scheduleEdit(schedule, at(3))),
      ];
      const words = ['ok', 'ok', 'ok', 'stale', 'stale', ...many.map(() => 'ok')];
      expect(await store.edits('main', edits, term)).toEqual(words);
      expect(await store.edits('main', edits, term)).toEqual(words);
      expect(await store.edits('main', [])).toEqual([]);
      const ids = ['gone', 'new', 'nobody', 'daily', 'old', 'many-1099', 'elsewhere'];
      const rows = await store.schedulesOf(ids);
      expect(rows.map((row) => row && [row.queue, row.schedule.revision, row.cursor])).toEqual([
        null,
        ['main', 1, at(1)],
        null,
        ['main', 2, at(1)],
        ['main', 1, at(0)],
        ['main', 1, at(3)],
        ['other', 1, at(0)],
      ]);
      expect(await stage().states([idAt(0), idAt(1)])).toEqual([null, null]);
      const deposed = { ...term, token: 'another' };
      expect(await store.edits('main', [scheduleEdit(plain('later', 'main'), at(1))], deposed)).toEqual([
        'fenced',
      ]);
      expect(await store.schedule('later')).toBeNull();
    });

    it('names the edits that begun runs refuse, and writes the others', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      const begun = entry(stage(), 'daily', 0, 0);
      for (const { draft } of begun.occurrences) draft.due = stage().start;
      await store.plan('main', term, [begun]);
      expect((await stage().claim('w')).tasks).toHaveLength(1);
      const edits = [edit(1, at(1), [0]), scheduleEdit(plain('new', 'main'), at(1))];
      expect(await store.edits('main', edits, term)).toEqual([{ begun: at(0) }, 'ok']);
    });

    it('removes a schedule, and answers the same to the same removal again', async () => {
      const { store } = stage();
      await create();
      const removal = { ...edit(1, at(0)), schedule: null, cursor: null };
      expect(await store.edit('main', { ...removal, expect: { revision: 3, cursor: at(0) } })).toBe('stale');
      expect(await store.edit('main', removal)).toBe('ok');
      expect(await store.edit('main', removal)).toBe('ok');
      expect(await store.schedule('daily')).toBeNull();
      expect(await store.schedules()).toEqual([]);
      expect(await store.plannable('main', at(99), 10)).toEqual({ rows: [], next: null });
      expect(await create()).toBe('ok');
    });

    it('withdraws what is planned with its record and fate, and leaves what was not named', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      await store.plan('main', term, [entry(stage(), 'daily', 0, 3)]);
      expect(await store.edit('main', edit(1, at(4), [2, 3]))).toBe('ok');
      const ids = [0, 1, 2, 3].map(idAt);
      expect(await stage().states(ids)).toEqual(['scheduled', 'scheduled', null, null]);
      expect(await store.schedule('daily')).toMatchObject({ schedule: { revision: 2 }, cursor: at(50) });
      expect((await store.promote('main', 10)).nextDue).toBe(at(0));
      expect((await store.queueFacts('main')).scheduled).toBe(2);
    });

    it('withdraws nothing when it is stale', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      await store.plan('main', term, [entry(stage(), 'daily', 0, 1)]);
      expect(await store.edit('main', edit(1, at(0), [0, 1]))).toBe('stale');
      expect(await stage().states([idAt(0), idAt(1)])).toEqual(['scheduled', 'scheduled']);
    });

    it('lets a withdrawn instant be planned again, as the new definition says', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      await store.plan('main', term, [entry(stage(), 'daily', 0, 1)]);
      await store.edit('main', { ...edit(1, at(2), [0, 1]), cursor: at(1) });
      const again = entry(stage(), 'daily', 1, 1, { revision: 2 });
      const [only] = again.occurrences;
      if (only) only.draft.payload = '"new"';
      expect(await store.plan('main', term, [again])).toEqual(['planned']);
      expect(await store.find(idAt(0))).toBeNull();
      expect(await store.find(idAt(1))).toMatchObject({ state: 'scheduled', payload: '"new"' });
    });

    it('is refused by a run that has begun, unless the schedule rests: then it goes on', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      // Planned late, so due at once.
      const late = entry(stage(), 'daily', 0, 4);
      for (const { draft } of late.occurrences) draft.due = stage().start;
      await store.plan('main', term, [late]);
      const { tasks } = await stage().claim('w', { want: 4 });
      const [done, retrying, dead, running] = tasks;
      if (!done || !retrying || !dead || !running) throw new Error('four expected');
      await stage().complete('w', [stage().completion(done, 'w')]);
      await store.settle('main', 'w', [
        stage().settlement(retrying, 'w', { to: 'retry', due: stage().start + LONG }),
        stage().settlement(dead, 'w', { to: 'dead' }),
      ]);
      const ids = [0, 1, 2, 3, 4].map(idAt);
      const before = await stage().states(ids);
      expect([...before].sort()).toEqual(['completed', 'dead', 'ready', 'retrying', 'running']);
      for (const n of [0, 1, 2, 3, 4]) {
        expect(await store.edit('main', edit(1, at(5), [n]))).toEqual({ begun: at(n) });
      }
      const rest = { word: 'paused', until: at(9) } as const;
      const withdraw = { nominals: [0, 1, 2, 3, 4].map(at), planned: daily().definition, rest };
      expect(await store.edit('main', { ...edit(1, at(5)), withdraw })).toBe('ok');
      expect(await stage().states(ids)).toEqual(before);
      expect((await store.schedule('daily'))?.runs).toBe(5);
      expect((await stage().find(retrying.id)).history).toHaveLength(1);
      expect((await stage().claim('w')).tasks).toHaveLength(1);
    });
  });
}
