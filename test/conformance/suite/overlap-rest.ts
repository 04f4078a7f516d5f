/** Behaviour of overlap beside rests, removals and prunes, and what is read of unfinished runs. */

import { describe, expect, it } from 'vitest';
import type { StoredSchedule } from '../../../src/domain/schedule/schedule.js';
import type { ScheduleEdit } from '../../../src/store/contract/index.js';
import { Runs } from './overlap-parts.js';
import { plain } from './schedule-parts.js';
import { type MakeStore, onStage } from './stage.js';

const KEEP_NOTHING = { completed: { count: 0, age: 0 }, dead: { count: 0, age: 0 }, atLeast: 0 };
const LANE = { handler: 'work', priority: 'normal' } as const;

export function describeOverlapRests(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  /** An edit after which the schedule of these runs rests, or is gone. */
  function rest(runs: Runs, schedule: StoredSchedule | null): ScheduleEdit {
    const planned = plain(runs.id, 'main', { overlap: 'wait' }).definition;
    const until = runs.cursor;
    return {
      ...{ id: runs.id, expect: { revision: 1, cursor: runs.cursor }, schedule, cursor: null },
      withdraw: { nominals: [], planned, rest: { word: 'paused', until } },
    };
  }
  const paused = (runs: Runs) => ({
    ...plain(runs.id, 'main', { overlap: 'wait' }),
    ...{ revision: 2, paused: { at: 5 } },
  });

  describe('overlap and rests', () => {
    it('a pause takes back what waits for an earlier run; what runs goes on, and nothing follows it', async () => {
      const { store } = stage();
      const runs = await Runs.open(stage(), 'wait');
      const first = await runs.next();
      const task = await stage().take('w');
      const waiting = [await runs.next(), await runs.next('catchUp')];
      const byHand = await runs.trigger('wait');
      expect(await store.edit('main', rest(runs, paused(runs)))).toBe('ok');
      expect(await runs.states([first, ...waiting, byHand])).toEqual(['running', null, null, 'scheduled']);
      expect(await runs.told()).toEqual({ runs: 1, singles: ['paused', 'paused'] });
      await runs.complete(task);
      expect((await stage().claim('w')).tasks.map(({ id }) => id)).toEqual([byHand]);
    });

    it('a ready run that is taken back sets free what stays', async () => {
      const { store } = stage();
      const runs = await Runs.open(stage(), 'wait');
      const ready = await runs.next();
      const byHand = await runs.trigger('wait');
      await store.edit('main', rest(runs, paused(runs)));
      expect(await store.withdrawReady('main', runs.id, LANE, 0, { word: 'paused' })).toBeNull();
      expect(await runs.states([ready, byHand])).toEqual([null, 'ready']);
      expect((await stage().claim('w')).tasks.map(({ id }) => id)).toEqual([byHand]);
      expect(await runs.told()).toEqual({ runs: 0, singles: ['paused'] });
    });

    it('a removal leaves nothing that waits, and a schedule made anew is behind nobody but who still runs', async () => {
      const { store } = stage();
      const runs = await Runs.open(stage(), 'wait');
      await runs.next();
      const task = await stage().take('w');
      const waiting = await runs.next();
      expect(await store.edit('main', rest(runs, null))).toBe('ok');
      expect(await runs.states([waiting])).toEqual([null]);
      expect(await store.unfinished('main', [runs.id])).toEqual([
        { underWay: [task.id], waiting: [], elsewhere: [] },
      ]);
      await runs.complete(task);
      expect(await store.unfinished('main', [runs.id])).toEqual([
        { underWay: [], waiting: [], elsewhere: [] },
      ]);
      expect((await stage().claim('w')).tasks).toEqual([]);
      const [facts] = await store.scheduleFacts('main', [runs.id]);
      expect(facts?.lastSuccess).toBeNull();
    });

    it('unfinished runs are told apart, schedule by schedule', async () => {
      const { store } = stage();
      const runs = await Runs.open(stage(), 'skip');
      const caughtUp = [await runs.next('catchUp'), await runs.next('catchUp')];
      const live = await runs.next();
      const other = await Runs.open(stage(), 'allow');
      const both = [await other.next(), await other.next()];
      expect(await store.unfinished('main', ['skip', 'allow', 'none'])).toEqual([
        { underWay: [caughtUp[0]], waiting: [live, caughtUp[1]], elsewhere: [] },
        { underWay: both, waiting: [], elsewhere: [] },
        { underWay: [], waiting: [], elsewhere: [] },
      ]);
    });

    it('the last success is kept with its result when its task is pruned', async () => {
      const { store } = stage();
      const runs = await Runs.open(stage(), 'skip');
      const first = await runs.next();
      const task = await stage().take('w');
      await stage().complete('w', [stage().completion(task, 'w', { result: '{"page":7}' })]);
      await runs.next();
      await runs.end(await stage().take('w'), { to: 'dead' });
      await stage().elapse(3);
      await store.prune('main', KEEP_NOTHING);
      expect(await runs.states([first])).toEqual([null]);
      const [facts] = await store.scheduleFacts('main', ['skip']);
      expect(facts?.lastSuccess).toEqual({ taskId: first, result: '{"page":7}' });
    });

    it('an edit to allow lets everything go on with the next ending', async () => {
      const { store } = stage();
      const runs = await Runs.open(stage(), 'wait');
      await runs.next('catchUp');
      const task = await stage().take('w');
      const waiting = [await runs.next('catchUp'), await runs.next('catchUp')];
      const edit = {
        ...{ id: runs.id, expect: { revision: 1, cursor: runs.cursor }, cursor: runs.cursor, withdraw: null },
        schedule: { ...plain(runs.id, 'main', { overlap: 'allow' as const }), revision: 2 },
      };
      expect(await store.edit('main', edit)).toBe('ok');
      await runs.complete(task);
      expect((await stage().claim('w')).tasks.map(({ id }) => id).sort()).toEqual(waiting);
    });
  });
}
