/** Behaviour of open, enqueue and promote. */

import { describe, expect, it } from 'vitest';
import { LONG, type MakeStore, onStage } from './stage.js';

const PAYLOADS: [string, string][] = [
  ['nothing', ''],
  ['plain JSON', '{"to":"a@b.c"}'],
  ['quotes and backslashes', '{"q":"\\"\\\\\' \\u0000 %s | , : @"}'],
  ['unicode', '{"söng":"鐘 🔔 \u2028 é"}'],
  ['line ends', '"a\\r\\n"\r\n\t'],
  ['what looks like a header', '1 abc 0 5|{"x"}'],
  ['what is no JSON', '}{ not json'],
];

export function describeRoad(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  describe('open', () => {
    it('answers one code per queue, the same every time', async () => {
      const { store, queue, code } = stage();
      const other = await store.open('other');
      expect(await store.open(queue)).toBe(code);
      expect(await store.open('other')).toBe(other);
      expect(other).not.toBe(code);
      expect((await store.queues()).sort()).toEqual(['main', 'other']);
    });

    it('keeps the tasks of an open queue', async () => {
      const [id = ''] = await stage().put(['a']);
      await stage().store.open('main');
      expect((await stage().find(id)).state).toBe('ready');
    });
  });

  describe('enqueue', () => {
    it('makes a task that is due now ready and a later one scheduled', async () => {
      const { store, queue, start } = stage();
      const now = stage().draft(stage().id('now'));
      const later = stage().draft(stage().id('later'), { due: start + LONG });
      const reply = await store.enqueue(queue, [now, later]);
      expect(reply.created).toBe(2);
      expect(reply.now).toBeGreaterThanOrEqual(start);
      expect(await stage().states([now.id, later.id])).toEqual(['ready', 'scheduled']);
      expect((await stage().find(later.id)).dueAt).toBe(start + LONG);
    });

    it('keeps everything the draft says', async () => {
      const { store, queue, start } = stage();
      const options = {
        retry: {
          maxAttempts: 5,
          backoff: 'fixed' as const,
          delay: 10,
          maxDelay: 20,
          jitter: false,
          delays: [1],
        },
        timeout: 900,
        labels: { tier: 'gold', nämé: '"quoted"' },
      };
      const id = stage().id('full');
      const draft = stage().draft(id, {
        handler: 'mail/send.v2',
        priority: 'high',
        payload: '{"é":1}',
        options,
      });
      await store.enqueue(queue, [draft]);
      expect(await stage().find(id)).toMatchObject({
        id,
        queue,
        handler: 'mail/send.v2',
        priority: 'high',
        state: 'ready',
        createdAt: start,
        payload: '{"é":1}',
        options,
        attempt: 0,
        failures: 0,
        history: [],
      });
      const task = await stage().take('w', { handlers: ['mail/send.v2'] });
      expect(task).toMatchObject({
        id,
        queue,
        priority: 'high',
        createdAt: start,
        payload: '{"é":1}',
        options,
      });
    });

    it('leaves an id that exists as it is, whatever its state', async () => {
      const { store, queue, start } = stage();
      const [done = '', waiting = ''] = await stage().put(['done', 'waiting']);
      await stage().put(['later'], { due: start + LONG });
      const task = await stage().take('w');
      const held = await stage().take('w');
      expect([task.id, held.id]).toEqual([done, waiting]);
      await stage().complete('w', [stage().completion(task, 'w')]);

      const again = ['done', 'waiting', 'later'].map((name) =>
        stage().draft(stage().id(name), { payload: 'other', due: start + 5, priority: 'high' }),
      );
      expect((await store.enqueue(queue, again)).created).toBe(0);
      expect(await stage().states(again.map(({ id }) => id))).toEqual(['completed', 'running', 'scheduled']);
      const later = await stage().find(stage().id('later'));
      expect(later).toMatchObject({ payload: '', priority: 'normal', dueAt: start + LONG });
    });

    it('counts only the new ones, and one id once within a call', async () => {
      const { store, queue } = stage();
      const a = stage().draft(stage().id('a'));
      const b = stage().draft(stage().id('b'));
      expect((await store.enqueue(queue, [a])).created).toBe(1);
      expect((await store.enqueue(queue, [a, b, b])).created).toBe(1);
      expect((await stage().claim('w')).tasks.map(({ id }) => id)).toEqual([a.id, b.id]);
    });

    it('makes one task of many calls at once with one id', async () => {
      const { store, queue } = stage();
      const draft = stage().draft(stage().id('one'));
      const replies = await Promise.all(Array.from({ length: 20 }, () => store.enqueue(queue, [draft])));
      expect(replies.reduce((sum, { created }) => sum + created, 0)).toBe(1);
      expect((await stage().claim('w')).tasks).toHaveLength(1);
    });

    it('takes a thousand at once and hands out a thousand at once, in order', async () => {
      const ids = await stage().put(Array.from({ length: 1000 }, (_, i) => i));
      const { tasks } = await stage().claim('w', { want: 1000 });
      expect(tasks.map(({ id }) => id)).toEqual(ids);
      const completions = tasks.map((task) => stage().completion(task, 'w'));
      const words = await stage().complete('w', completions);
      expect(new Set(words)).toEqual(new Set(['ok']));
      expect((await stage().store.queueFacts('main')).completed).toBe(1000);
    });

    it.each(PAYLOADS)('carries a payload byte by byte: %s', async (_, payload) => {
      const id = stage().id('p');
      await stage().put(['p'], { payload, options: { labels: { ключ: '值' } } });
      expect((await stage().take('w')).payload).toBe(payload);
      expect((await stage().find(id)).payload).toBe(payload);
    });

    it('carries a payload of 1 MiB', async () => {
      const payload = JSON.stringify('ä'.repeat(524_287));
      expect(Buffer.byteLength(payload)).toBe(1_048_576);
      await stage().put(['big'], { payload });
      expect((await stage().take('w')).payload).toBe(payload);
    });

    it('keeps queues apart', async () => {
      const { store } = stage();
      const code = await store.open('other');
      const id = `${code}-x`;
      await store.enqueue('other', [stage().draft(id)]);
      await stage().put(['y']);
      expect((await stage().claim('w')).tasks.map((task) => task.id)).toEqual([stage().id('y')]);
      expect(await store.find(id)).toMatchObject({ queue: 'other', state: 'ready' });
    });
  });

  describe('promote', () => {
    it('moves nothing before its time, by the time of the store', async () => {
      const { store, queue } = stage();
      const trickle = await stage().putTrickle();
      const dues = [...trickle.keys()];
      let moved = 0;
      await stage().until(async () => {
        const promoted = await store.promote(queue, 100);
        moved += promoted.moved;
        expect(moved).toBe(dues.filter((due) => due <= promoted.now).length);
        expect(promoted.nextDue).toBe(dues[moved] ?? null);
        return moved === dues.length;
      }, 1);
      expect(await stage().list('ready')).toEqual([...trickle.values()]);
    });

    it('moves in order of due time, at most `limit` in a call', async () => {
      const { store, queue, start } = stage();
      await stage().putDue({ c: start, a: start - 2, later: start + LONG, b: start - 1 });
      expect(await store.promote(queue, 2)).toMatchObject({ moved: 2, nextDue: start });
      expect(await store.promote(queue, 2)).toMatchObject({ moved: 1, nextDue: start + LONG });
      expect(await store.promote(queue, 2)).toMatchObject({ moved: 0, nextDue: start + LONG });
      const { tasks } = await stage().claim('w');
      expect(tasks.map(({ id }) => id)).toEqual(['a', 'b', 'c'].map((name) => stage().id(name)));
    });

    it('moves each task once, however many promote at once', async () => {
      const { store, queue, start } = stage();
      const ids = await stage().putDue(
        Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`n${i}`, start - i])),
      );
      const replies = await Promise.all(Array.from({ length: 5 }, () => store.promote(queue, 20)));
      expect(replies.reduce((sum, { moved }) => sum + moved, 0)).toBe(50);
      const { tasks } = await stage().claim('w');
      expect(tasks.map(({ id }) => id).sort()).toEqual([...ids].sort());
    });

    it('tells the earliest lease', async () => {
      const { store, queue } = stage();
      expect((await store.promote(queue, 1)).nextLease).toBeNull();
      await stage().put(['a', 'b']);
      const late = await stage().claim('late', { want: 1, leaseMs: 2 * LONG });
      expect((await store.promote(queue, 1)).nextLease).toBe(late.now + 2 * LONG);
      const early = await stage().claim('early', { want: 1, leaseMs: LONG });
      expect((await store.promote(queue, 1)).nextLease).toBe(early.now + LONG);
    });
  });
}
