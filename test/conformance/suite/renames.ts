/** Behaviour of a schedule that goes on under another id: its past, its counts, and runs it left unfinished. */

import { describe, expect, it } from 'vitest';
import { triggerId } from '../../../src/domain/schedule/run-id.js';
import type { Overlap } from '../../../src/domain/schedule/schedule.js';
import { walk } from '../../../src/operations/task-filter.js';
import { LeftBehind } from '../../../src/scheduler/left-behind.js';
import { type EditResult, pauseSchedule, putSchedule } from '../../../src/schedules/edit.js';
import { ledgerOf } from '../../../src/schedules/ledger-of.js';
import { occurrencesOf } from '../../../src/schedules/occurrences.js';
import { queryTasks } from '../../../src/tasks/query.js';
import { Runs } from './overlap-parts.js';
import { plain } from './schedule-parts.js';
import { type MakeStore, onStage, type Stage } from './stage.js';

/** After whatever a test does, ms. */
const LATER = 3_600_000;

export function describeRenames(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  async function rename(
    from: string,
    to: string,
    overlap: Overlap,
    queue = 'main',
    maxRuns?: number,
  ): Promise<EditResult> {
    const over = { overlap, formerly: from, ...(maxRuns === undefined ? {} : { maxRuns }) };
    const { definition, source } = plain(to, queue, over);
    return putSchedule(stage().store, definition, source, await stage().store.time());
  }

  /** The next instant of a schedule comes due now. */
  async function comesDue(there: Stage, schedule: string): Promise<string> {
    const { store, queue } = there;
    const term = await there.rule();
    const row = await store.schedule(schedule);
    const cursor = row?.cursor ?? 0;
    const id = `${schedule}@${cursor}`;
    const occurrences = [{ nominal: cursor, draft: there.draft(id, { due: there.start }) }];
    const revision = row?.schedule.revision ?? 0;
    const entry = { schedule, revision, cursor, next: cursor + 1_000, occurrences };
    expect(await store.plan(queue, term, [entry])).toEqual(['planned']);
    await store.promote(queue, 100);
    return id;
  }

  async function looksBack(there: Stage): Promise<number> {
    const leftBehind = new LeftBehind({ store: stage().store, term: await there.rule() });
    leftBehind.look(there.queue);
    return leftBehind.tick();
  }

  describe('a rename', () => {
    it('takes counts, pause, revisions and the last success along; the former id is free', async () => {
      const { store } = stage();
      const runs = await Runs.open(stage(), 'skip', 'old');
      const first = await runs.next();
      await runs.complete(await stage().take('w'));
      await pauseSchedule(store, 'old', { reason: 'works' }, await store.time(), { by: 'ann' });
      const before = await store.schedule('old');
      expect(await rename('old', 'new', 'skip')).toMatchObject({ word: 'created', renamed: 'old' });
      expect(await store.schedule('old')).toBeNull();
      const row = await store.schedule('new');
      expect(row).toMatchObject({ runs: 1, queue: 'main', schedule: { definition: { id: 'new' } } });
      expect(row?.schedule.paused).toEqual(before?.schedule.paused);
      expect(row?.schedule.paused).toMatchObject({ reason: 'works', by: 'ann' });
      expect(row?.schedule.createdAt).toBe(before?.schedule.createdAt);
      expect(row?.schedule.history?.[0]?.revision).toBe(before?.schedule.revision);
      const [facts] = await store.scheduleFacts('main', ['new']);
      expect(facts?.lastSuccess?.taskId).toBe(first);
      expect((await store.schedules()).map(({ schedule }) => schedule.definition.id)).toEqual(['new']);
      expect(await store.openMoves('main')).toEqual([]);
      // Again it is what it is, and whoever takes the former id begins anew.
      expect((await rename('old', 'new', 'skip')).word).toBe('unchanged');
      const anew = plain('old', 'main');
      expect((await putSchedule(store, anew.definition, anew.source, await store.time())).word).toBe(
        'created',
      );
      expect(await store.schedule('old')).toMatchObject({ runs: 0 });
    });

    it('leaves its tasks the ids they have, and they are found by the new one; not those of whoever took the former', async () => {
      const { store, start } = stage();
      const runs = await Runs.open(stage(), 'allow', 'old');
      const first = await runs.next();
      const triggered = await runs.trigger();
      await rename('old', 'new', 'allow');
      const second = await comesDue(stage(), 'new');
      const listed = async (schedule: string) =>
        (await queryTasks(store, { schedule })).items.map(({ id }) => id).toSorted();
      expect(await listed('new')).toEqual([first, triggered, second].toSorted());
      const selected: string[] = [];
      const selection = { selection: { schedule: 'new' }, states: ['ready'] as const, means: () => true };
      for await (const { tasks } of walk(store, selection))
        selected.push(...tasks.map(({ task }) => task.id));
      expect(selected.toSorted()).toEqual([first, triggered, second].toSorted());
      const anew = plain('old', 'main');
      await putSchedule(store, anew.definition, anew.source, await store.time());
      const another = triggerId('old', start + LATER, 'x');
      await store.enqueue('main', [stage().draft(another)]);
      expect(await listed('new')).not.toContain(another);
      expect(await listed('new')).toContain(first);
    });

    it('tells the fates of the past under the new id, those included that no ledger had taken in', async () => {
      const { store } = stage();
      const runs = await Runs.open(stage(), 'skip', 'old');
      const begin = Math.ceil(stage().start / 1_000) * 1_000 - 3_000;
      const { definition, source } = plain('old', 'main', { overlap: 'skip' });
      await store.edit('main', {
        ...{ id: 'old', expect: { revision: 1, cursor: runs.cursor }, cursor: begin, withdraw: null },
        schedule: { definition, source, revision: 2, createdAt: begin - 1, updatedAt: begin - 1 },
      });
      const ran = await comesDue(stage(), 'old');
      await stage().take('w');
      const skipped = await comesDue(stage(), 'old');
      expect(await stage().states([skipped])).toEqual([null]);
      expect((await rename('old', 'new', 'skip')).word).toBe('created');
      const row = await store.schedule('new');
      if (!row) throw new Error('renamed');
      const now = await store.time();
      const { items } = await occurrencesOf(store, row, { now, from: begin, to: begin + 1_000 });
      expect(items.map(({ fate, reason, taskId, state }) => [fate, reason, taskId, state])).toEqual([
        ['fired', undefined, ran, 'running'],
        ['skipped', 'overlap', undefined, undefined],
      ]);
      expect(row.schedule.former?.map(({ id }) => id)).toEqual(['old']);
    });

    it('nothing of its past is dropped that was written meanwhile', async () => {
      const { store } = stage();
      const runs = await Runs.open(stage(), 'skip', 'old');
      await runs.next();
      await stage().take('w');
      await runs.next();
      const row = await store.schedule('old');
      if (!row) throw new Error('opened');
      expect(row.singles).toHaveLength(1);
      const edit = {
        ...{ id: 'old', expect: { revision: 1, cursor: row.cursor }, schedule: null, cursor: null },
        ...{ withdraw: null, moves: JSON.stringify({ schedule: plain('new', 'main') }) },
      };
      const ledger = { before: 0, text: '', undecided: null, taken: [] };
      expect(await store.edit('main', { ...edit, ledger })).toBe('stale');
      const taken = (row.singles ?? []).map(([nominal]) => nominal);
      expect(await store.edit('main', { ...edit, ledger: { ...ledger, taken } })).toBe('ok');
    });

    it.each(['main', 'other'])('overlap is heeded over it, into the queue %s', async (queue) => {
      const { store } = stage();
      const there = queue === 'main' ? stage() : await stage().beside(queue);
      const runs = await Runs.open(stage(), 'wait', 'old');
      await runs.next();
      const held = await stage().take('w');
      const waited = await runs.next();
      expect((await rename('old', 'new', 'wait', queue)).word).toBe('created');
      const next = await comesDue(there, 'new');
      expect(await there.states([next])).toEqual(['scheduled']);
      // Nobody but a leader lets anything of it go on.
      await runs.complete(held);
      expect(await stage().states([waited])).toEqual(['scheduled']);
      expect(await looksBack(there)).toBeLessThan(Number.POSITIVE_INFINITY);
      const second = await stage().take('w');
      expect(second.id).toBe(waited);
      expect(await there.states([next])).toEqual(['scheduled']);
      await runs.complete(second);
      expect(await looksBack(there)).toBe(Number.POSITIVE_INFINITY);
      expect(await store.elsewhere(queue)).toEqual([]);
      expect((await there.take('v')).id).toBe(next);
    });

    it('renamed twice, and back again: what is left behind under each id goes on, one at a time', async () => {
      const { store } = stage();
      const runs = await Runs.open(stage(), 'wait', 'old');
      await runs.next();
      const held = await stage().take('w');
      await rename('old', 'new', 'wait');
      const second = await comesDue(stage(), 'new');
      expect((await rename('new', 'old', 'wait')).word).toBe('created');
      expect((await store.schedule('old'))?.schedule.former?.map(({ id }) => id)).toEqual(['old', 'new']);
      const third = await comesDue(stage(), 'old');
      expect(await stage().states([second, third])).toEqual(['scheduled', 'scheduled']);
      await runs.complete(held);
      const order: string[] = [];
      for (let n = 0; n < 6 && order.length < 2; n += 1) {
        await looksBack(stage());
        const { tasks } = await stage().claim('w', { want: 5 });
        expect(tasks.length).toBeLessThan(2);
        for (const task of tasks) {
          order.push(task.id);
          await runs.complete(task);
        }
      }
      expect(order.toSorted()).toEqual([second, third].toSorted());
      await looksBack(stage());
      expect(await store.elsewhere('main')).toEqual([]);
    });

    it('refuses what is somebody else’s, and makes anew what has no past', async () => {
      const { store } = stage();
      await Runs.open(stage(), 'skip', 'old');
      const { definition } = plain('new', 'main', { formerly: 'old' });
      const api = { kind: 'api', set: 'api' } as const;
      const now = await store.time();
      const refused = await putSchedule(store, definition, api, now);
      expect(refused).toMatchObject({ word: 'conflict', row: { schedule: { definition: { id: 'old' } } } });
      expect(await store.schedule('new')).toBeNull();
      const result = await putSchedule(store, { ...definition, formerly: 'nobody' }, api, now);
      expect(result.word).toBe('created');
      expect(result.renamed).toBeUndefined();
      expect(ledgerOf(result.row ?? { schedule: plain('x', 'main'), cursor: 0, runs: 0 }).exceptions).toEqual(
        [],
      );
    });

    it('counts on where it stood', async () => {
      const { store } = stage();
      const runs = await Runs.open(stage(), 'allow', 'old');
      await runs.next();
      await runs.next();
      await rename('old', 'new', 'allow', 'main', 2);
      expect(await store.schedule('new')).toMatchObject({ runs: 2, cursor: null });
    });
  });
}
