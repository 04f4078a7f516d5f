/** Behaviour of `keyOrder: strict`: the tasks of a key run in order, one at a time, and no key stops another. */

import { beforeEach, describe, expect, it } from 'vitest';
import type { ClaimedTask, Settlement } from '../../../src/store/contract/index.js';
import { keyed } from './keys.js';
import { type MakeStore, onStage } from './stage.js';

const HANDLERS = ['one', 'two'];

export function describeStrict(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const put = async (key: string, ...of: string[]) => {
    for (const [i, name] of of.entries()) {
      const handler = HANDLERS[i % 2] ?? '';
      await stage().put([name], { ...keyed(key), handler, priority: i % 3 === 0 ? 'low' : 'high' });
    }
  };
  const claim = async (worker = 'w', handlers: readonly string[] = HANDLERS) =>
    (await stage().claim(worker, { handlers })).tasks;
  const names = (tasks: readonly { id: string }[]) => tasks.map(({ id }) => id.slice(id.indexOf('-') + 1));
  const end = async (tasks: readonly ClaimedTask[], next: Settlement['next'] | 'completed' = 'completed') => {
    if (next === 'completed') {
      await stage().complete(
        'w',
        tasks.map((task) => stage().completion(task, 'w')),
      );
    } else {
      const endings = tasks.map((task) => stage().settlement(task, 'w', next));
      await stage().store.settle('main', 'w', endings);
    }
  };
  const strict = (keyOrder: 'strict' | 'loose' | null) =>
    stage().store.setQueue('main', { settings: { keyOrder } });

  describe('strict order', () => {
    beforeEach(() => strict('strict'));

    it('runs the tasks of a key as they became ready, over handlers and priorities, one at a time', async () => {
      const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
      await put('k', ...all);
      for (const name of all) {
        const tasks = await claim();
        expect(names(tasks)).toEqual([name]);
        expect(await claim('w2')).toEqual([]);
        await end(tasks);
      }
    });

    it('leaves a task alone whose turn it is, when a worker has only the other handler', async () => {
      await put('k', 'a', 'b');
      await put('l', 'c', 'd');
      expect(await claim('w', ['two'])).toEqual([]);
      const [first, ...others] = await claim('w', ['one']);
      expect(names([first as ClaimedTask, ...others]).sort()).toEqual(['a', 'c']);
      expect(await claim('w', ['two'])).toEqual([]);
      await end([first as ClaimedTask]);
      expect(await claim('w', ['two'])).toHaveLength(1);
    });

    it('holds the key of one that is to be tried again, and of no other', async () => {
      await put('k', 'a', 'b');
      await put('l', 'c', 'd');
      const tasks = await claim();
      expect(names(tasks).sort()).toEqual(['a', 'c']);
      const [a, c] = tasks.sort((x, y) => (x.id < y.id ? -1 : 1));
      await end([a as ClaimedTask], { to: 'retry', due: stage().start + 3_600_000 });
      expect(await claim()).toEqual([]);
      await end([c as ClaimedTask]);
      expect(names(await claim())).toEqual(['d']);
      expect((await stage().store.keyFacts('main', '', 10)).keys).toMatchObject([
        { key: 'k', backlog: 1, running: 0, throttled: true },
        { key: 'l', backlog: 0, running: 1, throttled: false },
      ]);
    });

    it('goes on with the one that was tried before, when it comes due again', async () => {
      await put('k', 'a', 'b', 'c');
      await end(await claim(), { to: 'retry', due: stage().start });
      await stage().store.promote('main', 10);
      const again = await claim();
      expect(names(again)).toEqual(['a']);
      await end(again, { to: 'head' });
      const third = await claim();
      expect([names(third), third[0]?.attempt]).toEqual([['a'], 3]);
      await end(third);
      expect(names(await claim())).toEqual(['b']);
    });

    it('goes on with it also where others of its handler wait behind it', async () => {
      for (const name of ['a', 'b']) await stage().put([name], { ...keyed('k'), handler: 'one' });
      const tasks = await claim();
      await end(tasks, { to: 'retry', due: (await stage().store.time()) + 100 });
      expect(await claim()).toEqual([]);
      await stage().elapse(150);
      await stage().store.promote('main', 10);
      expect(names(await claim())).toEqual(['a']);
    });

    it.each(['dead', 'cancelled'] as const)('passes over a head that is %s', async (to) => {
      await put('k', 'a', 'b', 'c');
      await end(await claim(), { to });
      expect(names(await claim())).toEqual(['b']);
    });

    it('passes over a head that was cancelled while it waited, for its turn or for its retry', async () => {
      await put('k', 'a', 'b', 'c', 'd');
      await stage().store.cancel('main', stage().id('a'));
      const tasks = await claim();
      expect(names(tasks)).toEqual(['b']);
      await end(tasks, { to: 'retry', due: stage().start + 3_600_000 });
      expect(await claim()).toEqual([]);
      await stage().store.cancel('main', stage().id('b'));
      expect(names(await claim())).toEqual(['c']);
    });

    it('gives the key to the one that was taken from a worker that is gone', async () => {
      await put('k', 'a', 'b');
      await stage().claim('lost', { handlers: HANDLERS, leaseMs: 5 });
      const holds = await stage().until(async () => {
        const { holds: found } = await stage().store.reap('main', 10);
        return found.length > 0 && found;
      });
      const endings = holds.map((hold) =>
        stage().settlement(hold, 'lost', { to: 'head' }, { outcome: 'lost' }),
      );
      await stage().store.settle('main', 'lost', endings, true);
      expect(names(await claim())).toEqual(['a']);
    });

    it('keeps the order of those that come due together', async () => {
      // Far enough ahead that none comes due while the others are still put.
      const due = stage().start + 400;
      for (const [i, name] of ['a', 'b', 'c', 'd'].entries()) {
        await stage().put([name], { ...keyed('k'), due: due + i, handler: HANDLERS[i % 2] ?? '' });
      }
      await stage().elapse(420);
      await stage().store.promote('main', 10);
      const order: string[] = [];
      for (let i = 0; i < 4; i += 1) {
        const tasks = await claim();
        order.push(...names(tasks));
        await end(tasks);
      }
      expect(order).toEqual(['a', 'b', 'c', 'd']);
    });

    it('keeps the order of one call', async () => {
      const drafts = ['a', 'b', 'c', 'd', 'e'].map((name, i) =>
        stage().draft(stage().id(name), { ...keyed('k'), handler: HANDLERS[i % 2] ?? '' }),
      );
      await stage().store.enqueue('main', drafts);
      const order: string[] = [];
      for (let i = 0; i < 5; i += 1) {
        const tasks = await claim();
        order.push(...names(tasks));
        await end(tasks);
      }
      expect(order).toEqual(['a', 'b', 'c', 'd', 'e']);
    });

    it('acts on what waits already, and ends with the setting', async () => {
      await strict(null);
      await put('k', 'a', 'b', 'c', 'd', 'e');
      const two = await claim('w', ['two']);
      expect(names(two)).toEqual(['b', 'd']);
      await strict('strict');
      expect(await claim()).toEqual([]);
      await end(two);
      expect(names(await claim())).toEqual(['a']);
      await strict('loose');
      expect(names(await claim()).sort()).toEqual(['c', 'e']);
    });

    it('says nothing about tasks without a key', async () => {
      await stage().put(['x', 'y'], { handler: 'one' });
      expect(await claim()).toHaveLength(2);
    });
  });
}
