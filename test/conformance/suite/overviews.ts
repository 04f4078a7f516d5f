/** Behaviour of overviews: handlers, what is to come, when runs began and ended, which schedules were edited. */

import { describe, expect, it } from 'vitest';
import { TASK_STATES, type TaskState } from '../../../src/domain/task/task.js';
import type { ComingTask, DuePlace, RunTimes } from '../../../src/store/contract/index.js';
import { Runs } from './overlap-parts.js';
import { populate } from './populate.js';
import { dailyOn, entry, instant, plain, scheduleEdit } from './schedule-parts.js';
import { LONG, type MakeStore, onStage } from './stage.js';

export function describeOverviews(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  it('the handlers of a queue are told with what of them is ready and runs, by name', async () => {
    const { store, start } = stage();
    expect(await store.handlersOf('main')).toEqual({ handlers: [], unseen: 0 });
    await stage().put(['a', 'b', 'c']);
    await stage().put(['d'], { priority: 'low' });
    await stage().put(['e', 'f'], { handler: 'other', options: { concurrencyKey: 'k' } });
    await stage().put(['g'], { handler: 'later', due: start + LONG });
    await stage().claim('w', { want: 2 });
    await store.cancel('main', stage().id('c'));
    await stage().take('v', { handlers: ['other'] });
    expect(await store.handlersOf('main')).toEqual({
      handlers: [
        { handler: 'later', ready: 0, running: 0 },
        { handler: 'other', ready: 1, running: 1 },
        { handler: 'work', ready: 1, running: 2 },
      ],
      unseen: 0,
    });
  });

  it('queues that hold tasks of a state are told from those that do not, as lists tell them', async () => {
    const { store } = stage();
    await stage().beside('other');
    const queues = ['main', 'other'];
    const holding = (state: TaskState) => store.holding(queues, [state]);
    for (const state of TASK_STATES) expect([state, await holding(state)]).toEqual([state, []]);
    await populate(stage());
    for (const state of TASK_STATES) expect([state, await holding(state)]).toEqual([state, ['main']]);
    expect(await store.holding(queues, ['dead', 'ready'])).toEqual(['main']);
    expect(await store.holding(['other'], TASK_STATES)).toEqual([]);
    expect(await store.holding([], TASK_STATES)).toEqual([]);
  });

  it('a queue whose ended tasks all stand aside, or whose runs wait for one another, holds them', async () => {
    const { store, start } = stage();
    await stage().put(['kept'], { options: { retention: LONG } });
    await store.cancel('main', stage().id('kept'));
    await stage().claim('w');
    await stage().elapse(5);
    const none = { count: 0, age: 0 };
    await store.prune('main', { completed: none, dead: none, atLeast: 0 });
    expect(await stage().list('cancelled', 9)).toEqual([stage().id('kept')]);
    expect(await store.holding(['main'], ['cancelled'])).toEqual(['main']);
    expect(await store.holding(['main'], ['scheduled'])).toEqual([]);
    const [parent = ''] = await stage().put(['parent'], { due: start });
    const parents = [{ id: parent, queue: 'main' }];
    await stage().put(['child'], { options: { after: [parent] }, parents });
    expect(await stage().list('scheduled', 9)).toEqual([stage().id('child')]);
    expect(await store.holding(['main'], ['scheduled'])).toEqual(['main']);
  });

  describe('what is to come', () => {
    const all = async (to = Number.POSITIVE_INFINITY, limit = 2, from: DuePlace = { due: 0, behind: '' }) => {
      const found: ComingTask[] = [];
      for (let next: DuePlace | null = from; next; ) {
        const page = await stage().store.coming('main', next, to, limit);
        expect(page.tasks.length).toBeLessThanOrEqual(limit);
        found.push(...page.tasks);
        next = page.next;
      }
      return found;
    };
    const named = (tasks: readonly ComingTask[]) => tasks.map(({ id }) => id.replace(/^.*?-/, ''));

    it('are tasks that wait for their time and for a retry, by due time, from and to a time, page by page', async () => {
      const { store, start } = stage();
      expect(await all()).toEqual([]);
      for (const [name, at] of [
        ['c', 3],
        ['a', 1],
        ['b', 2],
      ] as const)
        await stage().put([name], {
          due: start + LONG + at,
          ...(name === 'b' ? { handler: 'other', priority: 'high' } : {}),
        });
      const [again = ''] = await stage().put(['r']);
      const task = await stage().take('w');
      await store.settle('main', 'w', [stage().settlement(task, 'w', { to: 'retry', due: start + LONG })]);
      const found = await all();
      expect(named(found)).toEqual(['r', 'a', 'b', 'c']);
      expect(found[0]).toMatchObject({ id: again, state: 'retrying', handler: 'work', priority: 'normal' });
      expect(found[2]).toMatchObject({ state: 'scheduled', handler: 'other', priority: 'high' });
      expect(found.map(({ place }) => place.due - start - LONG)).toEqual([0, 1, 2, 3]);
      expect(named(await all(start + LONG + 2))).toEqual(['r', 'a', 'b']);
      expect(named(await all(undefined, 9, { due: start + LONG + 2, behind: '' }))).toEqual(['b', 'c']);
      expect(named(await all(undefined, 9, found[1]?.place))).toEqual(['b', 'c']);
    });

    it('neither skips nor repeats those of one instant when the one a page ended with has gone', async () => {
      const { store, start } = stage();
      const ids = await stage().put(['a', 'b', 'c', 'd', 'e'], { due: start + LONG });
      const first = await store.coming('main', { due: start, behind: '' }, start + 2 * LONG, 3);
      await store.cancel('main', first.tasks[2]?.id ?? '');
      const second = await store.coming('main', first.next ?? { due: 0, behind: '' }, start + 2 * LONG, 3);
      expect([...first.tasks, ...second.tasks].map(({ id }) => id)).toEqual(ids);
    });

    it('leaves out runs that their calendar tells of, and takes in those that come again', async () => {
      const { store, start } = stage();
      const term = await stage().rule();
      await store.edit('main', scheduleEdit(plain('daily', 'main'), instant(stage(), 0)));
      await store.plan('main', term, [entry(stage(), 'daily', 0, 9)]);
      const runs = await Runs.open(stage(), 'allow');
      const id = await runs.next();
      await runs.end(await stage().take('w'), { to: 'retry', due: start + LONG });
      await stage().put(['x'], { due: start + 2 * LONG });
      expect((await all()).map((one) => one.id)).toEqual([id, stage().id('x')]);
      expect([...(await store.dueCounts('main', start, LONG, 3))]).toEqual([
        [1, 1],
        [2, 1],
      ]);
    });

    it('is counted by steps, those of one instant and those far behind, and nothing before or after', async () => {
      const { store, start } = stage();
      const counts = async (from: number, step: number, steps: number) =>
        Object.fromEntries(await store.dueCounts('main', from, step, steps));
      expect(await counts(start, 1_000, 10)).toEqual({});
      const from = start + LONG;
      const at: Record<number, number> = { 0: 3, 999: 1, 1000: 400, 1001: 300, 7999: 1, 50000: 2, 100000: 9 };
      let made = 0;
      for (const [after, count] of Object.entries(at)) {
        const names = Array.from({ length: count }, () => `t${made++}`);
        await stage().put(names, { due: from + Number(after) });
      }
      const expected = { 0: 4, 1: 700, 7: 1, 50: 2 };
      expect(await counts(from, 1_000, 100)).toEqual(expected);
      expect(await counts(from + 1_000, 1_000, 99)).toEqual({ 0: 700, 6: 1, 49: 2 });
      expect(await counts(from, 1, 1_001)).toEqual({ 0: 3, 999: 1, 1000: 400 });
      expect(await counts(from, 200_000, 1)).toEqual({ 0: 716 });
    });
  });

  it('runs of schedules are told with when they began and ended, wherever their schedules were', async () => {
    const { store, start } = stage();
    const [runs, others] = [await Runs.open(stage(), 'allow'), await Runs.open(stage(), 'allow', 'other')];
    const first = runs.cursor;
    for (let n = 0; n < 6; n += 1) await runs.next();
    const take = () => stage().take('w');
    const at = { startedAt: start + 5, finishedAt: start + 9 };
    const result = JSON.stringify({ long: '"x",1,2'.repeat(50) });
    expect(await stage().complete('w', [stage().completion(await take(), 'w', { ...at, result })])).toEqual([
      'ok',
    ]);
    const settle = async (next: Parameters<Runs['end']>[1], over = {}) =>
      store.settle('main', 'w', [stage().settlement(await take(), 'w', next, { ...at, ...over })]);
    await settle({ to: 'dead' });
    await settle({ to: 'cancelled' });
    await settle({ to: 'retry', due: start });
    await store.promote('main', 9);
    await settle({ to: 'retry', due: start + LONG }, { startedAt: start + 20, finishedAt: start + 30 });
    const held = await take();
    await others.plan();
    await store.cancel('main', `other@${first}`);
    const asked = [
      { schedule: 'allow', nominals: [0, 1, 2, 3, 4, 5, 6, 9].map((n) => first + n) },
      { schedule: 'nobody', nominals: [1] },
      { schedule: 'other', nominals: [first] },
    ];
    const [told = [], nobody, cancelled] = await store.runTimes(asked);
    const ended = { startedAt: at.startedAt, last: at };
    // Those that came back were handed out behind the others.
    const states = told.map((run) => run?.state ?? null);
    expect(states.toSorted()).toEqual(
      [...['cancelled', 'completed', 'dead', 'ready', 'retrying', 'running'], null, null].toSorted(),
    );
    const of = (state: string): RunTimes | null | undefined => told.find((run) => run?.state === state);
    for (const state of ['completed', 'dead', 'cancelled'])
      expect(of(state), state).toEqual({ state, ...ended });
    expect(of('retrying')).toMatchObject({ last: { finishedAt: expect.any(Number) } });
    expect(of('running')?.startedAt).toEqual((await stage().find(held.id)).held?.startedAt);
    expect(of('ready')).toEqual({ state: 'ready', ...ended });
    expect([nobody, cancelled]).toEqual([[null], [{ state: 'cancelled' }]]);
    expect(await store.runTimes([])).toEqual([]);
  });

  it('schedules that were edited since a mark are named, by queue', async () => {
    const { store } = stage();
    const { at, create, edit } = dailyOn(stage);
    const since = async (...marks: string[]) =>
      store.edited(marks.map((mark, i) => ({ queue: ['main', 'beside'][i] ?? '', since: mark })));
    await store.open('beside');
    const [begin, beside] = await since('', '');
    expect([begin?.ids, beside?.ids]).toEqual([[], []]);
    await create();
    await store.edits(
      'main',
      ['a', 'b'].map((id) => scheduleEdit(plain(id, 'main'), at(0))),
    );
    const [first] = await since(begin?.mark ?? '');
    expect(first?.ids?.toSorted()).toEqual(['a', 'b', 'daily']);
    // One that is refused changes nothing.
    expect(await store.edit('main', edit(7, at(0)))).toBe('stale');
    expect((await since(first?.mark ?? ''))[0]?.ids).toEqual([]);
    await store.edit('main', edit(1, at(0)));
    await store.edit('main', {
      ...{ id: 'b', expect: { revision: 1, cursor: at(0) }, schedule: null, cursor: null, withdraw: null },
    });
    const [second, other] = await since(first?.mark ?? '', beside?.mark ?? '');
    expect(second?.ids?.toSorted()).toEqual(['b', 'daily']);
    expect(other).toEqual(beside);
    expect((await since(second?.mark ?? ''))[0]?.ids).toEqual([]);
    expect((await since(first?.mark ?? ''))[0]?.ids?.toSorted()).toEqual(['b', 'daily']);
  });
}
