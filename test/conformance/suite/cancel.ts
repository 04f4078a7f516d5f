/** Behaviour of cancel, which respects who holds a task. */

import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/runtime/silent-log.js';
import { takeBackLost } from '../../../src/tasks/take-back.js';
import { LONG, type MakeStore, onStage } from './stage.js';

export function describeCancel(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  describe('cancel', () => {
    it.each(['ready', 'scheduled'] as const)('ends a %s task, with its reason, once', async (state) => {
      const { store, start } = stage();
      const [id = ''] = await stage().put(['a'], state === 'scheduled' ? { due: start + LONG } : {});
      expect(await store.cancel('main', id, 'not "needed" any more')).toBe('cancelled');
      const facts = await stage().find(id);
      expect(facts).toMatchObject({ state: 'cancelled', reason: 'not "needed" any more', attempt: 0 });
      expect(facts.finishedAt).toBeGreaterThanOrEqual(start);
      expect(await store.cancel('main', id, 'again')).toBe('already');
      expect(await stage().find(id)).toEqual(facts);
      expect(await stage().claim('w')).toMatchObject({ tasks: [], nextDue: null });
    });

    it('ends a retrying task and keeps its attempts', async () => {
      const { store, start } = stage();
      const [id = ''] = await stage().put(['a']);
      const next = { to: 'retry' as const, due: start + LONG };
      const ending = stage().settlement(await stage().take('w'), 'w', next);
      await store.settle('main', 'w', [ending]);
      expect(await store.cancel('main', id)).toBe('cancelled');
      expect(await stage().find(id)).toMatchObject({ state: 'cancelled', history: [ending.record] });
      expect((await stage().find(id)).reason).toBeUndefined();
    });

    it('asks the worker of a running task to stop it, once, and tells it with every beat', async () => {
      const { store } = stage();
      const [id = '', other = ''] = await stage().put(['a', 'b']);
      const tasks = [await stage().take('w'), await stage().take('w')];
      expect(await store.beat('main', 'w', LONG)).toBe('ok');
      const told = store.stopWaiter();
      expect(await store.cancel('main', id, 'not "needed"')).toBe('requested');
      expect(await store.cancel('main', id, 'another')).toBe('requested');
      expect(await told.wait([{ queue: 'main', worker: 'w' }], 50)).toBe('main');
      told.close();
      for (const _ of [1, 2]) {
        expect(await store.beat('main', 'w', LONG)).toEqual({ stop: [{ id, reason: 'not "needed"' }] });
      }
      expect(await stage().find(id)).toMatchObject({
        ...{ state: 'running', cancelRequested: true, reason: 'not "needed"' },
      });
      expect(await stage().find(other)).not.toHaveProperty('cancelRequested');
      const completions = tasks.map((task) => stage().completion(task, 'w'));
      expect(await stage().resending().complete('w', completions)).toEqual(['already', 'already']);
      const facts = await stage().find(id);
      expect(facts).toMatchObject({ state: 'cancelled', reason: 'not "needed"' });
      expect(facts).not.toHaveProperty('cancelRequested');
      expect(facts.history).toMatchObject([{ outcome: 'completed' }]);
      expect(await stage().states([other])).toEqual(['completed']);
      expect(await store.cancel('main', id)).toBe('already');
      expect(await store.beat('main', 'w', LONG)).toBe('ok');
    });

    it.each([...[{ to: 'retry', due: 1 }, { to: 'head' }, { to: 'dead' }, { to: 'cancelled' }]] as const)(
      'no attempt follows one that was asked to stop, whatever is told: %j',
      async (to) => {
        const { store } = stage();
        const [id = ''] = await stage().put(['a']);
        const settlement = stage().settlement(await stage().take('w'), 'w', to);
        expect(await store.cancel('main', id)).toBe('requested');
        expect(await stage().resending().store.settle('main', 'w', [settlement])).toEqual(['already']);
        const facts = await stage().find(id);
        expect([facts.state, facts.reason, facts.history]).toEqual([
          'cancelled',
          undefined,
          [settlement.record],
        ]);
        expect((await stage().claim('w')).tasks).toEqual([]);
      },
    );

    it('of one whose worker died ends it when its lease is over', async () => {
      const { store } = stage();
      const [id = ''] = await stage().put(['a']);
      await stage().take('w', { leaseMs: 1 });
      await store.cancel('main', id, 'why');
      await stage().elapse(5);
      const {
        holds: [hold],
      } = await store.reap('main', 10);
      expect(hold).toMatchObject({ id, cancelRequested: true });
      if (!hold) throw new Error('nothing to reap');
      const settlement = stage().settlement(hold, 'w', { to: 'head' });
      expect(await store.settle('main', 'w', [settlement], true)).toEqual(['stopped']);
      expect(await stage().find(id)).toMatchObject({ state: 'cancelled', reason: 'why' });
    });

    it('a lost lease counts as a failure of one that was asked to stop, too', async () => {
      const { store } = stage();
      const [id = ''] = await stage().put(['a']);
      await stage().take('w');
      expect(await store.cancel('main', id)).toBe('requested');
      await store.beat('main', 'w', 1);
      await stage().elapse(5);
      const now = await store.time();
      await takeBackLost(store, 'main', () => now, silentLog);
      const { state, failures, history } = await stage().find(id);
      expect([state, failures, history.map(({ outcome }) => outcome)]).toEqual(['cancelled', 1, ['lost']]);
    });

    it('answers the word of what is over, and unknown', async () => {
      const [id = ''] = await stage().put(['a']);
      const task = await stage().take('w');
      await stage().store.settle('main', 'w', [stage().settlement(task, 'w', { to: 'dead' })]);
      expect(await stage().store.cancel('main', id)).toBe('dead');
      expect(await stage().store.cancel('main', stage().id('nobody'))).toBe('unknown');
    });

    it('takes a task out from among others without disturbing them', async () => {
      const ids = await stage().put([1, 2, 3, 4, 5]);
      for (const at of [0, 2, 4]) await stage().store.cancel('main', ids[at] ?? '');
      expect((await stage().store.queueFacts('main')).ready).toBe(2);
      expect(await stage().list('ready')).toEqual([ids[1], ids[3]]);
      const { tasks } = await stage().claim('w', { want: 2 });
      expect(tasks.map(({ id }) => id)).toEqual([ids[1], ids[3]]);
    });

    it('cancels a task that came back to its ready list', async () => {
      const [id = ''] = await stage().put(['a']);
      const task = await stage().take('w');
      const release = stage().settlement(task, 'w', { to: 'head' }, { failure: false });
      await stage().store.settle('main', 'w', [release]);
      expect(await stage().store.cancel('main', id)).toBe('cancelled');
      expect((await stage().claim('w')).tasks).toEqual([]);
      expect((await stage().find(id)).history).toEqual([release.record]);
    });

    it('either cancels or claims when both come at once', async () => {
      const ids = await stage().put(Array.from({ length: 40 }, (_, i) => i));
      const [{ tasks }, ...words] = await Promise.all([
        stage().claim('w', { want: 20 }),
        ...ids.map((id) => stage().store.cancel('main', id)),
      ]);
      const claimed = new Set(tasks.map(({ id }) => id));
      expect(words).toEqual(ids.map((id) => (claimed.has(id) ? 'requested' : 'cancelled')));
    });
  });
}
