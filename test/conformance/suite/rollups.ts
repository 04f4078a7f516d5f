/** Behaviour of rollups, which add what they are sent once, and of tallies, which count what ends elsewhere once. */

import { describe, expect, it } from 'vitest';
import { COMPLETED, PLACES } from '../../../src/domain/stats/counts.js';
import type { Subject } from '../../../src/domain/stats/tiers.js';
import type { Tally } from '../../../src/store/contract/index.js';
import { LONG, type MakeStore, onStage } from './stage.js';

const MINUTE = 60_000;
const repeatFor = MINUTE;
const MAIL: Subject = { kind: 'queue', name: 'mail' };

export function describeRollups(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  /** The minute of the beginning, and the start of its hour and its day, ms. */
  const minute = (): number => Math.floor(stage().start / MINUTE);
  const all = async (subject: Subject, tier: 'minutes' | 'hours' | 'days') => {
    const { cells } = await stage().store.rollups(subject, tier, 0, stage().start + LONG);
    return cells;
  };
  let number = 0;
  const add = (at: number, counts: readonly number[], subject = MAIL) => {
    number += 1;
    return stage().store.rollUp({ source: 'p', number, repeatFor, cells: [{ subject, minute: at, counts }] });
  };

  describe('counts', () => {
    it('are added up by minute, hour and day, whatever their places and their size', async () => {
      number = 0;
      const now = minute();
      const [one, other] = [
        [COMPLETED, 3, 8, 1, 9, 300, 40, 31],
        [0, 1, 7, 30, 9, 90_000, PLACES - 1, 7_000_000_000],
      ];
      await add(now, one);
      await add(now, other);
      const sum = [0, 4, 7, 30, 8, 1, 9, 90_300, 40, 31, PLACES - 1, 7_000_000_000];
      expect(await all(MAIL, 'minutes')).toEqual([{ at: now * MINUTE, counts: sum }]);
      const hour = Math.floor(now / 60) * 60;
      expect(await all(MAIL, 'hours')).toEqual([{ at: hour * MINUTE, counts: sum }]);
      const day = Math.floor(now / 1_440) * 1_440;
      expect(await all(MAIL, 'days')).toEqual([{ at: day * MINUTE, counts: sum }]);
    });

    it('of several subjects stay apart, also where they have one name', async () => {
      number = 0;
      const subjects = [MAIL, { kind: 'handler', name: 'mail' }, { kind: 'queue', name: '' }] as const;
      for (const [i, subject] of subjects.entries()) await add(minute(), [0, i + 1], subject);
      for (const [i, subject] of subjects.entries()) {
        expect(await all(subject, 'minutes')).toMatchObject([{ counts: [0, i + 1] }]);
      }
      expect(await all({ kind: 'schedule', name: 'mail' }, 'minutes')).toEqual([]);
    });

    it('may come late and in any order; each minute has its own, and nothing outside is answered', async () => {
      number = 0;
      const now = minute();
      const order = [-3, 0, -1, -61, -3, -2, -62, 0, -1_441];
      for (const back of order) await add(now + back, [0, 1, 8 - (back % 7), 1]);
      const found = await all(MAIL, 'minutes');
      const begun = found.map(({ at }) => at / MINUTE - now);
      // The last lies further back than minutes are kept.
      expect(begun).toEqual([-62, -61, -3, -2, -1, 0]);
      expect(found.map(({ counts }) => counts[1])).toEqual([1, 1, 2, 1, 1, 2]);
      const days = await all(MAIL, 'days');
      expect(days.reduce((sum, { counts }) => sum + (counts[1] ?? 0), 0)).toBe(order.length);
      const some = await stage().store.rollups(MAIL, 'minutes', (now - 3) * MINUTE, (now - 1) * MINUTE);
      expect(some.cells.map(({ at }) => at / MINUTE - now)).toEqual([-3, -2]);
    });

    it('that are sent again add nothing more, those of another source do', async () => {
      const cells = [{ subject: MAIL, minute: minute(), counts: [0, 1] }];
      const call = { source: 'p', number: 1, repeatFor, cells };
      const { store } = stage();
      expect(await store.rollUp(call)).toEqual({ added: true, gaveUp: [] });
      expect(await store.rollUp(call)).toEqual({ added: false, gaveUp: [] });
      await store.rollUp({ ...call, number: 2 });
      expect(await store.rollUp(call)).toMatchObject({ added: false });
      await store.rollUp({ ...call, source: 'q' });
      expect(await all(MAIL, 'minutes')).toMatchObject([{ counts: [0, 3] }]);
    });
  });

  describe('tallies', () => {
    const take = (taken: string | null = null) => stage().store.takeTallies('main', taken);
    const sorted = (tallies: readonly Tally[]) => tallies.map((one) => JSON.stringify(one)).sort();

    it('count what is cancelled where it waits and what the reaper ends, and nothing that its worker ended', async () => {
      const { store, start } = stage();
      let told = 0;
      const stop = store.onTallies((queue) => {
        if (queue === 'main') told += 1;
      });
      await stage().put(['done', 'failed', 'lost', 'dead', 'stopped']);
      const { tasks } = await stage().claim('w');
      const [done, failed, lost, dead, stopped] = tasks;
      if (!done || !failed || !lost || !dead || !stopped) throw new Error('five expected');
      await stage().complete('w', [stage().completion(done, 'w')]);
      await store.settle('main', 'w', [stage().settlement(failed, 'w', { to: 'dead' })]);
      expect(told).toBe(0);
      await store.cancel('main', stopped.id);
      expect(await take()).toEqual({ batch: null, tallies: [] });
      await store.beat('main', 'w', 1);
      await stage().elapse(5);
      await store.reap('main', 10);
      const ends = [
        stage().settlement(lost, 'w', { to: 'head' }),
        stage().settlement(dead, 'w', { to: 'dead' }),
        stage().settlement(stopped, 'w', { to: 'head' }),
      ];
      await stage().resending().store.settle('main', 'w', ends, true);
      const [waits = ''] = await stage().put(['waits'], { due: start + LONG });
      await store.cancel('main', waits);
      await store.cancel('main', waits);
      expect(told).toBeGreaterThan(0);
      stop();
      const of = { handler: 'work', schedule: null };
      expect(sorted((await take()).tallies)).toEqual(
        sorted([
          { what: 'cancelled', ...of, count: 2 },
          { what: 'dead', ...of, count: 1 },
          { what: 'lost', ...of, count: 3 },
        ]),
      );
    });

    it('are handed out as one batch until it is named as taken', async () => {
      const { store, start } = stage();
      const cancel = async (name: string) => {
        const [id = ''] = await stage().put([name], { due: start + LONG });
        await store.cancel('main', id);
      };
      await cancel('a');
      const first = await take();
      expect(first).toMatchObject({ batch: expect.any(String), tallies: [{ what: 'cancelled', count: 1 }] });
      await cancel('b');
      await cancel('c');
      expect(await take('another')).toEqual(first);
      const second = await take(first.batch);
      expect(second).toMatchObject({ tallies: [{ what: 'cancelled', count: 2 }] });
      expect(second.batch).not.toBe(first.batch);
      expect(await take(second.batch)).toEqual({ batch: null, tallies: [] });
      expect(await take(second.batch)).toEqual({ batch: null, tallies: [] });
    });

    it('a task that was asked to stop is cancelled whatever its worker says, and that one is told', async () => {
      const { store } = stage();
      await stage().put(['a', 'b', 'c']);
      const { tasks } = await stage().claim('w');
      const [a, b, c] = tasks;
      if (!a || !b || !c) throw new Error('three expected');
      await store.cancel('main', a.id);
      await store.cancel('main', b.id);
      const completions = [a, c].map((task) => stage().completion(task, 'w'));
      expect(await stage().complete('w', completions)).toEqual(['stopped', 'ok']);
      expect(await store.settle('main', 'w', [stage().settlement(b, 'w', { to: 'dead' })])).toEqual([
        'stopped',
      ]);
      expect(await take()).toEqual({ batch: null, tallies: [] });
      expect(await stage().states([a.id, b.id, c.id])).toEqual(['cancelled', 'cancelled', 'completed']);
    });
  });
}
