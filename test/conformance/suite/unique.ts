/** Behaviour of unique keys: one live task under each, freed by every ending. */

import { describe, expect, it } from 'vitest';
import { type MakeStore, onStage } from './stage.js';

const KEY = { options: { uniqueKey: 'welcome:42' } };
const KEEP_NOTHING = { completed: { count: 0, age: 0 }, dead: { count: 0, age: 0 }, atLeast: 0 };

export function describeUnique(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const put = (name: string, over = {}) => {
    const draft = stage().draft(stage().id(name), { ...KEY, ...over });
    return stage().store.enqueue(stage().queue, [draft]);
  };

  describe('a unique key', () => {
    it('makes one task, whatever handler, priority and due time the others ask for', async () => {
      const { start } = stage();
      expect(await put('a', { due: start + 3_600_000 })).toMatchObject({ created: 1 });
      const taken = new Map([[stage().id('b'), stage().id('a')]]);
      expect(await put('b')).toMatchObject({ created: 0, taken });
      expect(await put('b', { handler: 'other', priority: 'high' })).toMatchObject({ created: 0, taken });
      expect(await stage().store.find(stage().id('b'))).toBeNull();
      expect((await stage().find(stage().id('a'))).options).toEqual(KEY.options);
    });

    it('makes one task however many ask at once, and in one call', async () => {
      const { store, queue } = stage();
      const replies = await Promise.all(Array.from({ length: 20 }, (_, i) => put(`t${i}`)));
      expect(replies.reduce((sum, { created }) => sum + created, 0)).toBe(1);
      expect(await stage().list('ready')).toHaveLength(1);
      const drafts = ['x', 'y', 'z'].map((name) =>
        stage().draft(stage().id(name), { options: { uniqueKey: name === 'z' ? 'other' : 'same' } }),
      );
      const reply = await store.enqueue(queue, drafts);
      expect(reply).toMatchObject({ created: 2, taken: new Map([[stage().id('y'), stage().id('x')]]) });
    });

    it('leaves a task that is sent again as it is', async () => {
      await put('a');
      const again = await put('a');
      expect(again).toMatchObject({ created: 0 });
      expect(again.taken).toBeUndefined();
      await stage().complete('w', [stage().completion(await stage().take('w'), 'w')]);
      await put('b');
      expect((await put('a')).taken).toBeUndefined();
      expect(await stage().states([stage().id('a'), stage().id('b')])).toEqual(['completed', 'ready']);
    });

    it.each(['completed', 'dead', 'cancelled', 'reaped', 'withdrawn', 'pruned'] as const)(
      'is free again once its task is %s',
      async (way) => {
        const { store, queue, start } = stage();
        await put('a', way === 'withdrawn' ? { due: start + 3_600_000 } : {});
        if (way === 'withdrawn') await store.cancel(queue, stage().id('a'));
        else {
          const task = await stage().take('w');
          expect(await put('b')).toMatchObject({ created: 0 });
          const settle = (to: 'dead' | 'cancelled', expired = false) =>
            store.settle(queue, 'w', [stage().settlement(task, 'w', { to })], expired);
          if (way === 'dead' || way === 'cancelled') await settle(way);
          else if (way === 'reaped') {
            await store.beat(queue, 'w', 1);
            await stage().until(async () => (await store.reap(queue, 1)).holds.length > 0);
            expect(await settle('dead', true)).toEqual(['ok']);
          } else await stage().complete('w', [stage().completion(task, 'w')]);
          if (way === 'pruned') {
            await stage().until(
              async () => (await store.prune(queue, KEEP_NOTHING)) && !(await store.find(task.id)),
            );
          }
        }
        expect(await put('c')).toMatchObject({ created: 1 });
        expect(await put('d')).toMatchObject({ created: 0 });
      },
    );

    it('is kept while its task is retried or handed back', async () => {
      const { store, queue, start } = stage();
      await put('a');
      const first = await stage().take('w');
      await store.settle(queue, 'w', [stage().settlement(first, 'w', { to: 'retry', due: start })]);
      expect(await put('b')).toMatchObject({ created: 0 });
      const second = await stage().take('w');
      await store.settle(queue, 'w', [stage().settlement(second, 'w', { to: 'head' })]);
      expect(await put('b')).toMatchObject({ created: 0 });
    });

    it('is not freed by an ending of an earlier task that comes again', async () => {
      await put('a');
      const task = await stage().take('w');
      const completion = stage().completion(task, 'w');
      await stage().complete('w', [completion]);
      await put('b');
      expect(await stage().complete('w', [completion])).toEqual(['already']);
      expect(await put('c')).toMatchObject({ created: 0 });
    });

    it('has a value of any text', async () => {
      for (const uniqueKey of ['2:x', ' a b ', 'ü€😀', 'u1:a\n']) {
        const draft = (name: string) =>
          stage().draft(stage().id(name + uniqueKey), { options: { uniqueKey } });
        const reply = await stage().store.enqueue('main', [draft('a'), draft('b')]);
        expect(reply).toMatchObject({ created: 1 });
      }
    });

    it('stands beside tasks without one, which a worker gets as well', async () => {
      await stage().put(['plain']);
      await put('keyed');
      await put('high', { priority: 'high', options: { uniqueKey: 'h' } });
      const { tasks } = await stage().claim('w');
      expect(tasks.map(({ handler }) => handler)).toEqual(['work', 'work', 'work']);
      const words = await stage().complete(
        'w',
        tasks.map((task) => stage().completion(task, 'w')),
      );
      expect(words).toEqual(['ok', 'ok', 'ok']);
      expect(await put('next')).toMatchObject({ created: 1 });
    });
  });
}
