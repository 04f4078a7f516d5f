/** Behaviour of waits for the end of tasks: whoever waits is told of every ending, once, and of nothing else. */

import { describe, expect, it } from 'vitest';
import { LONG, type MakeStore, onStage } from './stage.js';

export function describeAwaited(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const told: string[] = [];
  /** `name` is noted each time somebody who waits under it is told. */
  const wait = (id: string, name = id, queue = 'main'): (() => void) =>
    stage().store.onceEnded(queue, id, () => told.push(name));
  const all = async (...names: string[]): Promise<void> => {
    await stage().until(async () => told.length >= names.length);
    expect(told.splice(0).sort()).toEqual(names.sort());
  };
  /** What was asked for before is noted by now: this one, asked for later, is told. */
  const noted = async (): Promise<void> => {
    wait(stage().id('nobody'), 'noted');
    await all('noted');
  };

  describe('whoever waits for a task', () => {
    it('is told when it is completed, dead or cancelled, among many and by itself', async () => {
      const ids = await stage().put(['a', 'b', 'c', 'd', 'e', 'f']);
      for (const id of ids) wait(id);
      await noted();
      const { tasks } = await stage().claim('w');
      const [a, b, c, d, e] = tasks;
      if (!a || !b || !c || !d || !e) throw new Error('six expected');
      await stage().complete('w', [stage().completion(a, 'w'), stage().completion(b, 'w')]);
      await all(a.id, b.id);
      await stage().store.settle('main', 'w', [
        stage().settlement(c, 'w', { to: 'dead' }),
        stage().settlement(d, 'w', { to: 'cancelled' }),
        stage().settlement(e, 'w', { to: 'retry', due: 0 }),
      ]);
      await all(c.id, d.id);
      await stage().store.cancel('main', e.id);
      await all(e.id);
    });

    it('is told of what had ended before, and of what is not there', async () => {
      const [id = ''] = await stage().put(['a']);
      await stage().complete('w', [stage().completion(await stage().take('w'), 'w')]);
      wait(id);
      wait(stage().id('nothing'));
      await all(id, stage().id('nothing'));
    });

    it('is told once, however often the ending is sent, and anew when he asks anew', async () => {
      const [id = '', other = ''] = await stage().put(['a', 'b']);
      wait(id);
      await noted();
      const task = await stage().take('w');
      const twice = stage().resending();
      await twice.complete('w', [stage().completion(task, 'w')]);
      await all(id);
      wait(id);
      await all(id);
      wait(other);
      await stage().store.cancel('main', other);
      await all(other);
    });

    it('is told beside others who wait for the same, and not once he waits no longer', async () => {
      const [id = ''] = await stage().put(['a']);
      wait(id, 'first');
      const stop = wait(id, 'second');
      wait(id, 'third');
      await noted();
      stop();
      await noted();
      await stage().store.cancel('main', id);
      await all('first', 'third');
      const [next = ''] = await stage().put(['b']);
      const stopAlone = wait(next, 'alone');
      await noted();
      stopAlone();
      wait(next, 'again');
      await stage().store.cancel('main', next);
      await all('again');
    });

    it('is told in whichever queue it is, also of a run that was given up by its worker', async () => {
      const beside = await stage().beside('other');
      const [here = ''] = await stage().put(['a']);
      const [there = ''] = await beside.put(['a'], { due: stage().start + LONG });
      wait(here);
      wait(there, there, 'other');
      await noted();
      await beside.store.cancel('other', there);
      await all(there);
      const task = await stage().take('w', { leaseMs: 1 });
      await stage().until(async () => (await stage().store.reap('main', 10)).holds.length > 0);
      const lost = stage().settlement(task, 'w', { to: 'dead' }, { outcome: 'lost' });
      expect(await stage().store.settle('main', 'w', [lost], true)).toEqual(['ok']);
      await all(here);
    });
  });
}
