/** Behaviour of overlap: what happens to a run that comes due while an earlier one of its schedule is unfinished. */

import { describe, expect, it } from 'vitest';
import { Runs } from './overlap-parts.js';
import { LONG, type MakeStore, onStage } from './stage.js';

export function describeOverlap(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  describe('overlap', () => {
    it('allow: every run is handed out', async () => {
      const runs = await Runs.open(stage(), 'allow');
      const ids = [await runs.next(), await runs.next(), await runs.next('catchUp')];
      expect((await stage().claim('w')).tasks.map(({ id }) => id).sort()).toEqual(ids);
      expect(await runs.told()).toEqual({ runs: 3, singles: [] });
    });

    it('skip: what comes due meanwhile leaves a word and is not counted', async () => {
      const runs = await Runs.open(stage(), 'skip');
      const first = await runs.next();
      const second = await runs.next();
      expect(await runs.states([first, second])).toEqual(['ready', null]);
      const task = await stage().take('w');
      await runs.next();
      expect(await runs.told()).toEqual({ runs: 1, singles: ['overlap', 'overlap'] });
      await runs.complete(task);
      const fourth = await runs.next();
      expect((await stage().take('w')).id).toBe(fourth);
    });

    it('a run that comes back, from a retry or released, is not judged again', async () => {
      for (const overlap of ['skip', 'wait', 'replace'] as const) {
        const runs = await Runs.open(stage(), overlap);
        const first = await runs.next();
        await runs.end(await stage().take('w'), { to: 'retry', due: stage().start });
        await stage().store.promote('main', 10);
        const again = await stage().take('w');
        expect([again.id, again.attempt]).toEqual([first, 2]);
        await runs.end(again, { to: 'head' });
        const last = await stage().take('w');
        expect(last.attempt).toBe(3);
        await runs.complete(last);
      }
    });

    it('skip: a retry that waits for its time still keeps the next one out', async () => {
      const runs = await Runs.open(stage(), 'skip');
      await runs.next();
      await runs.end(await stage().take('w'), { to: 'retry', due: stage().start + LONG });
      await runs.next();
      expect(await runs.told()).toEqual({ runs: 1, singles: ['overlap'] });
    });

    it('wait: the latest goes on when the one before it has ended, those between are coalesced', async () => {
      const runs = await Runs.open(stage(), 'wait');
      const first = await runs.next();
      const task = await stage().take('w');
      const [second, third] = [await runs.next(), await runs.next()];
      expect(await runs.states([first, second, third])).toEqual(['running', null, 'scheduled']);
      expect((await stage().find(third)).waitingFor).toEqual([first]);
      expect(await stage().list('scheduled')).toEqual([third]);
      expect(await stage().store.queueFacts('main')).toMatchObject({ scheduled: 1, ready: 0, running: 1 });
      expect((await stage().claim('v')).tasks).toEqual([]);
      await runs.complete(task);
      expect((await stage().take('v')).id).toBe(third);
      expect(await runs.told()).toEqual({ runs: 2, singles: ['coalesced'] });
    });

    it('wait: whatever end the one before it comes to, and however often it is told', async () => {
      const ends = [{ to: 'dead' }, { to: 'cancelled' }] as const;
      for (const [n, to] of ends.entries()) {
        const runs = await Runs.open(stage().resending(), 'wait', `wait-${n}`);
        await runs.next();
        const task = await stage().take('w');
        const waiting = await runs.next();
        const settlement = stage().settlement(task, 'w', to);
        expect(await stage().resending().store.settle('main', 'w', [settlement])).toEqual(['already']);
        const next = await stage().take('w');
        expect(next.id).toBe(waiting);
        await runs.complete(next).catch(() => {});
        expect(await runs.states([waiting])).toEqual(['completed']);
      }
    });

    it('a ready run that is cancelled, and a worker that dies, set the next one free', async () => {
      const { store } = stage();
      const runs = await Runs.open(stage(), 'wait');
      const first = await runs.next();
      const second = await runs.next();
      expect(await store.cancel('main', first)).toBe('cancelled');
      expect(await runs.states([first, second])).toEqual(['cancelled', 'ready']);
      await stage().take('w', { leaseMs: 1 });
      const third = await runs.next();
      await stage().elapse(5);
      const {
        holds: [hold],
      } = await store.reap('main', 10);
      if (!hold) throw new Error('nothing to reap');
      await store.settle('main', 'w', [stage().settlement(hold, 'w', { to: 'dead' })], true);
      expect((await stage().take('v')).id).toBe(third);
    });

    it('one that waits can be cancelled: it is not handed out', async () => {
      const runs = await Runs.open(stage(), 'wait');
      await runs.next();
      const task = await stage().take('w');
      const waiting = await runs.next();
      expect(await stage().store.cancel('main', waiting, 'no')).toBe('cancelled');
      await runs.complete(task);
      expect((await stage().claim('w')).tasks).toEqual([]);
      expect(await runs.told()).toMatchObject({ singles: ['cancelled'] });
    });

    it('replace: the one that runs is asked to stop, and the next one goes on when it has ended', async () => {
      const runs = await Runs.open(stage(), 'replace');
      const first = await runs.next();
      const task = await stage().take('w');
      const [second, third] = [await runs.next(), await runs.next()];
      expect(await stage().find(first)).toMatchObject({ cancelRequested: true, reason: 'replaced' });
      expect(await runs.states([second, third])).toEqual([null, 'scheduled']);
      expect(await stage().store.beat('main', 'w', LONG)).toEqual({
        stop: [{ id: first, reason: 'replaced' }],
      });
      await runs.end(task, { to: 'retry', due: stage().start });
      expect(await stage().find(first)).toMatchObject({ state: 'cancelled', reason: 'replaced' });
      expect((await stage().take('w')).id).toBe(third);
    });

    it.each([undefined, 'k'])(
      'replace: of two that come due together the later one runs; key %s',
      async (key) => {
        const runs = await Runs.open(stage(), 'replace');
        const first = await runs.plan('live', 'work', key);
        const second = await runs.plan('live', 'work', key);
        await stage().store.promote('main', 100);
        expect(await runs.states([first, second])).toEqual(['cancelled', 'ready']);
        expect((await stage().claim('w')).tasks.map(({ id }) => id)).toEqual([second]);
        expect(await stage().list('ready')).toEqual([]);
      },
    );

    it.each([undefined, 'k'])(
      'replace: a retry that comes due together with the next one; key %s',
      async (key) => {
        const { start } = stage();
        const runs = await Runs.open(stage(), 'replace');
        const first = await runs.plan('live', 'work', key);
        await stage().store.promote('main', 100);
        await runs.end(await stage().take('w'), { to: 'retry', due: start + 1 });
        const second = await runs.plan('live', 'work', key);
        await stage().elapse(5);
        await stage().store.promote('main', 100);
        expect(await runs.states([first, second])).toEqual(['cancelled', 'ready']);
        expect((await stage().claim('w')).tasks.map(({ id }) => id)).toEqual([second]);
        expect(await stage().list('scheduled')).toEqual([]);
      },
    );

    it('replace: one that is handed out in the very claim in which the next one comes due is asked to stop', async () => {
      const runs = await Runs.open(stage(), 'replace');
      const first = await runs.plan();
      await stage().store.promote('main', 100);
      const second = await runs.plan();
      const { tasks } = await stage().claim('w', { want: 10 });
      expect(tasks.map(({ id }) => id)).toEqual([first]);
      expect(await stage().find(first)).toMatchObject({ state: 'running', cancelRequested: true });
      expect(await runs.states([second])).toEqual(['scheduled']);
    });

    it('replace: one that nobody works on ends at once', async () => {
      const runs = await Runs.open(stage(), 'replace');
      const first = await runs.next();
      const second = await runs.next();
      expect(await stage().find(first)).toMatchObject({ state: 'cancelled', reason: 'replaced' });
      expect((await stage().take('w')).id).toBe(second);
      await stage().store.cancel('main', second);
    });

    it('caught-up runs wait for each other in nominal order, and live ones go before the rest', async () => {
      for (const overlap of ['skip', 'wait', 'replace'] as const) {
        const runs = await Runs.open(stage(), overlap);
        const caughtUp = [await runs.next('catchUp'), await runs.next('catchUp'), await runs.next('catchUp')];
        const task = await stage().take('w');
        expect(task.id).toBe(caughtUp[0]);
        const live = await runs.next();
        expect(await stage().find(task.id)).not.toHaveProperty('cancelRequested');
        await runs.complete(task);
        const order: string[] = [];
        for (let n = 0; n < 3; n += 1) {
          const next = await stage().take('w');
          order.push(next.id);
          expect((await stage().claim('v')).tasks).toEqual([]);
          await runs.complete(next);
        }
        expect(order).toEqual([live, caughtUp[1], caughtUp[2]]);
        expect(await runs.told()).toEqual({ runs: 4, singles: [] });
      }
    });

    it('a trigger says itself what it does, and keeps its record where it does not run', async () => {
      const runs = await Runs.open(stage(), 'skip');
      await runs.next();
      const refused = await runs.trigger();
      expect(await stage().find(refused)).toMatchObject({ state: 'cancelled', reason: 'overlap' });
      const beside = await runs.trigger('allow');
      const waiting = await runs.trigger('wait');
      expect(await runs.states([beside, waiting])).toEqual(['ready', 'scheduled']);
      expect(await runs.told()).toEqual({ runs: 1, singles: [] });
      const { tasks } = await stage().claim('w');
      for (const task of tasks) await runs.complete(task);
      expect((await stage().take('w')).id).toBe(waiting);
    });
  });
}
