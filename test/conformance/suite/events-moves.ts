/** Behaviour of events: whatever moves a task is told, by the type that says it, with its state. */

import { describe, expect, it } from 'vitest';
import type { TaskDraft } from '../../../src/store/contract/index.js';
import { listeningOn, short } from './listening.js';
import { drained } from './relays.js';
import { LONG, type MakeStore, onStage } from './stage.js';

const keyed = { options: { concurrencyKey: 'k' } };
const unique = { options: { uniqueKey: 'u' } };

export function describeEventsOfMoves(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const listening = listeningOn(stage);
  const id = (name: string): string => stage().id(name);
  const child = (name: string, parent: string, over: Partial<TaskDraft> = {}): Promise<string[]> => {
    const parents = [{ queue: 'main', id: parent }];
    return stage().put([name], { ...over, options: { ...over.options, after: [parent] }, parents });
  };
  const complete = async (worker = 'w'): Promise<void> => {
    const task = await stage().take(worker);
    await stage().complete(worker, [stage().completion(task, worker)]);
  };

  describe('whoever listens is told what moves a task', () => {
    it.each(['loose', 'strict'] as const)(
      'a task with a concurrency key (%s): each attempt that starts, its retry, its expiry',
      async (keyOrder) => {
        const { store, start } = stage();
        await store.setQueue('main', { settings: { keyConcurrency: 1, keyOrder } });
        const { read } = await listening();
        const twice = stage().resending();
        await twice.put(['a', 'b'], keyed);
        const first = await twice.take('w');
        const retry = stage().settlement(first, 'w', { to: 'retry', due: start });
        await twice.store.settle('main', 'w', [retry]);
        await twice.store.promote('main', 10);
        const second = await twice.take('w');
        const third = second.id === id('a') ? 2 : 1;
        await twice.put(['c'], { options: { ...keyed.options, expiresIn: 10 }, createdAt: start - 1_000 });
        await twice.complete('w', [stage().completion(second, 'w')]);
        await twice.store.promote('main', 10);
        const heard = await read(8);
        expect(heard.map(short)).toEqual([
          ['enqueued', id('a'), 'ready', 0],
          ['enqueued', id('b'), 'ready', 0],
          ['started', id('a'), 'running', 1],
          ['retrying', id('a'), 'retrying', 1],
          ['started', second.id, 'running', third],
          ['enqueued', id('c'), 'ready', 0],
          ['completed', second.id, 'completed', third],
          ['cancelled', id('c'), 'cancelled', 0],
        ]);
        expect(heard.at(-1)).toMatchObject({ task: { reason: 'expired' } });
      },
    );

    it('a child that becomes ready, or waits for its time then, and one whose parent died', async () => {
      const { read } = await listening();
      const [parent = ''] = await stage().put(['p']);
      await child('now', parent, keyed);
      await child('later', parent, { due: stage().start + LONG });
      const [doomed = ''] = await stage().put(['q'], { handler: 'other' });
      await child('dies', doomed);
      await drained(stage().store, ['main']);
      await complete();
      await stage().store.cancel('main', doomed, 'no need');
      await drained(stage().store, ['main']);
      const heard = await read(11);
      const of = (name: string) =>
        heard.filter((one) => 'id' in one && one.id === id(name)).map((one) => short(one).slice(2));
      expect(of('now')).toEqual([
        ['scheduled', 0],
        ['ready', 0],
      ]);
      expect(of('later')).toEqual([
        ['scheduled', 0],
        ['scheduled', 0],
      ]);
      expect(of('dies')).toEqual([
        ['scheduled', 0],
        ['cancelled', 0],
      ]);
      expect(
        heard.find(
          (one) => 'id' in one && one.id === doomed && one.what === 'task' && one.to === 'cancelled',
        ),
      ).toMatchObject({
        task: { reason: 'no need' },
      });
      expect(heard.filter((one) => 'id' in one && one.id === id('dies')).at(-1)).toMatchObject({
        task: { reason: 'parent died' },
      });
    });

    it('a dead task that is put back, once however often that is asked', async () => {
      const [dead = ''] = await stage().put(['d'], keyed);
      const task = await stage().take('w');
      await stage().store.settle('main', 'w', [stage().settlement(task, 'w', { to: 'dead' })]);
      const { read } = await listening();
      await stage()
        .resending()
        .store.redrive('main', [{ id: dead, attempt: 1 }]);
      await stage().take('w');
      expect((await read(2)).map(short)).toEqual([
        ['enqueued', dead, 'ready', 1],
        ['started', dead, 'running', 2],
      ]);
    });

    it('another time for a new task and for a retry, where it is another', async () => {
      const { start } = stage();
      const [fresh = ''] = await stage().put(['f'], { due: start + LONG });
      const [tried = ''] = await stage().put(['t']);
      const due = start + LONG;
      await stage().store.settle('main', 'w', [
        stage().settlement(await stage().take('w'), 'w', { to: 'retry', due }),
      ]);
      const { read } = await listening();
      const { store } = stage().resending();
      await store.reschedule('main', [
        { id: fresh, attempt: 0, due },
        { id: tried, attempt: 1, due },
      ]);
      await store.reschedule('main', [
        { id: fresh, attempt: 0, due: due + 5 },
        { id: tried, attempt: 1, due: due + 5 },
      ]);
      await store.reschedule('main', [{ id: tried, attempt: 1, due: start }]);
      expect((await read(3)).map(short)).toEqual([
        ['enqueued', fresh, 'scheduled', 0],
        ['enqueued', tried, 'retrying', 1],
        ['enqueued', tried, 'ready', 1],
      ]);
    });

    it('what replaces or puts off a task that waits, and the one that follows after it', async () => {
      const { start } = stage();
      const { read } = await listening();
      const put = (name: string, over: Partial<TaskDraft> = {}) =>
        stage()
          .resending()
          .put([name], { ...unique, payload: `"${name}"`, ...over });
      await put('a', { due: start + LONG });
      await put('b', { due: start + 2 * LONG, unique: { mode: 'replace' } });
      await put('c', { unique: { mode: 'debounce' } });
      const task = await stage().take('w');
      await put('next', { unique: { mode: 'after' } });
      await stage().complete('w', [stage().completion(task, 'w')]);
      expect((await read(7)).map(short)).toEqual([
        ['enqueued', id('a'), 'scheduled', 0],
        ['enqueued', id('a'), 'scheduled', 0],
        ['enqueued', id('a'), 'ready', 0],
        ['started', id('a'), 'running', 1],
        ['enqueued', id('next'), 'scheduled', 0],
        ['completed', id('a'), 'completed', 1],
        ['enqueued', id('next'), 'ready', 0],
      ]);
    });
  });
}
