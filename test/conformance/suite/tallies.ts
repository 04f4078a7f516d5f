/** Behaviour of tallies: how many tasks are in each state, of a queue, a handler, or schedules. */

import { describe, expect, it } from 'vitest';
import { readRunId } from '../../../src/domain/schedule/run-id.js';
import { TASK_STATES, type TaskState } from '../../../src/domain/task/task.js';
import type { TallyRange, TaskFacts } from '../../../src/store/contract/index.js';
import { Runs } from './overlap-parts.js';
import { populate } from './populate.js';
import { LONG, type MakeStore, onStage } from './stage.js';

type Counts = Record<TaskState, number>;

export function describeTallies(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  /** The same, by looking at every task of the lists. */
  const listed = async (fits: (task: TaskFacts) => boolean = () => true): Promise<Counts> => {
    const counts = {} as Counts;
    for (const state of TASK_STATES) {
      const { items } = await stage().store.list('main', state, 1_000);
      counts[state] = items.filter(fits).length;
    }
    return counts;
  };
  const tallied = async (range?: TallyRange): Promise<Counts> => {
    const { counts, unseen } = await stage().store.tally('main', range);
    expect(Object.values(unseen).every((count) => count === 0)).toBe(true);
    return counts;
  };

  describe('a tally', () => {
    it('counts every task once', async () => {
      await populate(stage());
      const three = Object.fromEntries(TASK_STATES.map((state) => [state, 3]));
      expect(await tallied()).toEqual(three);
      expect(await tallied({ handler: 'work' })).toEqual(three);
      const none = Object.fromEntries(TASK_STATES.map((state) => [state, 0]));
      expect(await tallied({ handler: 'nobody' })).toEqual(none);
      expect(await tallied({ schedules: [{ id: 'daily' }] })).toEqual(none);
      expect((await stage().store.tally('empty')).counts).toEqual(none);
    });

    it('of one handler among others counts its own, in every state, of every priority and kind of lane', async () => {
      const { store, start } = stage();
      await populate(stage());
      const other = { handler: 'other' };
      const take = () => stage().take('v', { handlers: ['other'] });
      await stage().put(['o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'o7'], other);
      expect(await stage().complete('v', [stage().completion(await take(), 'v')])).toEqual(['ok']);
      for (const next of [{ to: 'dead' }, { to: 'retry', due: start + LONG }, { to: 'cancelled' }] as const)
        await store.settle('main', 'v', [stage().settlement(await take(), 'v', next)]);
      await take();
      await stage().put(['p1', 'p2'], { ...other, due: start + LONG });
      await stage().put(['q1'], { ...other, priority: 'high' });
      await stage().put(['q2', 'q3'], { ...other, options: { concurrencyKey: 'k' } });
      await stage().put(['q4'], { ...other, options: { uniqueKey: 'u' } });
      const [kept = ''] = await stage().put(['r1'], { ...other, options: { retention: 7 * LONG } });
      await store.cancel('main', kept);
      const [parent = ''] = await stage().put(['r2']);
      const [gone = ''] = await stage().put(['r3'], other);
      await store.cancel('main', gone);
      await stage().put(['r4'], { ...other, options: { after: [parent] } });
      for (const handler of ['work', 'other']) {
        const { counts } = await store.tally('main', { handler });
        expect(counts, handler).toEqual(await listed((task) => task.handler === handler));
      }
      expect(await tallied()).toEqual(await listed());
    });

    it('of schedules counts their runs, come due or not, up to an instant', async () => {
      const { start } = stage();
      await populate(stage());
      const [waits, allows] = [await Runs.open(stage(), 'wait'), await Runs.open(stage(), 'allow')];
      const first = await allows.next();
      for (let n = 0; n < 6; n += 1) await allows.next();
      const take = () => stage().take('v');
      // Those of the queue that were ready before go first.
      for (let n = 0; n < 3; n += 1) await take();
      expect(await stage().complete('v', [stage().completion(await take(), 'v')])).toEqual(['ok']);
      for (const next of [{ to: 'dead' }, { to: 'retry', due: start + LONG }] as const)
        await allows.end(await take(), next, 'v');
      await take();
      for (let n = 0; n < 3; n += 1) await waits.next();
      await waits.trigger('allow');
      for (const id of ['wait', 'allow', 'skip']) {
        const fits = (task: TaskFacts) => readRunId(task.id)?.schedule === id;
        expect(await tallied({ schedules: [{ id }] }), id).toEqual(await listed(fits));
      }
      const until = (readRunId(first)?.nominal ?? 0) + 2;
      const early = ({ id }: TaskFacts) => {
        const run = readRunId(id);
        return run?.schedule === 'wait' || (run?.schedule === 'allow' && run.nominal <= until);
      };
      const schedules = [{ id: 'wait' }, { id: 'allow', until }];
      expect(await tallied({ schedules })).toEqual(await listed(early));
      expect(await tallied({ schedules, handler: 'other' })).toEqual(await listed(() => false));
      expect(await tallied({ schedules, handler: 'work', states: ['dead', 'ready'] })).toEqual({
        ...(await listed(() => false)),
        dead: (await listed(early)).dead,
        ready: (await listed(early)).ready,
      });
    });
  });
}
