/** Behaviour of claim: who is handed what, in which order, and what the same claim sent again answers. */

import { describe, expect, it } from 'vitest';
import { LONG, type MakeStore, onStage } from './stage.js';

export function describeClaim(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  describe('claim', () => {
    it('hands out first in, first out, at most `want`, of the named handlers only', async () => {
      const a = await stage().put([1, 2, 3]);
      await stage().put(['other'], { handler: 'else' });
      expect((await stage().claim('w', { want: 2 })).tasks.map(({ id }) => id)).toEqual(a.slice(0, 2));
      expect((await stage().claim('w', { want: 2 })).tasks.map(({ id }) => id)).toEqual(a.slice(2));
      expect((await stage().claim('w', { want: 2 })).tasks).toEqual([]);
      expect((await stage().find(stage().id('other'))).state).toBe('ready');
      const both = await stage().claim('w', { handlers: ['work', 'else'] });
      expect(both.tasks.map(({ handler }) => handler)).toEqual(['else']);
    });

    it('hands out nothing when nothing is wanted, or to a worker without handlers', async () => {
      const [id = ''] = await stage().put(['a']);
      expect(await stage().claim('w', { want: 0 })).toMatchObject({ endings: null, tasks: [] });
      expect((await stage().claim('w', { handlers: [] })).tasks).toEqual([]);
      expect((await stage().find(id)).state).toBe('ready');
    });

    it('hands out every payload as it was put, side by side, first and later attempts', async () => {
      const { store, queue } = stage();
      const texts = [
        '',
        '"plain"',
        '{"é":"鐘 🔔 \u2028"}',
        '"a\\r\\n"\r\n\t',
        '}{ | : no JSON',
        '1 abc 0 5|{"x"}',
      ];
      for (let code = 0; code < 32; code++) texts.push(JSON.stringify(String.fromCharCode(code, 0x7f)));
      const drafts = texts.map((payload, i) =>
        stage().draft(stage().id(`p${i}`), {
          payload,
          ...(i % 3 === 0 ? { options: { timeout: i + 1 } } : {}),
        }),
      );
      await store.enqueue(queue, drafts);
      const first = await stage().claim('w', { want: 100 });
      expect(first.tasks.map(({ payload }) => payload)).toEqual(texts);
      const back = first.tasks.filter((_, i) => i % 2 === 0);
      await store.settle(
        queue,
        'w',
        back.map((task) => stage().settlement(task, 'w', { to: 'head' })),
      );
      const second = await stage().claim('w', { want: 100 });
      const byId = new Map(drafts.map((draft) => [draft.id, draft]));
      expect(second.tasks.map(({ id }) => id).sort()).toEqual(back.map(({ id }) => id).sort());
      for (const task of second.tasks) {
        const { payload, options = {} } = byId.get(task.id) ?? {};
        expect(task).toMatchObject({ attempt: 2, payload, options });
      }
    });

    it('says who holds a task, and since when', async () => {
      const [id = ''] = await stage().put(['a']);
      const { now, tasks } = await stage().claim('w~1');
      expect(tasks[0]).toMatchObject({ id, attempt: 1, failures: 0 });
      const held = { worker: 'w~1', attempt: 1, startedAt: now };
      expect(await stage().find(id)).toMatchObject({ state: 'running', attempt: 1, held });
    });

    it('answers the same nonce with the same tasks, and takes no others for it', async () => {
      await stage().put([1, 2, 3, 4]);
      const first = await stage().claim('w', { want: 2, nonce: 1 });
      const again = await stage().claim('w', { want: 2, nonce: 1 });
      const byId = (one: { id: string }, two: { id: string }) => (one.id < two.id ? -1 : 1);
      expect([...again.tasks].sort(byId)).toEqual([...first.tasks].sort(byId));
      expect((await stage().store.queueFacts('main')).ready).toBe(2);
    });

    it('answers the same nonce with what is still held of it', async () => {
      await stage().put([1, 2, 3]);
      const first = await stage().claim('w', { want: 2, nonce: 1 });
      const [done, kept] = first.tasks;
      if (!done || !kept) throw new Error('two expected');
      await stage().store.settle('main', 'w', [stage().settlement(done, 'w', { to: 'dead' })]);
      expect((await stage().claim('w', { want: 2, nonce: 1 })).tasks).toEqual([kept]);
      await stage().store.settle('main', 'w', [stage().settlement(kept, 'w', { to: 'dead' })]);
      expect((await stage().claim('w', { want: 2, nonce: 1 })).tasks).toEqual([]);
      expect((await stage().claim('w', { want: 2, nonce: 2 })).tasks).toHaveLength(1);
    });

    it('keeps two lines of claims, even and odd, apart', async () => {
      await stage().put([1, 2, 3, 4, 5]);
      const ids = async (nonce: number) => {
        const { tasks } = await stage().claim('w', { want: 1, nonce });
        return tasks.map(({ id }) => id);
      };
      const even = await ids(10);
      const odd = await ids(11);
      expect([even.length, odd.length]).toEqual([1, 1]);
      // Both replies are lost and both claims are sent again, in either order.
      expect(await ids(11)).toEqual(odd);
      expect(await ids(10)).toEqual(even);
      const next = await ids(12);
      expect(next).toHaveLength(1);
      expect(await ids(10)).toEqual([]);
      expect(await ids(11)).toEqual(odd);
      expect((await stage().store.queueFacts('main')).ready).toBe(2);
    });

    it('never gives one task to two workers', async () => {
      const ids = await stage().put(Array.from({ length: 200 }, (_, i) => i));
      const workers = Array.from({ length: 8 }, (_, i) => `w${i}`);
      const claimed: string[] = [];
      await Promise.all(
        workers.map(async (worker) => {
          for (;;) {
            const { tasks } = await stage().claim(worker, { want: 7 });
            if (tasks.length === 0) return;
            claimed.push(...tasks.map(({ id }) => id));
          }
        }),
      );
      expect(claimed.sort()).toEqual([...ids].sort());
    });

    it('promotes what is overdue on its way, never early: delays need no scheduler node', async () => {
      const trickle = await stage().putTrickle();
      const dues = [...trickle.keys()];
      const claimed: string[] = [];
      await stage().until(async () => {
        const { now, tasks, nextDue } = await stage().claim('w');
        claimed.push(...tasks.map(({ id }) => id));
        expect(claimed).toHaveLength(dues.filter((due) => due <= now).length);
        expect(nextDue).toBe(dues[claimed.length] ?? null);
        return claimed.length === dues.length;
      }, 1);
      expect(claimed).toEqual([...trickle.values()]);
    });

    it('tells the due time of the draft', async () => {
      const { start } = stage();
      const [id = ''] = await stage().put(['soon'], { due: start + 20 });
      const task = await stage().until(async () => (await stage().claim('w')).tasks[0]);
      expect(task).toMatchObject({ id, dueAt: start + 20 });
    });

    it('tells when the next waiting task comes due, of any lane', async () => {
      const { start } = stage();
      await stage().put(['far'], { due: start + 2 * LONG });
      await stage().put(['near'], { due: start + LONG, handler: 'else' });
      expect((await stage().claim('w')).nextDue).toBe(start + LONG);
    });

    it('serves high first, mostly', async () => {
      for (const priority of ['low', 'normal', 'high'] as const) {
        await stage().put(
          Array.from({ length: 20 }, (_, i) => `${priority}${i}`),
          { priority },
        );
      }
      const first: string[] = [];
      for (let i = 0; i < 20; i += 1) first.push((await stage().take('w')).priority);
      const count = (priority: string) => first.filter((one) => one === priority).length;
      expect(count('high')).toBeGreaterThan(count('normal'));
      expect(count('high')).toBeGreaterThan(count('low'));
    });

    it.each([1, 10])('starves no priority and no handler, %i at a time', async (want) => {
      const many = Array.from({ length: 300 }, (_, i) => i);
      await stage().put(many, { priority: 'high' });
      await stage().put(['low'], { priority: 'low' });
      await stage().put(['normal'], { handler: 'else' });
      const waiting = new Set([stage().id('low'), stage().id('normal')]);
      const handlers = ['work', 'else'];
      let served = 0;
      while (waiting.size > 0 && served < 300) {
        const { tasks } = await stage().claim('w', { want, handlers });
        served += tasks.length;
        for (const { id } of tasks) waiting.delete(id);
      }
      expect([...waiting]).toEqual([]);
      expect(served).toBeLessThan(300);
    });
  });
}
