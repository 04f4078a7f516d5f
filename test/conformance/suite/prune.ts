/** Behaviour of prune: when what has ended is forgotten. */

import { describe, expect, it } from 'vitest';
import type { Retention } from '../../../src/store/contract/index.js';
import { populate } from './populate.js';
import { entry, instant, plain, scheduleEdit } from './schedule-parts.js';
import { LONG, type MakeStore, onStage } from './stage.js';

function keep(count: number, age: number, atLeast = 0): Retention {
  return { completed: { count, age }, dead: { count, age }, atLeast };
}

export function describePrune(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  describe('prune', () => {
    it('keeps what ended within `atLeast`, whatever the rest says', async () => {
      await populate(stage());
      const reply = await stage().store.prune('main', keep(0, 0, LONG));
      expect(reply).toMatchObject({ pruned: 0 });
      expect(reply.again).toBeGreaterThan(0);
      expect(await stage().store.queueFacts('main')).toMatchObject({ completed: 3, dead: 3, cancelled: 3 });
    });

    it('keeps everything young enough and few enough', async () => {
      await populate(stage());
      expect(await stage().store.prune('main', keep(100, LONG))).toMatchObject({ pruned: 0 });
    });

    it('deletes what is too old, and nothing that has not ended', async () => {
      const ids = await populate(stage());
      let pruned = 0;
      await stage().until(async () => {
        const reply = await stage().store.prune('main', keep(100, 0));
        pruned += reply.pruned;
        return pruned >= 9;
      });
      expect(pruned).toBe(9);
      expect(await stage().store.queueFacts('main')).toMatchObject({
        ...{ scheduled: 3, retrying: 3 },
        ready: 3,
        running: 3,
        completed: 0,
        dead: 0,
        cancelled: 0,
      });
      for (const state of ['completed', 'dead', 'cancelled'] as const) {
        expect(await stage().states(ids[state] ?? [])).toEqual([null, null, null]);
        expect(await stage().list(state)).toEqual([]);
      }
    });

    it('keeps the newest `count` of the completed and of the dead', async () => {
      const { store } = stage();
      await stage().put([1, 2, 3, 4, 5, 6]);
      for (let n = 1; n <= 6; n += 1) {
        const task = await stage().take('w');
        const finishedAt = await store.time();
        if (n <= 3) await stage().complete('w', [stage().completion(task, 'w', { finishedAt })]);
        else await store.settle('main', 'w', [stage().settlement(task, 'w', { to: 'dead' }, { finishedAt })]);
        await stage().elapse(2);
      }
      const few = { completed: { count: 1, age: LONG }, dead: { count: 2, age: LONG }, atLeast: 0 };
      await stage().until(async () => {
        await store.prune('main', few);
        const { completed, dead } = await store.queueFacts('main');
        return completed === 1 && dead === 2;
      });
      expect(await store.prune('main', few)).toMatchObject({ pruned: 0 });
      expect(await stage().list('completed')).toEqual([stage().id(3)]);
      expect(await stage().list('dead')).toEqual([6, 5].map((n) => stage().id(n)));
    });

    it('keeps cancelled tasks by a word of their own, and deletes no more than it was told', async () => {
      await populate(stage());
      const { store } = stage();
      const none = { count: 0, age: 0 };
      const only = { ...keep(100, LONG), cancelled: none };
      await stage().elapse(5);
      expect((await store.prune('main', only, { limit: 2 })).pruned).toBe(2);
      expect(await store.prune('main', only, { limit: 2 })).toMatchObject({ pruned: 1 });
      expect(await store.queueFacts('main')).toMatchObject({ completed: 3, dead: 3, cancelled: 0 });
      const others = { ...keep(0, 0), cancelled: { count: 100, age: LONG } };
      for (const left of [5, 4, 3, 2, 1, 0]) {
        expect((await store.prune('main', others, { limit: 1 })).pruned).toBe(1);
        const { completed, dead } = await store.queueFacts('main');
        expect(completed + dead).toBe(left);
      }
    });

    it('goes by what is set for the queue, state by state, unless it is told exactly', async () => {
      await populate(stage());
      const { store } = stage();
      const retention = { dead: { count: 0, age: 0 }, completed: { age: 0, count: 2 } };
      await store.setQueue('main', { settings: { retention } });
      await stage().elapse(5);
      expect((await store.prune('main', keep(100, LONG), { exact: true })).pruned).toBe(0);
      await stage().until(async () => (await store.prune('main', keep(100, LONG))).pruned === 0);
      expect(await store.queueFacts('main')).toMatchObject({
        ...{ completed: 0, dead: 0, cancelled: 3 },
        settings: { retention },
      });
      await store.setQueue('main', { settings: { retention: null } });
      expect((await store.queueFacts('main')).settings).toEqual({});
    });

    /** One of each state with a retention of its own, and beside each one without. */
    async function own(retention: number) {
      const { store } = stage();
      const kinds = { keeps: { options: { retention } }, plain: {} };
      for (const [kind, over] of Object.entries(kinds)) {
        await stage().put(
          ['c', 'd'].map((name) => `${name}-${kind}`),
          over,
        );
        const { tasks } = await stage().claim('w');
        const finishedAt = await store.time();
        for (const task of tasks) {
          if (task.id.includes('-c-'))
            await stage().complete('w', [stage().completion(task, 'w', { finishedAt })]);
          else
            await store.settle('main', 'w', [stage().settlement(task, 'w', { to: 'dead' }, { finishedAt })]);
        }
        const [id = ''] = await stage().put([`x-${kind}`], over);
        await store.cancel('main', id);
        await stage().claim('w');
      }
      await stage().elapse(5);
    }
    const left = async () => {
      const states = ['completed', 'dead', 'cancelled'] as const;
      const ids = await Promise.all(states.map((state) => stage().list(state, 1)));
      const { completed, dead, cancelled, ready } = await stage().store.queueFacts('main');
      expect([completed, dead, cancelled, ready]).toEqual([...ids.map(({ length }) => length), 0]);
      return ids.flat().map((id) => id.slice(stage().code.length + 1));
    };

    it('keeps a task longer that says so, listed behind the others once it stays longer than they do', async () => {
      await own(LONG);
      expect((await left()).sort()).toEqual([
        'c-keeps',
        'c-plain',
        'd-keeps',
        'd-plain',
        'x-keeps',
        'x-plain',
      ]);
      await stage().until(
        async () => (await left()).length === 3 || !(await stage().store.prune('main', keep(0, 0))),
      );
      expect(await left()).toEqual(['c-keeps', 'd-keeps', 'x-keeps']);
      expect((await stage().store.prune('main', keep(0, 0))).pruned).toBe(0);
    });

    it('deletes a task earlier that says so, and all where it is told exactly', async () => {
      await own(1);
      await stage().until(async () => (await stage().store.prune('main', keep(100, LONG))).pruned === 0);
      expect(await left()).toEqual(['c-plain', 'd-plain', 'x-plain']);
      await stage().until(
        async () => (await stage().store.prune('main', keep(0, 0), { exact: true })).pruned === 0,
      );
      expect(await left()).toEqual([]);
    });

    it('keeps a run as long as its schedule says, and nothing of one that is taken back', async () => {
      const { store } = stage();
      const term = await stage().rule();
      const schedule = plain('daily', 'main', { retention: LONG });
      const at = (n: number) => instant(stage(), n);
      await store.edit('main', scheduleEdit(schedule, at(0)));
      const plan = entry(stage(), 'daily', 0, 2);
      for (const [n, { draft }] of plan.occurrences.entries()) {
        draft.options = { retention: LONG };
        if (n < 2) draft.due = stage().start;
      }
      expect(await store.plan('main', term, [plan])).toEqual(['planned']);
      await stage().put(['plain']);
      const { tasks } = await stage().claim('w');
      expect(tasks).toHaveLength(3);
      const [ran, died] = tasks.filter(({ id }) => id.startsWith('daily@'));
      const other = tasks.find(({ id }) => id === stage().id('plain'));
      if (!ran || !died || !other) throw new Error('three expected');
      await stage().complete('w', [stage().completion(ran, 'w'), stage().completion(other, 'w')]);
      await store.settle('main', 'w', [stage().settlement(died, 'w', { to: 'dead' })]);
      const withdraw = { nominals: [at(2)], planned: schedule.definition };
      const edit = { id: 'daily', expect: { revision: 1, cursor: at(3) }, cursor: at(3), withdraw };
      expect(await store.edit('main', { ...edit, schedule: { ...schedule, revision: 2 } })).toBe('ok');
      await stage().elapse(5);
      await stage().until(async () => (await store.prune('main', keep(0, 0))).pruned === 0);
      expect(await stage().list('completed', 5)).toEqual([ran.id]);
      expect(await stage().list('dead', 5)).toEqual([died.id]);
      expect(await store.find(`daily@${at(2)}`)).toBeNull();
    });

    it('counts those that stand aside as ended where a bound of what waits is asked', async () => {
      await own(LONG);
      await stage().store.setQueue('main', { settings: { maxDepth: 1 } });
      expect((await stage().store.enqueue('main', [stage().draft(stage().id('new'))])).full).toBeUndefined();
    });

    it('frees the id', async () => {
      const { store } = stage();
      const [id = ''] = await stage().put(['a']);
      await store.cancel('main', id);
      // A claim passes by the place where it stood.
      expect((await stage().claim('w')).tasks).toEqual([]);
      await stage().until(async () => {
        await store.prune('main', keep(0, 0));
        return (await store.find(id)) === null;
      });
      await stage().put(['a'], { payload: '"new"' });
      expect((await store.queueFacts('main')).ready).toBe(1);
      expect((await stage().claim('w')).tasks).toMatchObject([{ id, payload: '"new"', attempt: 1 }]);
    });

    /** Cancelled while ready and pruned, with no claim in between; then the same id comes again. */
    async function cancelledPrunedAndBack(): Promise<{ id: string; created: number }> {
      const { store } = stage();
      const [id = ''] = await stage().put(['a']);
      await store.cancel('main', id);
      await stage().elapse(2);
      await store.prune('main', keep(0, 0));
      expect((await store.queueFacts('main')).ready).toBe(0);
      const { created } = await store.enqueue('main', [stage().draft(id)]);
      return { id, created };
    }

    it('loses no task that has the id of one cancelled while it was ready', async () => {
      const { id, created } = await cancelledPrunedAndBack();
      expect((await stage().store.queueFacts('main')).ready).toBe(created);
      expect((await stage().find(id)).state).toBe(created === 1 ? 'ready' : 'cancelled');
      expect((await stage().claim('w')).tasks).toHaveLength(created);
      expect((await stage().claim('w')).tasks).toEqual([]);
    });

    it('hands out no task that has the id of one cancelled while it was ready, and is cancelled too', async () => {
      const { id, created } = await cancelledPrunedAndBack();
      expect(await stage().store.cancel('main', id)).toBe(created === 1 ? 'cancelled' : 'already');
      expect((await stage().store.queueFacts('main')).ready).toBe(0);
      expect((await stage().claim('w')).tasks).toEqual([]);
      expect((await stage().find(id)).state).toBe('cancelled');
    });

    it('forgets attempts and failures with the task', async () => {
      const { store } = stage();
      const [id = ''] = await stage().put(['a']);
      await store.settle('main', 'w', [stage().settlement(await stage().take('w'), 'w', { to: 'head' })]);
      await store.settle('main', 'w', [stage().settlement(await stage().take('w'), 'w', { to: 'dead' })]);
      await stage().until(async () => {
        await store.prune('main', keep(0, 0));
        return (await store.find(id)) === null;
      });
      await stage().put(['a']);
      expect(await stage().find(id)).toMatchObject({ attempt: 0, failures: 0, history: [] });
      expect(await stage().take('w')).toMatchObject({ id, attempt: 1, failures: 0 });
    });
  });
}
