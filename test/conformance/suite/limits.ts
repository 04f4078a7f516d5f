/** Limits of the contract: what is handed out once, told in time, kept apart, and bounded, whatever was lost before. */

import { describe, expect, it } from 'vitest';
import { shortHash } from '../../../src/runtime/short-hash.js';
import { putSchedule, removeSchedule } from '../../../src/schedules/edit.js';
import { entry, instant, plain } from './schedule-parts.js';
import { LONG, type MakeStore, onStage } from './stage.js';

const BRIEF = 30;

/** Handler names whose lanes would have the same code if it were as short as it gets. */
export function namesakes(count: number): string[] {
  const byCode = new Map<string, string[]>();
  for (let i = 0; ; i += 1) {
    const name = `h${i}`;
    const code = shortHash(`n${name}`).slice(0, 3);
    const names = [...(byCode.get(code) ?? []), name];
    if (names.length === count) return names;
    byCode.set(code, names);
  }
}

export function describeLimits(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  describe('an older nonce', () => {
    it.each([
      ['after a claim that was handed something', 1],
      ['after a claim that was handed nothing', 0],
    ])('hands out nothing, %s', async (_, later) => {
      await stage().put(['first']);
      expect((await stage().claim('w', { nonce: 2 })).tasks).toHaveLength(1);
      await stage().put(Array.from({ length: later }, (_, i) => `later${i}`));
      expect((await stage().claim('w', { nonce: 4 })).tasks).toHaveLength(later);
      await stage().put(['fresh']);
      expect((await stage().claim('w', { nonce: 2 })).tasks).toEqual([]);
      expect((await stage().find(stage().id('fresh'))).state).toBe('ready');
      const next = await stage().claim('w', { nonce: 6 });
      expect(next.tasks.map(({ id }) => id)).toEqual([stage().id('fresh')]);
    });

    it('in the other line is none', async () => {
      await stage().put(['a']);
      await stage().claim('w', { nonce: 8 });
      await stage().put(['b']);
      expect((await stage().claim('w', { nonce: 3 })).tasks).toHaveLength(1);
    });
  });

  describe('the same claim again', () => {
    it('renews the lease of what it answers', async () => {
      await stage().put(['a']);
      const { tasks } = await stage().claim('w', { nonce: 2, leaseMs: BRIEF });
      expect((await stage().claim('w', { nonce: 2, leaseMs: LONG })).tasks).toEqual(tasks);
      await stage().elapse(2 * BRIEF);
      expect((await stage().store.reap('main', 10)).holds).toEqual([]);
      expect((await stage().store.promote('main', 1)).nextLease).toBeGreaterThan(stage().start + LONG / 2);
    });

    it('tells attempt and failures as the first time', async () => {
      await stage().put(['a', 'b']);
      const again = await stage().take('w');
      const ending = stage().settlement(again, 'w', { to: 'head' });
      await stage().store.settle('main', 'w', [ending]);
      const first = await stage().claim('w', { nonce: 5 });
      const second = await stage().claim('w', { nonce: 5 });
      const facts = ({ tasks }: typeof first) =>
        tasks.map(({ id, attempt, failures, token }) => [id, attempt, failures, token]).sort();
      expect(facts(second)).toEqual(facts(first));
      expect(facts(first).map(([, attempt, failures]) => [attempt, failures])).toEqual([
        [2, 1],
        [1, 0],
      ]);
    });
  });

  describe('a claim that leaves the lease as it is', () => {
    it('leaves it as it is', async () => {
      await stage().put(['a', 'b']);
      await stage().take('w', { nonce: 2 });
      const { nextLease } = await stage().store.promote('main', 1);
      await stage().elapse(5);
      await stage().take('w', { nonce: 4, leaseStands: true });
      expect((await stage().store.promote('main', 1)).nextLease).toBe(nextLease);
    });

    it('sets it when there is none, so that the reaper finds what it takes', async () => {
      await stage().put(['a', 'b']);
      const { id } = await stage().take('w', { leaseMs: BRIEF, leaseStands: true });
      const [hold] = await stage().until(async () => {
        const { holds } = await stage().store.reap('main', 10);
        return ((await stage().store.time()) > stage().start + 10 * BRIEF || holds.length > 0) && holds;
      });
      expect(hold).toMatchObject({ id, worker: 'w' });
    });
  });

  describe('a worker whose tasks were taken back', () => {
    const takeBack = async (worker: string) => {
      await stage().put(['a']);
      await stage().take(worker, { leaseMs: BRIEF });
      const [hold] = await stage().until(async () => {
        const { holds } = await stage().store.reap('main', 10);
        return holds.length > 0 && holds;
      });
      if (!hold) throw new Error('one expected');
      const ending = stage().settlement(hold, worker, { to: 'head' }, { outcome: 'lost' });
      expect(await stage().store.settle('main', worker, [ending], true)).toEqual(['ok']);
    };
    const isTold = async (worker: string) => {
      expect(await stage().store.beat('main', worker, LONG)).toBe('lost');
      expect(await stage().claim(worker)).toMatchObject({ tasks: [], reaped: true });
      expect((await stage().store.queueFacts('main')).ready).toBe(1);
    };

    it('is told by beat and claim, again and again', async () => {
      await takeBack('w');
      await isTold('w');
      await isTold('w');
    });

    it('is told after the reaper has forgotten it', async () => {
      await takeBack('w');
      for (let i = 0; i < 3; i += 1) expect((await stage().store.reap('main', 10)).holds).toEqual([]);
      await isTold('w');
    });

    it('goes on under a new id, and only it is told', async () => {
      await takeBack('w');
      const task = await stage().take('w2');
      expect(task.attempt).toBe(2);
      expect(await stage().store.beat('main', 'w2', LONG)).toBe('ok');
      expect(await stage().complete('w2', [stage().completion(task, 'w2')])).toEqual(['ok']);
    });

    it('keeps what it still holds until that is taken back too, and gets no more', async () => {
      await stage().put(['kept', 'lost']);
      const { tasks } = await stage().claim('w', { leaseMs: BRIEF });
      const holds = await stage().until(async () => {
        const { holds: found } = await stage().store.reap('main', 10);
        return found.length === 2 && found;
      });
      const back = holds.find(({ id }) => id === stage().id('lost'));
      const kept = tasks.find(({ id }) => id === stage().id('kept'));
      if (!back || !kept) throw new Error('both expected');
      const ending = stage().settlement(back, 'w', { to: 'head' }, { outcome: 'lost' });
      await stage().store.settle('main', 'w', [ending], true);
      expect(await stage().claim('w')).toMatchObject({ tasks: [], reaped: true });
      expect(await stage().complete('w', [stage().completion(kept, 'w')])).toEqual(['ok']);
    });
  });

  describe('lanes', () => {
    it.each([['normal'], ['high'], ['low']] as const)(
      'of namesakes are kept apart, in priority %s',
      async (priority) => {
        const names = namesakes(3);
        for (const handler of names) await stage().put([`for-${handler}`], { handler, priority });
        for (const [i, handler] of names.entries()) {
          const { tasks } = await stage().claim(`w${i}`, { handlers: [handler] });
          expect(tasks.map(({ id, handler: of }) => [id, of])).toEqual([
            [stage().id(`for-${handler}`), handler],
          ]);
          expect(await stage().find(stage().id(`for-${handler}`))).toMatchObject({ handler, priority });
        }
      },
    );
  });

  describe('large payloads', () => {
    it('are handed out in several claims when they are many, each telling that there is more', async () => {
      const payload = JSON.stringify('x'.repeat(900_000));
      const ids = await stage().put(
        Array.from({ length: 12 }, (_, i) => i),
        { payload },
      );
      const claimed: string[] = [];
      while (claimed.length < ids.length) {
        const { tasks, more } = await stage().claim('w', { want: 20 });
        expect(tasks).not.toEqual([]);
        claimed.push(...tasks.map(({ id }) => id));
        const bytes = tasks.reduce((sum, task) => sum + task.payload.length, 0);
        expect(bytes).toBeLessThan(5 * 1024 * 1024);
        for (const task of tasks) expect(task.payload === payload).toBe(true);
        const { ready } = await stage().store.queueFacts('main');
        expect(more || ready === 0).toBe(true);
      }
      expect(claimed).toEqual(ids);
    });

    it('come whole and in order among small ones, with what else is said of their tasks', async () => {
      const texts = [10, 5_000, 20, 60_000, 30, 4_096, 9_000, 40, 200_000, 6_000];
      const drafts = texts.map((length, i) => ({
        ...stage().draft(stage().id(`t${i}`), {
          payload: JSON.stringify(`${i}é${'ü'.repeat(length)}`),
          ...(i % 3 === 0 ? { options: { timeout: 900 + i, labels: { nämé: 'ß' } } } : {}),
        }),
      }));
      await stage().store.enqueue(stage().queue, drafts);
      // One of them has failed before.
      const first = await stage().take('w');
      await stage().store.settle('main', 'w', [stage().settlement(first, 'w', { to: 'head' })]);
      const { tasks } = await stage().claim('w', { want: 20 });
      expect(tasks.map(({ id }) => id)).toEqual(drafts.map(({ id }) => id));
      expect(tasks.map(({ attempt }) => attempt)).toEqual([2, ...texts.slice(1).map(() => 1)]);
      for (const [i, task] of tasks.entries()) {
        expect(task.payload === drafts[i]?.payload).toBe(true);
        expect(task.options).toEqual(drafts[i]?.options ?? {});
        expect([task.handler, task.createdAt]).toEqual([first.handler, first.createdAt]);
      }
      const completions = tasks.map((task) => stage().completion(task, 'w'));
      expect(await stage().complete('w', completions)).toEqual(tasks.map(() => 'ok'));
    });

    it('of many keys are handed out once each, in several claims when they are many', async () => {
      const payload = JSON.stringify('x'.repeat(700_000));
      const put = async (i: number) =>
        stage().put([i], { payload, options: { concurrencyKey: `key-${i % 5}` } });
      for (let i = 0; i < 10; i += 1) await put(i);
      const claimed: string[] = [];
      while (claimed.length < 10) {
        const { tasks, more } = await stage().claim('w', { want: 20 });
        expect(tasks).not.toEqual([]);
        for (const task of tasks) expect(task.payload === payload).toBe(true);
        const bytes = tasks.reduce((sum, task) => sum + task.payload.length, 0);
        expect(bytes).toBeLessThan(5 * 1024 * 1024);
        claimed.push(...tasks.map(({ id }) => id));
        expect(more || claimed.length === 10).toBe(true);
      }
      expect(new Set(claimed).size).toBe(10);
    });

    it('come again with the same claim', async () => {
      const payload = JSON.stringify('x'.repeat(50_000));
      await stage().put(['a', 'b', 'c'], { payload });
      const over = { want: 2, nonce: 2 };
      const { tasks } = await stage().claim('w', over);
      const again = await stage().claim('w', over);
      expect(again.tasks.map(({ id }) => id).sort()).toEqual(tasks.map(({ id }) => id).sort());
      for (const task of again.tasks) expect(task.payload === payload).toBe(true);
    });

    it('as results are recorded in one call and kept whole', async () => {
      const ids = await stage().put([1, 2, 3]);
      const { tasks } = await stage().claim('w');
      const result = JSON.stringify('y'.repeat(900_000));
      const completions = tasks.map((task) => stage().completion(task, 'w', { result }));
      expect(await stage().complete('w', completions)).toEqual(['ok', 'ok', 'ok']);
      for (const id of ids) {
        expect((await stage().find(id)).history.map((one) => one.result === result)).toEqual([true]);
      }
    });
  });

  describe('history', () => {
    it('keeps the latest attempts of a task that is put off again and again', async () => {
      await stage().put(['a']);
      const message = 'm'.repeat(4_000);
      for (let i = 1; i <= 40; i += 1) {
        const task = await stage().take('w');
        expect(task).toMatchObject({ attempt: i, failures: 0 });
        const over = { failure: false, error: { message } };
        const ending = stage().settlement(task, 'w', { to: 'head' }, over);
        expect(await stage().store.settle('main', 'w', [ending])).toEqual(['ok']);
        expect(await stage().store.settle('main', 'w', [ending])).toEqual(['already']);
      }
      const { attempt, history } = await stage().find(stage().id('a'));
      expect(attempt).toBe(40);
      expect(history.length).toBeGreaterThan(10);
      expect(history.map((one) => one.attempt)).toEqual(history.map((_, i) => 41 - history.length + i));
      for (const one of history) expect(one.error?.message).toBe(message);
    });
  });

  describe('a schedule removed and made anew', () => {
    it('never meets a plan for the old one', async () => {
      const { store, start } = stage();
      const term = await stage().rule();
      const { definition, source } = plain('daily', 'main');
      const day = { ...definition, spec: { kind: 'every' as const, every: 86_400_000, phase: 0 } };
      await putSchedule(store, day, source, start);
      const old = await store.schedule('daily');
      await removeSchedule(store, 'daily', start + 1);
      await putSchedule(store, { ...day, handler: 'else' }, source, start + 2);
      const now = await store.schedule('daily');
      if (!old?.cursor || !now?.cursor) throw new Error('both have a cursor');
      expect(now.cursor).toBe(old.cursor);
      const planned = {
        nominal: old.cursor,
        draft: stage().draft(`daily@${old.cursor}`, { due: old.cursor }),
      };
      const plan = entry(stage(), 'daily', 0, -1, { cursor: old.cursor, next: instant(stage(), 99_999) });
      const made = { ...plan, revision: old.schedule.revision, occurrences: [planned] };
      expect(await store.plan('main', term, [made])).toEqual(['stale']);
      expect(await store.find(planned.draft.id)).toBeNull();
      expect(await store.plan('main', term, [{ ...made, revision: now.schedule.revision }])).toEqual([
        'planned',
      ]);
    });
  });

  describe('many workers', () => {
    it('list and find tell who holds what, page by page', async () => {
      const count = 120;
      const ids = await stage().put(Array.from({ length: count + 5 }, (_, i) => i));
      const held = new Map<string, string>();
      for (let i = 0; i < count; i += 2) {
        const { tasks } = await stage().claim(`w${i}`, { want: 2 });
        for (const { id } of tasks) held.set(id, `w${i}`);
      }
      expect(held.size).toBe(count);
      const running = await stage().store.list('main', 'running', 1_000);
      expect(new Map(running.items.map((facts) => [facts.id, facts.held?.worker]))).toEqual(held);
      const paged = await stage().list('running', 7);
      expect([...paged].sort()).toEqual([...held.keys()].sort());
      expect(await stage().list('ready', 3)).toEqual(ids.filter((id) => !held.has(id)));
      for (const id of ids) expect((await stage().find(id)).held?.worker).toBe(held.get(id));
      expect(await stage().store.queueFacts('main')).toMatchObject({ running: count, ready: 5 });
    });
  });
}
