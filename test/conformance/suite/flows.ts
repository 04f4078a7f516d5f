/** Behaviour of parents and children, in one queue and across queues, with every call sent twice and in between. */

import { beforeEach, describe, expect, it } from 'vitest';
import type { TaskDraft } from '../../../src/store/contract/index.js';
import { drained } from './relays.js';
import { LONG, type MakeStore, onStage, type Stage } from './stage.js';

const KEEP_NOTHING = { completed: { count: 0, age: 0 }, dead: { count: 0, age: 0 }, atLeast: 0 };

export function describeFlows(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  let other: Stage;
  beforeEach(async () => {
    other = await stage().beside('other');
  });

  const child = async (
    of: Stage,
    name: string,
    parents: readonly [Stage, string][],
    over: Partial<TaskDraft> = {},
  ): Promise<string> => {
    const names = parents.map(([queue, id]) => ({ queue: queue.queue, id }));
    const options = { ...over.options, after: names.map(({ id }) => id) };
    const [id = ''] = await of.put([name], { ...over, options, parents: names });
    return id;
  };
  const drain = () => drained(stage().store, ['main', 'other']);
  const end = async (of: Stage, to: 'completed' | 'dead' | 'cancelled'): Promise<string> => {
    const task = await of.take('w');
    if (to === 'completed') await of.complete('w', [of.completion(task, 'w', { result: '[1]' })]);
    else await of.store.settle(of.queue, 'w', [of.settlement(task, 'w', { to })]);
    return task.id;
  };
  const waits = async (of: Stage, id: string) => {
    const { state, waitingFor } = await of.find(id);
    return [state, waitingFor];
  };

  describe.each(['main', 'other'] as const)('a child in %s of a parent in main', (queue) => {
    const its = (): Stage => (queue === 'main' ? stage() : other);

    it('waits until its parent has completed, and is seen to', async () => {
      const [parent = ''] = await stage().put(['p']);
      const id = await child(its(), 'c', [[stage(), parent]]);
      expect(await waits(its(), id)).toEqual(['scheduled', [parent]]);
      await drain();
      expect(await waits(its(), id)).toEqual(['scheduled', [parent]]);
      expect(await its().list('scheduled')).toEqual([id]);
      expect(await stage().store.queueFacts(queue)).toMatchObject({ scheduled: 1 });
      expect(await stage().store.parentQueues(queue)).toEqual(['main']);
      expect(await stage().store.reap(queue, 10)).toEqual({ holds: [], children: true });
      await end(stage(), 'completed');
      await drain();
      expect(await waits(its(), id)).toEqual(['ready', undefined]);
      expect((await its().take('x')).id).toBe(id);
      expect(await stage().store.parentQueues(queue)).toEqual([]);
      expect(await stage().store.reap(queue, 10)).toMatchObject({ children: false });
    });

    it.each(['before it is asked', 'after'] as const)(
      'is cancelled with a parent that ends dead %s, and with one that is cancelled',
      async (when) => {
        const [dies = '', goes = ''] = await stage().put(['p', 'q']);
        const first = await child(its(), 'c', [[stage(), dies]]);
        const second = await child(its(), 'd', [
          [stage(), goes],
          [stage(), dies],
        ]);
        if (when === 'after') await drain();
        expect(await end(stage(), 'dead')).toBe(dies);
        expect(await stage().store.cancel('main', goes)).toBe('cancelled');
        await drain();
        for (const id of [first, second]) {
          expect(await its().find(id)).toMatchObject({ state: 'cancelled', reason: 'parent died' });
        }
        expect(await its().list('scheduled')).toEqual([]);
      },
    );

    it('runs whatever its parents come to, where it says so', async () => {
      const [dies = '', goes = ''] = await stage().put(['p', 'q']);
      const id = await child(
        its(),
        'c',
        [
          [stage(), dies],
          [stage(), goes],
        ],
        { options: { onParentDeath: 'run' } },
      );
      await drain();
      await end(stage(), 'dead');
      await drain();
      expect(await waits(its(), id)).toEqual(['scheduled', [goes]]);
      await stage().store.cancel('main', goes);
      await drain();
      expect(await waits(its(), id)).toEqual(['ready', undefined]);
    });

    it('waits for its time as well', async () => {
      const [parent = ''] = await stage().put(['p']);
      const due = stage().start + LONG;
      const id = await child(its(), 'c', [[stage(), parent]], { due });
      await drain();
      expect(await its().find(id)).toMatchObject({ state: 'scheduled', dueAt: due, waitingFor: [parent] });
      await end(stage(), 'completed');
      await drain();
      expect(await its().find(id)).toMatchObject({ state: 'scheduled', dueAt: due });
      expect(await waits(its(), id)).toEqual(['scheduled', undefined]);
      expect((await its().claim('w')).nextDue).toBe(due);
    });

    it('can be cancelled while it waits, and is left alone then', async () => {
      const [parent = ''] = await stage().put(['p']);
      const id = await child(its(), 'c', [[stage(), parent]]);
      const early = await child(its(), 'd', [[stage(), parent]]);
      expect(await stage().store.cancel(queue, early, 'no need')).toBe('cancelled');
      await drain();
      expect(await stage().store.cancel(queue, id, 'no need')).toBe('cancelled');
      await end(stage(), 'completed');
      await drain();
      for (const one of [id, early]) {
        expect(await its().find(one)).toMatchObject({ state: 'cancelled', reason: 'no need' });
      }
      expect((await its().claim('x')).tasks).toEqual([]);
    });

    it('goes on where its parent has ended, or was pruned, before it asked', async () => {
      const [parent = '', pruned = ''] = await stage().put(['p', 'q']);
      await end(stage(), 'completed');
      await end(stage(), 'completed');
      await stage().elapse(3);
      const first = await child(its(), 'c', [[stage(), parent]]);
      await drain();
      expect(await waits(its(), first)).toEqual(['ready', undefined]);
      const second = await child(its(), 'd', [[stage(), pruned]]);
      await stage().store.prune('main', KEEP_NOTHING);
      await drain();
      expect(await waits(its(), second)).toEqual(['ready', undefined]);
    });

    it('is told although its parent was pruned before the relay came', async () => {
      const [parent = ''] = await stage().put(['p']);
      const id = await child(its(), 'c', [[stage(), parent]]);
      await drain();
      await end(stage(), 'dead');
      await stage().elapse(3);
      await stage().store.prune('main', KEEP_NOTHING);
      expect(await stage().store.find(parent)).toBeNull();
      await drain();
      expect(await its().find(id)).toMatchObject({ state: 'cancelled', reason: 'parent died' });
    });
  });

  describe('children', () => {
    it('of one parent go on in the order in which they were made, however many rounds it takes', async () => {
      const [parent = ''] = await stage().put(['p']);
      const names = Array.from({ length: 1_203 }, (_, i) => i);
      const options = { after: [parent] };
      const ids = await other.put(names, { options, parents: [{ id: parent, queue: 'main' }] });
      await drain();
      await end(stage(), 'completed');
      await drain();
      const first = await other.claim('w');
      const rest = await other.claim('w', { want: 1_000 });
      expect([...first.tasks, ...rest.tasks].map(({ id }) => id)).toEqual(ids);
    });

    it('of many parents wait for the last of them', async () => {
      const names = Array.from({ length: 1_203 }, (_, i) => i);
      const parents = await stage().put(names);
      const id = await child(
        other,
        'c',
        parents.map((parent) => [stage(), parent]),
      );
      await drain();
      expect((await other.find(id)).waitingFor).toHaveLength(10);
      const claimed = [...(await stage().claim('w')).tasks, ...(await stage().claim('w')).tasks];
      const last = claimed.pop();
      await stage().complete(
        'w',
        claimed.map((task) => stage().completion(task, 'w')),
      );
      await drain();
      expect(await waits(other, id)).toEqual(['scheduled', [last?.id]]);
      if (last) await stage().complete('w', [stage().completion(last, 'w')]);
      await drain();
      expect(await waits(other, id)).toEqual(['ready', undefined]);
    });

    it('of children end with them, to the last of a chain', async () => {
      const [root = ''] = await stage().put(['root']);
      let last: [Stage, string] = [stage(), root];
      for (let i = 0; i < 20; i += 1) {
        const of = i % 2 === 0 ? other : stage();
        last = [of, await child(of, `c${i}`, [last])];
      }
      await drain();
      await stage().store.cancel('main', root);
      await drain();
      expect(await stage().find(last[1])).toMatchObject({ state: 'cancelled', reason: 'parent died' });
    });

    it('are told once, whatever is sent twice and whoever relays beside others', async () => {
      const twice = { main: stage().resending(), other: other.resending() };
      const [parent = ''] = await twice.main.put(['p']);
      const ids: string[] = [];
      for (const name of ['a', 'b', 'c']) ids.push(await child(twice.other, name, [[stage(), parent]]));
      const relays = () =>
        Promise.all(Array.from({ length: 8 }, (_, i) => stage().store.relay(i % 2 === 0 ? 'main' : 'other')));
      await relays();
      await end(twice.main, 'completed');
      await relays();
      await drain();
      const { tasks } = await other.claim('w');
      expect(tasks.map(({ id }) => id).sort()).toEqual([...ids].sort());
      expect((await other.claim('w')).tasks).toEqual([]);
    });

    it('have a listener told of what is to be relayed', async () => {
      const told: string[] = [];
      const end_ = stage().store.onOwing((queue) => void told.push(queue));
      const [parent = ''] = await stage().put(['p']);
      const id = await child(other, 'c', [[stage(), parent]]);
      await drain();
      told.length = 0;
      await end(stage(), 'completed');
      expect(new Set(told)).toEqual(new Set(['main']));
      expect(await stage().store.promote('main', 10)).toMatchObject({ owes: true });
      await drain();
      end_();
      told.length = 0;
      expect(await stage().store.promote('main', 10)).not.toHaveProperty('owes');
      await child(other, 'd', [[other, id]]);
      await end(other, 'completed');
      expect(told).toEqual([]);
    });

    it('with a unique key free it when they are cancelled with their parent', async () => {
      const [parent = ''] = await stage().put(['p']);
      const options = { uniqueKey: 'one' };
      const id = await child(other, 'c', [[stage(), parent]], { options });
      await drain();
      const again = () => other.store.enqueue('other', [other.draft(other.id('d'), { options })]);
      expect((await again()).taken?.get(other.id('d'))).toBe(id);
      await end(stage(), 'dead');
      await drain();
      expect(await again()).toMatchObject({ created: 1 });
    });
  });

  describe('endsOf', () => {
    it('tell what became of tasks of every queue, and with what', async () => {
      const [done = '', dead = ''] = await stage().put(['a', 'b']);
      const [open = '', gone = ''] = await other.put(['a', 'b']);
      await end(stage(), 'completed');
      await end(stage(), 'dead');
      await stage().store.cancel('other', gone, 'no need');
      const { store } = stage();
      const ends = await store.endsOf([open, done, 'xx-nobody', dead, gone]);
      expect(Object.fromEntries(ends)).toEqual({
        [done]: { queue: 'main', state: 'completed' },
        [dead]: { queue: 'main', state: 'dead' },
        [open]: { queue: 'other', state: 'open' },
        [gone]: { queue: 'other', state: 'cancelled' },
      });
      const told = await store.endsOf([done, gone, open], true);
      expect(told.get(done)).toEqual({ queue: 'main', state: 'completed', result: '[1]' });
      expect(told.get(gone)).toEqual({ queue: 'other', state: 'cancelled', reason: 'no need' });
      expect(told.get(open)).toEqual({ queue: 'other', state: 'open' });
    });
  });

  describe('enqueue', () => {
    it('makes tasks of several lanes, due now and later, in their order', async () => {
      const { start } = stage();
      const ids = Array.from({ length: 9_000 }, (_, i) => stage().id(i));
      const drafts = ids.map((id, i) =>
        stage().draft(id, {
          handler: i % 3 === 0 ? 'other' : 'work',
          due: i % 3 === 1 ? start + LONG + i : 0,
        }),
      );
      expect(await stage().resending().store.enqueue('main', drafts)).toMatchObject({ created: 0 });
      expect(await stage().store.queueFacts('main')).toMatchObject({ scheduled: 3_000, ready: 6_000 });
      const { tasks } = await stage().claim('w');
      expect(tasks.map(({ id }) => id)).toEqual(ids.filter((_, i) => i % 3 === 2).slice(0, 1_000));
    });
  });
}
