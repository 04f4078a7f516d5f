/** Behaviour of what a queue tells of itself beside its counts: what it has done, since when something waits. */

import { describe, expect, it } from 'vitest';
import { LONG, type MakeStore, onStage } from './stage.js';

export function describePace(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const facts = () => stage().store.queueFacts('main');
  const pace = async () => (await facts()).pace;

  describe('what waits for a retry', () => {
    const counts = async () => {
      const { scheduled, retrying, ready } = await facts();
      return [scheduled, retrying, ready];
    };

    it('is counted apart, whichever way it leaves', async () => {
      const { store, start } = stage();
      const due = start + LONG;
      await stage().put(['new'], { due });
      const ids = await stage().putDue({ a: due, b: due, c: due, d: due, soon: start });
      expect(await counts()).toEqual([1, 5, 0]);
      expect((await store.promote('main', 10)).moved).toBe(1);
      expect(await counts()).toEqual([1, 4, 1]);
      await store.cancel('main', ids[0] ?? '');
      expect(await counts()).toEqual([1, 3, 1]);
      const moved = (i: number, at: number) => ({ id: ids[i] ?? '', attempt: 1, due: at });
      await store.reschedule('main', [moved(1, due + 5), moved(2, start)]);
      expect(await counts()).toEqual([1, 2, 2]);
      await stage().claim('w');
      expect(await counts()).toEqual([1, 2, 0]);
      await store.reschedule('main', [{ id: stage().id('new'), attempt: 0, due: due + 5 }]);
      expect(await counts()).toEqual([1, 2, 0]);
    });

    it('comes back where a ready one is put off by the task that replaces it', async () => {
      const { store, start } = stage();
      const options = { uniqueKey: 'k' };
      const [id = ''] = await stage().put(['a'], { options });
      const task = await stage().take('w');
      await store.settle('main', 'w', [stage().settlement(task, 'w', { to: 'retry', due: start })]);
      await store.promote('main', 10);
      expect(await counts()).toEqual([0, 0, 1]);
      const again = { options, unique: { mode: 'replace' as const }, due: start + LONG };
      await store.enqueue('main', [stage().draft(stage().id('b'), again)]);
      expect((await stage().find(id)).state).toBe('retrying');
      expect(await counts()).toEqual([0, 1, 0]);
      await store.enqueue('main', [stage().draft(stage().id('c'), { ...again, due: 0 })]);
      expect(await counts()).toEqual([0, 0, 1]);
    });
  });

  describe('totals', () => {
    it('count tasks made, attempts begun and failed, and completions, also those that are pruned', async () => {
      const { store, start } = stage();
      await stage().put([1, 2, 3, 4, 5]);
      await stage().put([1, 2]);
      const { tasks } = await stage().claim('w', { want: 4 });
      const [done, failing, released, dead] = tasks;
      if (!done || !failing || !released || !dead) throw new Error('four expected');
      const completion = stage().completion(done, 'w');
      for (let twice = 0; twice < 2; twice += 1) {
        await stage().complete('w', [completion]);
        await store.settle('main', 'w', [
          stage().settlement(failing, 'w', { to: 'retry', due: start + LONG }),
          stage().settlement(released, 'w', { to: 'head' }, { failure: false }),
          stage().settlement(dead, 'w', { to: 'dead' }),
        ]);
      }
      const totals = { enqueued: 5, started: 4, completed: 1, failed: 2 };
      expect((await pace()).totals).toEqual(totals);
      const none = { count: 0, age: 0 };
      await stage().elapse(5);
      await stage().until(
        async () => (await store.prune('main', { completed: none, dead: none, atLeast: 0 })).pruned === 0,
      );
      expect(await facts()).toMatchObject({ completed: 0, dead: 0, pace: { totals } });
      const stopped = await stage().take('w');
      await store.cancel('main', stopped.id);
      await stage().complete('w', [stage().completion(stopped, 'w')]);
      expect((await pace()).totals).toEqual({ ...totals, started: 5 });
    });

    it('are written down, not more often than is asked for', async () => {
      const { store } = stage();
      await stage().put([1, 2]);
      const none = { started: 0, completed: 0, failed: 0 };
      await store.sample('main', LONG);
      await stage().put([3]);
      await store.sample('main', LONG);
      expect((await pace()).samples).toEqual([{ at: expect.any(Number), ready: 2, enqueued: 2, ...none }]);
      await stage().take('w');
      await stage().elapse(2);
      for (let n = 0; n < 20; n += 1) await store.sample('main', 0);
      const { samples, now } = await pace();
      expect(samples).toHaveLength(16);
      expect(samples.at(-1)).toEqual({ ...samples[15], ready: 2, enqueued: 3, ...none, started: 1 });
      const times = samples.map(({ at }) => at);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.at(-1)).toBeLessThanOrEqual(now);
    });
  });

  describe('the oldest ready task', () => {
    /** Becomes ready by `act`; since when the queue says that something waits then lies within it. */
    async function since(act: () => Promise<unknown>): Promise<() => Promise<void>> {
      await stage().elapse(3);
      const before = await stage().store.time();
      await act();
      const after = await stage().store.time();
      return async () => {
        const { oldestAt = 0, now } = await pace();
        expect([oldestAt >= before, oldestAt <= after, now >= after]).toEqual([true, true, true]);
      };
    }
    const put = async (name: string, over = {}) =>
      stage().put([name], { createdAt: await stage().store.time(), ...over });

    it('is told over lanes, with a concurrency key or without, and skips what was cancelled', async () => {
      const { store } = stage();
      expect((await pace()).oldestAt).toBeUndefined();
      const first = await since(() => put('a'));
      const second = await since(() => put('b', { options: { concurrencyKey: 'k' } }));
      const third = await since(() => put('c', { options: { concurrencyKey: 'l' }, priority: 'low' }));
      const fourth = await since(() => put('d', { handler: 'other' }));
      await first();
      await store.cancel('main', stage().id('a'));
      await second();
      await store.cancel('main', stage().id('b'));
      await third();
      await stage().claim('w');
      await fourth();
      await stage().claim('w', { handlers: ['other'] });
      expect((await pace()).oldestAt).toBeUndefined();
    });

    it('is of a closed key as well', async () => {
      await stage().store.setQueue('main', { settings: { keyConcurrency: 1 } });
      await put('running', { options: { concurrencyKey: 'k' } });
      await stage().take('w');
      const waits = await since(() => put('waits', { options: { concurrencyKey: 'k' } }));
      await put('free', { options: { concurrencyKey: 'l' } });
      await waits();
    });

    it('waits since it was due, came back from its last attempt, or was put back', async () => {
      const { store } = stage();
      await put('a');
      const task = await stage().take('w');
      const finished = { finishedAt: await store.time() };
      const back = await since(async () => {
        const at = { ...finished, finishedAt: await store.time() };
        await store.settle('main', 'w', [
          stage().settlement(task, 'w', { to: 'head' }, { ...at, failure: false }),
        ]);
      });
      await put('b');
      await back();
      const again = await stage().take('w');
      const retried = await since(async () => {
        const due = await store.time();
        const next = { to: 'retry' as const, due };
        await store.settle('main', 'w', [stage().settlement(again, 'w', next, { finishedAt: due })]);
        await store.promote('main', 10);
      });
      await store.cancel('main', stage().id('b'));
      await retried();
      const last = await stage().take('w');
      await store.settle('main', 'w', [stage().settlement(last, 'w', { to: 'dead' })]);
      const redriven = await since(() => store.redrive('main', [{ id: last.id, attempt: last.attempt }]));
      await redriven();
    });
  });

  describe('what died', () => {
    const died = async () => (await pace()).died;

    it('is counted as long as it is dead', async () => {
      const { store } = stage();
      await stage().put(['a', 'b', 'c']);
      const { tasks } = await stage().claim('w');
      const endings = tasks.slice(1).map((task) => stage().settlement(task, 'w', { to: 'dead' }));
      await store.settle('main', 'w', endings);
      expect(await died()).toEqual({ lately: 2, day: 2 });
      const [first] = endings;
      await store.redrive('main', [{ id: first?.id ?? '', attempt: 1 }]);
      expect(await died()).toEqual({ lately: 1, day: 1 });
    });
  });
}
