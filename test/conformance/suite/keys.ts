/** Behaviour of concurrency keys: how many tasks of one may run, that keys take turns, and that none stops another. */

import { describe, expect, it } from 'vitest';
import type { Completion, TaskDraft } from '../../../src/store/contract/index.js';
import { plain, scheduleEdit } from './schedule-parts.js';
import { type MakeStore, onStage } from './stage.js';

export const keyed = (concurrencyKey: string): Partial<TaskDraft> => ({ options: { concurrencyKey } });

export function describeKeys(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const limit = (keyConcurrency: number | null) =>
    stage().store.setQueue('main', { settings: { keyConcurrency } });
  const names = (tasks: readonly { id: string }[]) => tasks.map(({ id }) => id.slice(id.indexOf('-') + 1));
  const put = (key: string, ...of: (string | number)[]) => stage().put(of, keyed(key));
  const running = async () => (await stage().list('running')).length;

  describe('concurrency keys', () => {
    it('take turns, one task each, whatever waits under one of them', async () => {
      await put('big', ...Array.from({ length: 100 }, (_, i) => `big${i}`));
      await put('small', 'small0', 'small1');
      await put('other', 'other0');
      expect(names((await stage().claim('w', { want: 7 })).tasks)).toEqual([
        ...['big0', 'small0', 'other0', 'big1', 'small1', 'big2', 'big3'],
      ]);
    });

    it('go on with their turns from claim to claim, of any worker', async () => {
      for (const key of ['a', 'b', 'c']) await put(key, ...[0, 1, 2].map((i) => key + i));
      const order: string[] = [];
      for (let i = 0; i < 9; i += 1) order.push(names([await stage().take(`w${i % 2}`)]).join());
      expect(order).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'c1', 'a2', 'b2', 'c2']);
    });

    it('are kept apart by queue', async () => {
      await limit(1);
      const other = await stage().beside('other');
      await put('k', 'a', 'b');
      await other.put(['c', 'd'], keyed('k'));
      expect((await stage().claim('w')).tasks).toHaveLength(1);
      expect((await other.claim('w')).tasks).toHaveLength(2);
    });

    it('are shown with the task, and in its list', async () => {
      const ids = await put('k', 'a', 'b', 'c');
      await put('l', 'd');
      expect((await stage().find(stage().id('a'))).options).toEqual({ concurrencyKey: 'k' });
      expect((await stage().list('ready')).sort()).toEqual([...ids, stage().id('d')].sort());
      expect((await stage().list('ready', 1)).sort()).toEqual([...ids, stage().id('d')].sort());
      expect(await stage().store.queueFacts('main')).toMatchObject({ ready: 4, unroutable: { work: 4 } });
    });

    it('stand beside plain tasks of the same handler and priority', async () => {
      await stage().put(['plain0', 'plain1']);
      await put('k', 'key0', 'key1');
      expect(names((await stage().claim('w')).tasks).sort()).toEqual(['key0', 'key1', 'plain0', 'plain1']);
    });
  });

  describe('keyConcurrency', () => {
    it('bounds what runs of each key, over workers, and no key stops another', async () => {
      await limit(2);
      await put('a', 1, 2, 3, 4);
      await put('b', 5);
      await stage().put(['plain']);
      expect(names((await stage().claim('w1', { want: 2 })).tasks)).toHaveLength(2);
      expect((await stage().claim('w2')).tasks).toHaveLength(2);
      expect((await stage().claim('w3')).tasks).toEqual([]);
      expect(await stage().store.queueFacts('main')).toMatchObject({ running: 4, ready: 2 });
    });

    it.each(['completed', 'retry', 'head', 'dead', 'cancelled'] as const)(
      'gives the slot on when an attempt ends: %s',
      async (to) => {
        await limit(1);
        await put('k', 'a', 'b');
        const task = await stage().take('w');
        if (to === 'completed') await stage().complete('w', [stage().completion(task, 'w')]);
        else {
          const next = to === 'retry' ? { to, due: stage().start + 3_600_000 } : { to };
          await stage().store.settle('main', 'w', [stage().settlement(task, 'w', next)]);
        }
        // Back at the head of its key it is the next one again.
        const [next, ...others] = (await stage().claim('w2')).tasks;
        expect(names(next ? [next] : [])).toEqual([to === 'head' ? 'a' : 'b']);
        expect(others).toEqual([]);
      },
    );

    it('gives the slot on with the very claim that brings the completion', async () => {
      await limit(1);
      await put('k', 'a', 'b', 'c');
      let completions: Completion[] = [];
      for (const name of ['a', 'b', 'c']) {
        const { tasks } = await stage().claim('w', { completions });
        expect(names(tasks)).toEqual([name]);
        completions = tasks.map((task) => stage().completion(task, 'w'));
      }
    });

    it('holds the slot of a worker that is gone until its task is taken back, and not longer', async () => {
      await limit(1);
      await put('k', 'a', 'b');
      const task = await stage().take('w', { leaseMs: 5 });
      await stage().elapse(10);
      expect((await stage().claim('w2')).tasks).toEqual([]);
      const {
        holds: [hold],
      } = await stage().store.reap('main', 10);
      if (!hold) throw new Error('one expected');
      const ending = stage().settlement(hold, 'w', { to: 'dead' }, { outcome: 'lost' });
      expect(await stage().store.settle('main', 'w', [ending], true)).toEqual(['ok']);
      expect(await stage().store.settle('main', 'w', [ending], true)).toEqual(['already']);
      expect(names((await stage().claim('w2')).tasks)).toEqual(['b']);
      // The late ending of the one that was taken back frees nothing.
      expect(await stage().complete('w', [stage().completion(task, 'w')])).toEqual(['lost']);
      await put('k', 'c');
      expect((await stage().claim('w3')).tasks).toEqual([]);
    });

    it('holds for what waits over handlers and priorities', async () => {
      await limit(1);
      await stage().put(['a'], { ...keyed('k'), handler: 'one' });
      await stage().put(['b'], { ...keyed('k'), handler: 'two', priority: 'high' });
      const handlers = ['one', 'two'];
      const first = await stage().take('w', { want: 5, handlers });
      expect((await stage().claim('w2', { handlers })).tasks).toEqual([]);
      await stage().complete('w', [stage().completion(first, 'w')]);
      expect((await stage().claim('w2', { handlers })).tasks).toHaveLength(1);
      expect(await running()).toBe(1);
    });

    it('counts what runs already when it is set, raised or taken away', async () => {
      await put('k', 1, 2, 3, 4, 5, 6);
      await stage().claim('w', { want: 2 });
      await limit(2);
      expect((await stage().claim('w')).tasks).toEqual([]);
      await limit(3);
      expect((await stage().claim('w')).tasks).toHaveLength(1);
      await limit(1);
      expect((await stage().claim('w')).tasks).toEqual([]);
      await limit(null);
      expect((await stage().claim('w')).tasks).toHaveLength(3);
    });

    it('lets a cancelled one go by, whether it waits for a slot, for time, or runs', async () => {
      await limit(1);
      await put('k', 'a', 'b', 'c');
      await stage().put(['late'], { ...keyed('k'), due: stage().start + 3_600_000 });
      const task = await stage().take('w');
      expect(await stage().store.cancel('main', stage().id('b'))).toBe('cancelled');
      expect(await stage().store.cancel('main', stage().id('late'))).toBe('cancelled');
      expect(await stage().store.cancel('main', task.id)).toBe('requested');
      expect((await stage().claim('w2')).tasks).toEqual([]);
      await stage().complete('w', [stage().completion(task, 'w')]);
      expect(names((await stage().claim('w2')).tasks)).toEqual(['c']);
      expect((await stage().store.queueFacts('main')).ready).toBe(0);
    });

    it('wakes who waits when a slot is free, and nobody before', async () => {
      await limit(1);
      await put('k', 'a', 'b');
      const task = await stage().take('w');
      const waiter = stage().store.waiter();
      // What was told before.
      const before = waiter.wait(['main'], ['work'], 20);
      await stage().elapse(30);
      await before;
      const wait = waiter.wait(['main'], ['work'], 2_000);
      await put('k', 'c');
      await stage().complete('w', [stage().completion(task, 'w')]);
      expect(await wait).toBe('main');
      waiter.close();
    });

    it('holds for tasks that come due, one after another', async () => {
      await limit(1);
      const soon = stage().start + 5;
      for (const name of ['a', 'b', 'c']) await stage().put([name], { ...keyed('k'), due: soon });
      await stage().elapse(10);
      const order: string[] = [];
      for (let i = 0; i < 3; i += 1) {
        const { tasks } = await stage().claim('w');
        expect(tasks).toHaveLength(1);
        order.push(...names(tasks));
        await stage().complete(
          'w',
          tasks.map((task) => stage().completion(task, 'w')),
        );
      }
      expect(order.sort()).toEqual(['a', 'b', 'c']);
    });

    it('holds beside the bound of the queue', async () => {
      await stage().store.setQueue('main', { settings: { keyConcurrency: 1, concurrency: 2 } });
      for (const key of ['a', 'b', 'c']) await put(key, `${key}0`, `${key}1`);
      const { tasks } = await stage().claim('w');
      expect(names(tasks)).toEqual(['a0', 'b0']);
      expect((await stage().claim('w2')).tasks).toEqual([]);
      await stage().complete(
        'w',
        tasks.map((task) => stage().completion(task, 'w')),
      );
      expect(names((await stage().claim('w2')).tasks)).toEqual(['c0', 'a1']);
    });

    it('answers the same claim again with the same tasks, and takes no further slot', async () => {
      await limit(2);
      await put('k', 'a', 'b', 'c');
      const { tasks } = await stage().claim('w', { want: 1, nonce: 2 });
      expect((await stage().claim('w', { want: 1, nonce: 2 })).tasks).toEqual(tasks);
      expect((await stage().claim('w2')).tasks).toHaveLength(1);
      expect((await stage().claim('w3')).tasks).toEqual([]);
    });
  });

  describe('a schedule with a concurrency key', () => {
    it('shares its slots with tasks, and gives up ready runs when it rests', async () => {
      await limit(1);
      const { store, start } = stage();
      const term = await stage().rule();
      const schedule = plain('daily', 'main');
      Object.assign(schedule.definition, { concurrencyKey: 'k', handler: 'work', overlap: 'allow' });
      expect(await store.edit('main', scheduleEdit(schedule, start))).toBe('ok');
      const occurrences = [0, 1, 2].map((i) => ({
        nominal: start + i,
        draft: stage().draft(`daily@${start + i}`, { ...keyed('k'), due: start }),
      }));
      const entry = { schedule: 'daily', revision: schedule.revision, cursor: start, next: start + 60_000 };
      await put('k', 'task');
      const taken = await stage().claim('w');
      expect(names(taken.tasks)).toEqual(['task']);
      expect(await store.plan('main', term, [{ ...entry, occurrences }])).toEqual(['planned']);
      await store.promote('main', 10);
      expect((await stage().claim('w2')).tasks).toEqual([]);
      await stage().complete(
        'w',
        taken.tasks.map((task) => stage().completion(task, 'w')),
      );
      const [run, ...others] = (await stage().claim('w')).tasks;
      expect([run?.id, others]).toEqual([`daily@${start}`, []]);
      const lane = { handler: 'work', priority: 'normal', concurrencyKey: 'k' } as const;
      expect(await store.withdrawReady('main', 'daily', lane, 0, { word: 'paused' })).toBeNull();
      expect(await stage().states([1, 2].map((i) => `daily@${start + i}`))).toEqual([null, null]);
      await put('k', 'next');
      expect((await stage().claim('w2')).tasks).toEqual([]);
      await stage().complete('w', run ? [stage().completion(run, 'w')] : []);
      expect(names((await stage().claim('w2')).tasks)).toEqual(['next']);
    });
  });
}
