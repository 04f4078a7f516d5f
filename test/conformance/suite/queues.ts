/** Behaviour of queues as a whole: pause and concurrency act on every lane, and on what waits there already. */

import { describe, expect, it } from 'vitest';
import { LONG, type MakeStore, onStage } from './stage.js';

const MANY: readonly string[] = ['work', 'other'];

export function describeQueues(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  describe('a paused queue', () => {
    it('is opened where there is none, and told as paused', async () => {
      const { store } = stage();
      await store.setQueue('fresh', { paused: true });
      expect(await store.queues()).toContain('fresh');
      expect(await store.queueFacts('fresh')).toMatchObject({ paused: true, settings: {} });
      expect(await store.queueFacts('main')).toMatchObject({ paused: false, settings: {} });
    });

    it('hands out nothing of what waits, of any lane, until it is resumed', async () => {
      const { store, queue } = stage();
      await stage().put(['a']);
      await stage().put(['b'], { handler: 'other', priority: 'high' });
      await stage().put(['c'], { options: { uniqueKey: 'k' } });
      await store.setQueue(queue, { paused: true });
      const during = await stage().claim('w', { handlers: MANY });
      expect(during).toMatchObject({ tasks: [], more: false });
      expect(await stage().list('ready')).toHaveLength(3);
      await store.setQueue(queue, { paused: false });
      expect((await stage().claim('w', { handlers: MANY })).tasks).toHaveLength(3);
    });

    it('lets what runs end, in every way, and go on being promoted', async () => {
      const { store, queue, start } = stage();
      await stage().put(['a', 'b', 'c']);
      const { tasks } = await stage().claim('w');
      await store.setQueue(queue, { paused: true });
      const [a, b, c] = tasks;
      if (!a || !b || !c) throw new Error('three expected');
      const reply = await stage().claim('w', { completions: [stage().completion(a, 'w')] });
      expect(reply).toMatchObject({ endings: null, tasks: [] });
      const words = await store.settle(queue, 'w', [
        stage().settlement(b, 'w', { to: 'retry', due: start }),
        stage().settlement(c, 'w', { to: 'head' }),
      ]);
      expect(words).toEqual(['ok', 'ok']);
      expect((await store.promote(queue, 10)).moved).toBe(1);
      expect(await stage().states([a.id, b.id, c.id])).toEqual(['completed', 'ready', 'ready']);
    });

    it('answers the same claim again as before', async () => {
      const { store, queue } = stage();
      await stage().put(['a']);
      const first = await stage().claim('w', { nonce: 7 });
      await store.setQueue(queue, { paused: true });
      expect((await stage().claim('w', { nonce: 7 })).tasks).toEqual(first.tasks);
    });

    it('wakes nobody by what arrives, and whoever waits when it is resumed', async () => {
      const { store, queue } = stage();
      await stage().claim('w');
      await store.setQueue(queue, { paused: true });
      const waiter = store.waiter();
      const woken = waiter.wait([queue], MANY.slice(0, 1), 2000);
      await stage().put(['a']);
      await store.setQueue(queue, { paused: false });
      expect(await woken).toBe(queue);
      expect((await stage().claim('w')).tasks).toHaveLength(1);
      waiter.close();
    });

    it('is the same when told twice', async () => {
      const { store, queue } = stage();
      await stage().put(['a']);
      await store.setQueue(queue, { paused: true });
      await store.setQueue(queue, { paused: true });
      await store.setQueue(queue, { paused: false });
      expect((await stage().claim('w')).tasks).toHaveLength(1);
    });
  });

  describe('concurrency of a queue', () => {
    const bound = (concurrency: number | null) =>
      stage().store.setQueue(stage().queue, { settings: { concurrency } });

    it('is kept over all workers and lanes, with what ran before it was set', async () => {
      await stage().put([1, 2, 3, 4, 5]);
      await stage().put([6, 7], { handler: 'other', options: { uniqueKey: 'k' } });
      const early = await stage().claim('a', { want: 1 });
      await bound(3);
      const later = await stage().claim('b', { handlers: MANY });
      expect(early.tasks.length + later.tasks.length).toBe(3);
      expect((await stage().claim('c', { handlers: MANY })).tasks).toEqual([]);
      expect((await stage().store.queueFacts('main')).settings).toEqual({ concurrency: 3 });
    });

    it.each(['completed', 'retry', 'head', 'dead', 'cancelled', 'lost'] as const)(
      'is freed by an attempt that ends as %s, in the same call or another',
      async (way) => {
        const { store, queue } = stage();
        await bound(1);
        await stage().put(['a', 'b']);
        const task = await stage().take('w');
        expect((await stage().claim('v')).tasks).toEqual([]);
        if (way === 'completed') {
          const completions = [stage().completion(task, 'w')];
          expect((await stage().claim('w', { completions })).tasks).toHaveLength(1);
          return;
        }
        if (way === 'lost') {
          await store.beat(queue, 'w', 1);
          await stage().until(async () => (await store.reap(queue, 1)).holds.length > 0);
          await store.settle(queue, 'w', [stage().settlement(task, 'w', { to: 'dead' })], true);
        } else {
          const next = way === 'retry' ? { to: way, due: stage().start + LONG } : { to: way };
          await store.settle(queue, 'w', [stage().settlement(task, 'w', next)]);
        }
        expect((await stage().claim('v')).tasks).toHaveLength(1);
        expect((await stage().claim('x')).tasks).toEqual([]);
      },
    );

    it('wakes who waits for another lane when something ends', async () => {
      const { store, queue } = stage();
      await stage().claim('v', { handlers: ['other'] });
      await bound(1);
      await stage().put(['a']);
      const task = await stage().take('w');
      await stage().put(['b'], { handler: 'other' });
      expect((await stage().claim('v', { handlers: ['other'] })).tasks).toEqual([]);
      const waiter = store.waiter();
      // A token from before the queue was full may stand there still.
      const stale = waiter.wait([queue], ['other'], 1);
      await stage().elapse(5);
      await stale;
      const woken = waiter.wait([queue], ['other'], 2000);
      await stage().complete('w', [stage().completion(task, 'w')]);
      expect(await woken).toBe(queue);
      expect((await stage().claim('v', { handlers: ['other'] })).tasks).toHaveLength(1);
      waiter.close();
    });

    it('lets more run once it is raised or taken away, and fewer once it is lowered', async () => {
      await stage().put([1, 2, 3, 4, 5, 6]);
      await bound(1);
      expect((await stage().claim('w')).tasks).toHaveLength(1);
      await bound(3);
      const { tasks } = await stage().claim('w');
      expect(tasks).toHaveLength(2);
      await bound(2);
      const [first] = tasks;
      if (!first) throw new Error('two expected');
      const reply = await stage().claim('w', { completions: [stage().completion(first, 'w')] });
      expect(reply.tasks).toEqual([]);
      await bound(null);
      expect((await stage().claim('w')).tasks).toHaveLength(3);
      expect((await stage().store.queueFacts('main')).settings).toEqual({});
    });

    it('hands out no more to one who asks twice, or to two who ask at once', async () => {
      await bound(4);
      await stage().put(Array.from({ length: 20 }, (_, i) => i));
      const first = await stage().claim('a', { nonce: 3, want: 2 });
      const again = await stage().claim('a', { nonce: 3, want: 2 });
      const idsOf = ({ tasks }: typeof again) => tasks.map(({ id }) => id).sort();
      expect(idsOf(again)).toEqual(idsOf(first));
      const replies = await Promise.all(['b', 'c', 'd', 'e'].map((worker) => stage().claim(worker)));
      expect(replies.flatMap(({ tasks }) => tasks)).toHaveLength(2);
    });

    it('is back at its default when all settings are replaced', async () => {
      const { store, queue } = stage();
      await bound(1);
      await store.setQueue(queue, { settings: {} });
      expect((await store.queueFacts(queue)).settings).toEqual({ concurrency: 1 });
      await store.setQueue(queue, { settings: {}, replace: true });
      expect((await store.queueFacts(queue)).settings).toEqual({});
      await store.setQueue(queue, { paused: true });
      await store.setQueue(queue, { settings: { concurrency: 2 }, replace: true });
      expect(await store.queueFacts(queue)).toMatchObject({ paused: true, settings: { concurrency: 2 } });
    });

    it('are those of a file where one has named them: nobody else changes them, until it names them no longer', async () => {
      const { store, queue } = stage();
      const file = (path: string, settings: Record<string, number>) =>
        store.setQueue(queue, {
          settings,
          file: {
            path,
            places: Object.fromEntries(Object.keys(settings).map((name) => [name, `${path}:1`])),
          },
        });
      expect(await store.setQueue(queue, { settings: { maxDepth: 9 } })).toEqual([]);
      for (let twice = 0; twice < 2; twice += 1) expect(await file('a', { concurrency: 2 })).toEqual([]);
      const owned = [{ name: 'concurrency', place: 'a:1' }];
      expect(await store.setQueue(queue, { settings: { concurrency: 3, maxDepth: 1 } })).toEqual(owned);
      expect(await store.setQueue(queue, { settings: { concurrency: null } })).toEqual(owned);
      expect(await store.setQueue(queue, { settings: {}, replace: true })).toEqual(owned);
      expect(await store.queueFacts(queue)).toMatchObject({
        ...{ settings: { concurrency: 2, maxDepth: 9 }, owned: { concurrency: 'a:1' } },
      });
      expect(await store.setQueue(queue, { settings: { concurrency: 2 }, replace: true })).toEqual([]);
      expect((await store.queueFacts(queue)).settings).toEqual({ concurrency: 2 });
      await file('b', { maxDepth: 5 });
      await file('a', {});
      const { settings, owned: left } = await store.queueFacts(queue);
      expect([settings, left]).toEqual([{ maxDepth: 5 }, { maxDepth: 'b:1' }]);
      expect(await store.setQueue(queue, { paused: true })).toEqual([]);
      await store.writeConfigured('a', ['x', 'y']);
      expect([await store.configured('a'), await store.configured('b')]).toEqual([['x', 'y'], []]);
      await store.writeConfigured('a', []);
      expect(await store.configured('a')).toEqual([]);
    });
  });
}
