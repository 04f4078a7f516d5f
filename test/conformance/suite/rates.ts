/** Behaviour of rates: never more starts in a window than they allow, and whoever waits is told when they open. */

import { describe, expect, it } from 'vitest';
import type { RateRule } from '../../../src/store/contract/index.js';
import { keyed } from './keys.js';
import { type MakeStore, onStage } from './stage.js';

/** The most starts that lie in any window of `ms`, ends included. */
export function mostIn(starts: readonly number[], ms: number): number {
  const sorted = [...starts].sort((a, b) => a - b);
  return Math.max(0, ...sorted.map((from) => sorted.filter((at) => at >= from && at <= from + ms).length));
}

export function describeRates(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const set = (rate: RateRule | RateRule[] | null) => stage().store.setQueue('main', { settings: { rate } });
  const names = (tasks: readonly { id: string }[]) => tasks.map(({ id }) => id.slice(id.indexOf('-') + 1));
  const many = (count: number, name = 't') => Array.from({ length: count }, (_, i) => `${name}${i}`);

  /** Claims as workers do, promotes as a node does, until all have started: when each did. */
  const startAll = async (count: number): Promise<Map<string, number>> => {
    const starts = new Map<string, number>();
    await stage().until(async () => {
      await stage().store.promote('main', 10);
      const { tasks } = await stage().claim('w');
      const { items } = await stage().store.list('main', 'running', 1000);
      for (const { id, held } of items) if (held) starts.set(id, held.startedAt);
      await stage().complete(
        'w',
        tasks.map((task) => stage().completion(task, 'w')),
      );
      return starts.size === count;
    }, 3);
    return starts;
  };

  describe('a rate of the queue', () => {
    it('lets a burst up to its limit start at once, of all lanes together, and nothing more', async () => {
      await set({ limit: 5, per: '1h' });
      await stage().put(many(3));
      await stage().put(many(3, 'high'), { priority: 'high' });
      await stage().put(many(3, 'key'), keyed('k'));
      expect((await stage().claim('w1', { want: 2 })).tasks).toHaveLength(2);
      expect((await stage().claim('w2')).tasks).toHaveLength(3);
      expect((await stage().claim('w3')).tasks).toEqual([]);
      expect(await stage().store.queueFacts('main')).toMatchObject({
        ...{ running: 5, ready: 4, scheduled: 0 },
        settings: { rate: { limit: 5, per: '1h' } },
      });
    });

    it('tells who finds it closed when it opens, and so does promotion', async () => {
      await set({ limit: 1, per: '1h' });
      await stage().put(many(2));
      await stage().claim('w', { want: 1 });
      const { tasks, nextDue } = await stage().claim('w2');
      const { startedAt } = (await stage().find(stage().id('t0'))).held ?? { startedAt: 0 };
      expect([tasks, nextDue]).toEqual([[], startedAt + 3_600_001]);
      expect((await stage().store.promote('main', 10)).nextDue).toBe(nextDue);
      expect((await stage().store.queueFacts('main')).pace.rateOpensAt).toBe(nextDue);
      await set(null);
      expect((await stage().store.queueFacts('main')).pace.rateOpensAt).toBeUndefined();
    });

    it('counts starts, not tasks: a retry is one more, the same claim again is none', async () => {
      await set({ limit: 3, per: '1h' });
      await stage().put(many(2));
      const { tasks } = await stage().claim('w', { want: 1, nonce: 2 });
      expect((await stage().claim('w', { want: 1, nonce: 2 })).tasks).toEqual(tasks);
      const endings = tasks.map((task) => stage().settlement(task, 'w', { to: 'head' }));
      await stage().store.settle('main', 'w', endings);
      expect((await stage().claim('w')).tasks).toHaveLength(2);
      await stage().put(['more']);
      expect((await stage().claim('w')).tasks).toEqual([]);
    });

    it('is never exceeded in any window, and lets everything through', async () => {
      await set({ limit: 3, per: '40ms' });
      await stage().put(many(10));
      const starts = [...(await startAll(10)).values()];
      expect(mostIn(starts, 40)).toBe(3);
    });

    it('holds beside others: each of a list', async () => {
      await set([
        { limit: 2, per: '20ms' },
        { limit: 3, per: '80ms' },
      ]);
      await stage().put(many(7));
      const starts = [...(await startAll(7)).values()];
      expect([mostIn(starts, 20), mostIn(starts, 80)]).toEqual([2, 3]);
    });

    it('wakes nobody while it is closed, and one who waits when it opens', async () => {
      await set({ limit: 1, per: '150ms' });
      await stage().put(['a']);
      const first = await stage().take('w');
      const { nextDue } = await stage().claim('w');
      const waiter = stage().store.waiter();
      // What was told before.
      const before = waiter.wait(['main'], ['work'], 20);
      await stage().elapse(30);
      await before;
      let woken = 0;
      const wait = waiter.wait(['main'], ['work'], 2_000).then(async (queue) => {
        woken = await stage().store.time();
        return queue;
      });
      await stage().put(['b', 'c']);
      await stage().complete('w', [stage().completion(first, 'w')]);
      const queue = await stage().until(async () => {
        await stage().store.promote('main', 10);
        return woken > 0 && (await wait);
      }, 5);
      expect(queue).toBe('main');
      expect(woken).toBeGreaterThanOrEqual(nextDue ?? Number.POSITIVE_INFINITY);
      expect((await stage().claim('w')).tasks).toHaveLength(1);
      waiter.close();
    });

    it('opens when it is taken away, and counts from when it is set', async () => {
      await stage().put(many(6));
      expect((await stage().claim('w', { want: 2 })).tasks).toHaveLength(2);
      await set({ limit: 1, per: '1h' });
      expect((await stage().claim('w')).tasks).toHaveLength(1);
      expect((await stage().claim('w')).tasks).toEqual([]);
      await set({ limit: 2, per: '1h' });
      expect((await stage().claim('w')).tasks).toHaveLength(1);
      await set(null);
      expect((await stage().claim('w')).tasks).toHaveLength(2);
      expect((await stage().store.promote('main', 10)).nextDue).toBeNull();
    });

    it('is no wall for a queue that is paused, or full, and resumed', async () => {
      await stage().store.setQueue('main', {
        ...{ paused: true, settings: { rate: { limit: 2, per: '1h' }, concurrency: 1 } },
      });
      await stage().put(many(4));
      expect((await stage().claim('w')).tasks).toEqual([]);
      await stage().store.setQueue('main', { paused: false });
      const task = await stage().take('w', { want: 10 });
      expect((await stage().claim('w')).tasks).toEqual([]);
      await stage().complete('w', [stage().completion(task, 'w')]);
      expect((await stage().claim('w')).tasks).toHaveLength(1);
    });
  });

  describe('a rate of each key', () => {
    it('closes that key alone, and no task without one', async () => {
      await set({ limit: 2, per: '1h', key: true });
      await stage().put(many(5, 'a'), keyed('a'));
      await stage().put(many(1, 'b'), keyed('b'));
      await stage().put(many(4));
      const claimed = names((await stage().claim('w')).tasks).sort();
      expect(claimed).toEqual(['a0', 'a1', 'b0', 't0', 't1', 't2', 't3']);
      await stage().put(many(2, 'c'), keyed('c'));
      expect(names((await stage().claim('w')).tasks)).toEqual(['c0', 'c1']);
    });

    it('is never exceeded in any window of a key, over its lanes, and lets everything through', async () => {
      await set({ limit: 2, per: '40ms', key: true });
      for (const key of ['a', 'b']) {
        await stage().put(many(4, key), keyed(key));
        await stage().put(many(3, `${key}-high`), { ...keyed(key), priority: 'high' });
      }
      const starts = await startAll(14);
      for (const key of ['a', 'b']) {
        const of = [...starts].filter(([id]) => id.includes(`-${key}`)).map(([, at]) => at);
        expect([of.length, mostIn(of, 40)]).toEqual([7, 2]);
      }
    });

    it('tells when it opens, and goes on by itself although nothing of the key runs', async () => {
      await set({ limit: 1, per: '30ms', key: true });
      await stage().put(many(2), keyed('k'));
      const task = await stage().take('w');
      await stage().complete('w', [stage().completion(task, 'w')]);
      const { nextDue } = await stage().store.promote('main', 10);
      expect(nextDue).not.toBeNull();
      const { tasks } = await stage().until(async () => {
        await stage().store.promote('main', 10);
        const reply = await stage().claim('w');
        return reply.tasks.length > 0 && reply;
      }, 3);
      const [next] = tasks;
      const facts = await stage().find(next?.id ?? '');
      expect(facts.held?.startedAt).toBeGreaterThanOrEqual(nextDue ?? Number.POSITIVE_INFINITY);
    });

    it('lets all keys go on when it is taken away', async () => {
      await set({ limit: 1, per: '1h', key: true });
      for (const key of ['a', 'b', 'c']) await stage().put(many(3, key), keyed(key));
      expect((await stage().claim('w')).tasks).toHaveLength(3);
      expect((await stage().claim('w')).tasks).toEqual([]);
      await set(null);
      expect((await stage().claim('w')).tasks).toHaveLength(6);
    });
  });

  describe('the table of keys', () => {
    it('tells what each key has to do, page by page', async () => {
      await stage().store.setQueue('main', {
        settings: { keyConcurrency: 2, rate: { limit: 3, per: '1h', key: true } },
      });
      await stage().put(many(5, 'a'), keyed('a'));
      await stage().put(many(1, 'b'), { ...keyed('b'), handler: 'other' });
      await stage().put(many(1, 'c'), { ...keyed('c'), due: stage().start + 3_600_000 });
      const { tasks } = await stage().claim('w');
      const facts = async () => (await stage().store.keyFacts('main', '', 10)).keys;
      expect(await facts()).toEqual([
        { key: 'a', backlog: 3, running: 2, throttled: true, oldestAt: expect.any(Number) },
        { key: 'b', backlog: 1, running: 0, throttled: false, oldestAt: expect.any(Number) },
      ]);
      await stage().complete(
        'w',
        tasks.map((task) => stage().completion(task, 'w')),
      );
      const last = await stage().take('w', { want: 10 });
      await stage().complete('w', [stage().completion(last, 'w')]);
      const { now, keys } = await stage().store.keyFacts('main', '', 1);
      expect(keys).toMatchObject([{ key: 'a', backlog: 2, running: 0, throttled: true }]);
      expect(keys[0]?.opensAt).toBeGreaterThan(now + 3_000_000);
      expect(keys[0]?.oldestAt).toBeLessThanOrEqual(now);
      expect((await stage().store.keyFacts('main', 'a', 1)).keys).toMatchObject([{ key: 'b' }]);
      expect((await stage().store.keyFacts('main', 'b', 1)).keys).toEqual([]);
    });

    it('is empty when nothing is ready and nothing runs', async () => {
      await stage().put(['a'], keyed('k'));
      const task = await stage().take('w');
      await stage().complete('w', [stage().completion(task, 'w')]);
      await stage().put(['b'], keyed('k'));
      await stage().store.cancel('main', stage().id('b'));
      expect((await stage().store.keyFacts('main', '', 10)).keys).toEqual([]);
    });
  });
}
