/** Behaviour of overlap while a schedule moves to another queue and leaves unfinished runs behind. */

import { describe, expect, it } from 'vitest';
import { triggerId } from '../../../src/domain/schedule/run-id.js';
import type { Overlap } from '../../../src/domain/schedule/schedule.js';
import { LeftBehind } from '../../../src/scheduler/left-behind.js';
import { putSchedule } from '../../../src/schedules/edit.js';
import { Runs } from './overlap-parts.js';
import { plain, scheduleEdit } from './schedule-parts.js';
import { type MakeStore, onStage, type Stage } from './stage.js';

export function describeOverlapMoves(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  /** Moves the schedule of these runs; the cursor it had is behind it. */
  async function move(runs: Runs, queue: string, overlap: Overlap): Promise<void> {
    const { definition, source } = plain(runs.id, queue, { overlap });
    const { word } = await putSchedule(stage().store, definition, source, await stage().store.time());
    expect(word).toBe('changed');
  }

  /** An instant of the schedule that comes due in its new queue now. */
  async function comesDue(there: Stage, runs: Runs): Promise<string> {
    const { store, queue } = there;
    const term = await there.rule();
    const row = await store.schedule(runs.id);
    const cursor = row?.cursor ?? 0;
    const id = `${runs.id}@${cursor}`;
    const occurrences = [{ nominal: cursor, draft: there.draft(id, { due: there.start }) }];
    const entry = { schedule: runs.id, revision: row?.schedule.revision ?? 0, cursor, next: cursor + 1 };
    expect(await store.plan(queue, term, [{ ...entry, occurrences }])).toEqual(['planned']);
    await store.promote(queue, 100);
    return id;
  }

  async function looksBack(there: Stage): Promise<number> {
    const leftBehind = new LeftBehind({ store: stage().store, term: await there.rule() });
    leftBehind.look(there.queue);
    return leftBehind.tick();
  }

  describe('overlap and moves', () => {
    it('skip: a run that a worker holds in the old queue keeps the next one out of the new one', async () => {
      const { store } = stage();
      const there = await stage().beside('other');
      const runs = await Runs.open(stage(), 'skip');
      await runs.next();
      const task = await stage().take('w');
      await move(runs, 'other', 'skip');
      const skipped = await comesDue(there, runs);
      expect(await there.states([skipped])).toEqual([null]);
      expect((await runs.told()).singles).toContain('overlap');
      expect(await looksBack(there)).toBeLessThan(Number.POSITIVE_INFINITY);
      expect(await store.unfinished('other', [runs.id])).toEqual([
        { underWay: [], waiting: [], elsewhere: ['main'] },
      ]);
      await runs.complete(task);
      expect(await looksBack(there)).toBe(Number.POSITIVE_INFINITY);
      expect(await store.elsewhere('other')).toEqual([]);
      const next = await comesDue(there, runs);
      expect((await there.take('v')).id).toBe(next);
    });

    it('wait and replace: the next one waits for it, whatever end it comes to', async () => {
      const there = await stage().beside('other');
      for (const overlap of ['wait', 'replace'] as const) {
        const runs = await Runs.open(stage(), overlap, `moved-${overlap}`);
        await runs.next();
        const task = await stage().take('w');
        await move(runs, 'other', overlap);
        const waiting = await comesDue(there, runs);
        expect(await there.states([waiting])).toEqual(['scheduled']);
        expect((await there.find(waiting)).waitingFor).toEqual([]);
        await runs.end(task, { to: 'dead' });
        await looksBack(there);
        expect(await there.states([waiting])).toEqual(['ready']);
        await there.complete('v', [there.completion(await there.take('v'), 'v')]);
      }
    });

    it('what waits in the old queue goes on there first; none of it is lost', async () => {
      const there = await stage().beside('other');
      const runs = await Runs.open(stage(), 'wait');
      await runs.next();
      const task = await stage().take('w');
      const behind = await runs.next();
      await move(runs, 'other', 'skip');
      await comesDue(there, runs);
      await runs.complete(task);
      await looksBack(there);
      expect((await stage().store.elsewhere('other')).map(({ from }) => from)).toEqual(['main']);
      const second = await stage().take('w');
      expect(second.id).toBe(behind);
      await runs.complete(second);
      await looksBack(there);
      expect(await stage().store.elsewhere('other')).toEqual([]);
    });

    it('a run made alone is refused while one in the old queue is in progress', async () => {
      const { store } = stage();
      const there = await stage().beside('other');
      const runs = await Runs.open(stage(), 'skip');
      await runs.next();
      await stage().take('w');
      await move(runs, 'other', 'skip');
      const revision = (await store.schedule(runs.id))?.schedule.revision ?? 0;
      const draft = there.draft(triggerId(runs.id, there.start, 'x'));
      const run = { schedule: runs.id, revision, draft, alone: true };
      expect(await store.trigger('other', run)).toEqual({ behind: expect.stringMatching(/^>\d+ \d+ main$/) });
      expect(await there.states([draft.id])).toEqual([null]);
    });

    it('its last success moves along and is not left behind', async () => {
      const { store } = stage();
      const there = await stage().beside('other');
      const runs = await Runs.open(stage(), 'skip');
      const first = await runs.next();
      await runs.complete(await stage().take('w'));
      await move(runs, 'other', 'skip');
      const facts = await Promise.all(
        ['main', 'other'].map((queue) => store.scheduleFacts(queue, [runs.id])),
      );
      expect(facts.map(([one]) => one?.lastSuccess?.taskId)).toEqual([undefined, first]);
      await looksBack(there);
      expect(await store.elsewhere('other')).toEqual([]);
    });

    it('carried twice and told twice, the outcome is the same', async () => {
      const { store } = stage();
      const there = await stage().beside('other');
      const term = await there.rule();
      const runs = await Runs.open(stage(), 'skip');
      await runs.next();
      await stage().take('w');
      const marker = { id: runs.id, queue: 'main', text: '' };
      const left = { schedule: runs.id, from: 'main', revision: 7, until: 9 };
      for (let n = 0; n < 2; n += 1) await store.carry(marker, 'other', left);
      expect(await store.elsewhere('other')).toEqual([left]);
      const held = async () => (await store.unfinished('other', [runs.id]))[0]?.elsewhere;
      for (const [how, expected] of [
        ['block', ['main']],
        ['free', []],
        ['block', ['main']],
        ['over', []],
        // Sent again by a leader that was slow: it holds up nobody any more.
        ['block', []],
      ] as const) {
        for (let n = 0; n < 2; n += 1) expect(await store.follow('other', left, how, term)).toBe('ok');
        expect(await held()).toEqual(expected);
      }
      expect(await store.elsewhere('other')).toEqual([]);
      const deposed = { ...term, token: 'another' };
      expect(await store.follow('other', left, 'free', deposed)).toBe('fenced');
      expect(await store.letGoOn('main', runs.id, 'one', deposed)).toBe('fenced');
    });

    it('there and back again: what was left behind and what comes due begin by turns, and all of it does', async () => {
      const { store } = stage();
      const there = await stage().beside('other');
      const runs = await Runs.open(stage(), 'wait');
      await runs.next();
      const first = await stage().take('w');
      const second = await runs.next();
      await move(runs, 'other', 'wait');
      const third = await comesDue(there, runs);
      await move(runs, 'main', 'wait');
      const fourth = await comesDue(stage(), runs);
      await runs.complete(first);
      const order: string[] = [];
      for (let n = 0; n < 12 && order.length < 3; n += 1) {
        await looksBack(n % 2 === 0 ? stage() : there);
        for (const one of [stage(), there]) {
          const { tasks } = await one.claim('w', { want: 5 });
          expect(tasks.length).toBeLessThan(2);
          const [task] = tasks;
          if (!task) continue;
          order.push(task.id);
          expect((await (one === there ? stage() : there).claim('v', { want: 5 })).tasks).toEqual([]);
          expect(await one.complete('w', [one.completion(task, 'w')])).toEqual(['ok']);
        }
      }
      // The second one waits in the queue that is its home again, where the fourth replaces it as the latest.
      expect(order.toSorted()).toEqual([third, fourth].toSorted());
      expect(await stage().states([second])).toEqual([null]);
      expect((await runs.told()).singles).toContain('coalesced');
      await looksBack(stage());
      expect(await store.elsewhere('main')).toEqual([]);
      expect(await store.elsewhere('other')).toEqual([]);
    });

    it('there and back before anybody looked: what was parked goes on when the schedule is home again', async () => {
      const { store } = stage();
      const there = await stage().beside('other');
      const runs = await Runs.open(stage(), 'wait');
      await runs.next();
      const first = await stage().take('w');
      const second = await runs.next();
      await move(runs, 'other', 'wait');
      await runs.complete(first);
      expect(await stage().states([second])).toEqual(['scheduled']);
      await move(runs, 'main', 'wait');
      expect(await stage().states([second])).toEqual(['ready']);
      await looksBack(stage());
      expect((await stage().take('v')).id).toBe(second);
      expect(await there.states([second])).toEqual(['running']);
      expect(await store.elsewhere('main')).toEqual([]);
    });

    it('an edit to allow sets free what waits, at once', async () => {
      const { store } = stage();
      const runs = await Runs.open(stage(), 'wait');
      await runs.next();
      await stage().take('w');
      const waiting = await runs.next();
      expect(await runs.states([waiting])).toEqual(['scheduled']);
      const schedule = { ...plain(runs.id, 'main', { overlap: 'allow' }), revision: 2 };
      const expected = { revision: 1, cursor: runs.cursor };
      const edit = { ...scheduleEdit(schedule, runs.cursor), expect: expected };
      expect(await store.edit('main', edit)).toBe('ok');
      expect(await runs.states([waiting])).toEqual(['ready']);
      expect((await stage().take('v')).id).toBe(waiting);
    });
  });
}
