/** Behaviour of tasks that are cancelled when they have not begun in time. */

import { describe, expect, it } from 'vitest';
import type { Overlap } from '../../../src/domain/schedule/schedule.js';
import type { TaskDraft } from '../../../src/store/contract/index.js';
import { plain, scheduleEdit } from './schedule-parts.js';
import { LONG, type MakeStore, onStage } from './stage.js';

export function describeExpiry(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  /** Was to begin a moment ago. */
  const past = (over: Partial<TaskDraft> = {}): Partial<TaskDraft> => ({
    ...{ createdAt: stage().start - 1_000, due: 0, options: { expiresIn: 10 } },
    ...over,
  });
  const expired = { state: 'cancelled', reason: 'expired', attempt: 0 };

  describe('a task that expires', () => {
    it('is not handed out after that time, and its neighbours are', async () => {
      const [late = ''] = await stage().put(['late'], past());
      const [fine = '', other = ''] = [
        ...(await stage().put(['fine'], { options: { expiresIn: LONG } })),
        ...(await stage().put(['other'])),
      ];
      const { tasks } = await stage().claim('w');
      expect(tasks.map(({ id }) => id)).toEqual([fine, other]);
      expect(await stage().find(late)).toMatchObject(expired);
      expect((await stage().find(late)).finishedAt).toBeGreaterThan(0);
      expect(await stage().list('cancelled')).toEqual([late]);
      expect((await stage().store.queueFacts('main')).ready).toBe(0);
    });

    it('ends by promotion, and those who promote are told when', async () => {
      const { store, start } = stage();
      const told: unknown[] = [];
      const unsubscribe = await store.subscribe((signal) => told.push(signal));
      await stage().put(['soon'], { options: { expiresIn: LONG } });
      await stage().until(() => Promise.resolve(told.length > 0));
      expect(told).toEqual([{ kind: 'due', queue: 'main', due: start + LONG }]);
      await unsubscribe();
      expect((await store.promote('main', 10)).nextDue).toBe(start + LONG);
      const [late = ''] = await stage().put(['late'], past());
      const [waits = ''] = await stage().put(['waits'], past({ due: start - 500 }));
      await store.setQueue('main', { paused: true });
      await store.promote('main', 10);
      expect(await stage().find(late)).toMatchObject(expired);
      expect(await stage().find(waits)).toMatchObject(expired);
    });

    it('is not forgotten where the entry of one that was put off is passed over', async () => {
      const { start } = stage();
      const options = { uniqueKey: 'k', expiresIn: LONG };
      const [id = ''] = await stage().put(['a'], { options });
      await stage().put(['b'], { options, due: start + LONG, unique: { mode: 'replace' } });
      expect((await stage().claim('w')).tasks).toEqual([]);
      await stage().store.cancel('main', (await stage().put(['c']))[0] ?? '');
      await stage().store.reschedule('main', [{ id, attempt: 0, due: start - 1 }]);
      expect((await stage().store.promote('main', 10)).nextDue).toBe(start + LONG);
    });

    it('that has begun does not expire: handed back, lost, retried', async () => {
      const { store, start } = stage();
      const [id = ''] = await stage().put(['a'], { options: { expiresIn: LONG } });
      expect((await store.promote('main', 10)).nextDue).toBe(start + LONG);
      const task = await stage().take('w');
      expect((await store.promote('main', 10)).nextDue).toBeNull();
      await store.settle('main', 'w', [stage().settlement(task, 'w', { to: 'head' })]);
      const again = await stage().take('w');
      await store.settle('main', 'w', [stage().settlement(again, 'w', { to: 'dead' })]);
      await store.redrive('main', [{ id, attempt: 2 }]);
      expect((await store.promote('main', 10)).nextDue).toBeNull();
      expect(await stage().take('w')).toMatchObject({ id, attempt: 3 });
    });

    it('counts from its due time, and moves with it', async () => {
      const { store, start } = stage();
      const [id = ''] = await stage().put(['a'], { due: start + 2 * LONG, options: { expiresIn: LONG } });
      expect((await store.promote('main', 10)).nextDue).toBe(start + 2 * LONG);
      // Its due time is not before its creation.
      await store.reschedule('main', [{ id, attempt: 0, due: start - 60_000 }]);
      expect(await stage().states([id])).toEqual(['ready']);
      expect((await store.promote('main', 10)).nextDue).toBe(start + LONG);
      const over = { due: start + 2 * LONG, options: { uniqueKey: 'k', expiresIn: LONG } };
      await stage().put(['k'], over);
      await stage().put(['l'], { ...over, due: 0, unique: { mode: 'replace' } });
      expect((await stage().claim('w')).tasks).toHaveLength(2);
      expect((await store.promote('main', 10)).nextDue).toBeNull();
    });

    it('frees its unique key, cancels no other, and is told once', async () => {
      await stage().put(['a'], past({ options: { expiresIn: 10, uniqueKey: 'k' } }));
      await stage().resending().store.promote('main', 10);
      await stage().put(['b'], { options: { uniqueKey: 'k' } });
      expect(await stage().states([stage().id('a'), stage().id('b')])).toEqual(['cancelled', 'ready']);
    });

    it('in great number holds no claim up for long, and none is handed out', async () => {
      const names = Array.from({ length: 450 }, (_, n) => n);
      await stage().put(names, past());
      const [fine = ''] = await stage().put(['fine']);
      const handed: string[] = [];
      await stage().until(async () => {
        const { tasks } = await stage().claim('w');
        handed.push(...tasks.map(({ id }) => id));
        return handed.length > 0;
      });
      expect(handed).toEqual([fine]);
      expect((await stage().store.queueFacts('main')).cancelled).toBe(450);
    });
  });

  describe('a run that expires', () => {
    const BRIEF = 40;
    const define = async (revision: number, expiresIn: number, overlap: Overlap = 'wait'): Promise<void> => {
      const { store, start } = stage();
      const schedule = { ...plain('s', 'main', { overlap, expiresIn }), revision };
      const cursor = start - 2_000 + revision;
      const before = revision === 1 ? null : { revision: revision - 1, cursor };
      const edit = { ...scheduleEdit(schedule, cursor), expect: before };
      expect(await store.edit('main', edit)).toBe('ok');
    };
    const next = async (revision: number, kind?: 'catchUp'): Promise<string> => {
      const { store, start } = stage();
      const term = await stage().rule();
      const nominal = start - 2_000 + revision;
      const id = `s@${nominal}`;
      const options = kind ? { options: { run: { kind, nominal } } } : {};
      const occurrences = [{ nominal, draft: stage().draft(id, { due: start, ...options }) }];
      const entry = { schedule: 's', revision, cursor: nominal, next: nominal + 1, occurrences };
      expect(await store.plan('main', term, [entry])).toEqual(['planned']);
      await store.promote('main', 100);
      return id;
    };
    const ended = (id: string) =>
      stage().until(async () => {
        await stage().store.promote('main', 10);
        return (await stage().find(id)).state === 'cancelled';
      });

    it('is cancelled when no worker has begun it, and its instant is written down', async () => {
      await define(1, BRIEF);
      const id = await next(1);
      await ended(id);
      expect(await stage().find(id)).toMatchObject(expired);
      expect((await stage().store.schedule('s'))?.singles?.map(([, word]) => word)).toEqual(['cancelled']);
    });

    it('that a claim finds due and hands out does not expire while it runs', async () => {
      const { store, start } = stage();
      await define(1, BRIEF);
      const term = await stage().rule();
      const nominal = start - 1_999;
      const occurrences = [{ nominal, draft: stage().draft(`s@${nominal}`, { due: start }) }];
      const entry = { schedule: 's', revision: 1, cursor: nominal, next: nominal + 1, occurrences };
      expect(await store.plan('main', term, [entry])).toEqual(['planned']);
      const task = await stage().take('w');
      await stage().elapse(2 * BRIEF);
      await store.promote('main', 10);
      expect(await stage().find(task.id)).toMatchObject({ state: 'running', attempt: 1 });
    });

    it('also one that is caught up, first or behind another', async () => {
      await define(1, BRIEF, 'skip');
      const first = await next(1, 'catchUp');
      await ended(first);
      expect(await stage().find(first)).toMatchObject(expired);
      await define(2, LONG, 'skip');
      await next(2, 'catchUp');
      const task = await stage().take('w');
      await define(3, BRIEF, 'skip');
      const behind = await next(3, 'catchUp');
      expect(await stage().states([behind])).toEqual(['scheduled']);
      await ended(behind);
      expect((await stage().store.schedule('s'))?.singles?.map(([, word]) => word)).toEqual([
        'cancelled',
        'cancelled',
      ]);
      await stage().complete('w', [stage().completion(task, 'w')]);
      // Nothing of it stands in the way of the next one.
      await define(4, LONG, 'skip');
      const last = await next(4);
      expect((await stage().take('w')).id).toBe(last);
    });

    it('also one that was to replace a run, which was asked to stop and goes on', async () => {
      await define(1, LONG, 'replace');
      const first = await next(1);
      const task = await stage().take('w');
      await define(2, BRIEF, 'replace');
      const second = await next(2);
      await ended(second);
      expect(await stage().find(second)).toMatchObject(expired);
      expect(await stage().find(first)).toMatchObject({ state: 'running', cancelRequested: true });
      const settlement = stage().settlement(task, 'w', { to: 'cancelled' });
      expect(await stage().store.settle('main', 'w', [settlement])).toEqual(['stopped']);
      await define(3, LONG, 'replace');
      const third = await next(3);
      expect((await stage().take('w')).id).toBe(third);
    });

    it('also while it waits for the run before it, which goes on', async () => {
      await define(1, LONG);
      const first = await next(1);
      const task = await stage().take('w');
      await define(2, BRIEF);
      const second = await next(2);
      await ended(second);
      expect(await stage().find(second)).toMatchObject(expired);
      expect(await stage().states([first])).toEqual(['running']);
      await stage().complete('w', [stage().completion(task, 'w')]);
      expect(await stage().states([first])).toEqual(['completed']);
    });
  });
}
