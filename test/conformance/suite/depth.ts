/** Behaviour of a queue in which only so many tasks may wait: who is refused, and what becomes of runs. */

import { describe, expect, it } from 'vitest';
import type { TriggeredRun } from '../../../src/store/contract/index.js';
import { dailyOn, entry, ledgerText } from './schedule-parts.js';
import { LONG, type MakeStore, onStage } from './stage.js';

export function describeDepth(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const { at, idAt, create } = dailyOn(stage);
  const bound = (maxDepth: number | null) => stage().store.setQueue('main', { settings: { maxDepth } });
  /** Names of those that were refused. */
  const put = async (names: readonly string[], over = {}): Promise<string[]> => {
    const drafts = names.map((name) => stage().draft(stage().id(name), over));
    const { created, full } = await stage().store.enqueue('main', drafts);
    const refused = names.filter((name) => full?.has(stage().id(name)));
    expect(created).toBe(names.length - refused.length);
    return refused;
  };

  describe('a bound of what waits', () => {
    it('refuses those of a call for which there is no room, and makes the others', async () => {
      await bound(3);
      expect(await put(['a', 'b'])).toEqual([]);
      expect(await put(['c', 'd', 'e'])).toEqual(['d', 'e']);
      expect(await put(['f'], { due: stage().start + LONG })).toEqual(['f']);
      expect(await stage().store.queueFacts('main')).toMatchObject({ ready: 3, settings: { maxDepth: 3 } });
    });

    it('counts what waits for time, for a retry and for a worker, and neither what runs nor what has ended', async () => {
      const { store, start } = stage();
      await bound(2);
      await put(['a', 'b']);
      const [a, b] = (await stage().claim('w')).tasks;
      if (!a || !b) throw new Error('two expected');
      expect(await put(['c'], { due: start + LONG })).toEqual([]);
      expect(await put(['d', 'e'])).toEqual(['e']);
      await stage().complete('w', [stage().completion(a, 'w')]);
      expect(await put(['e'])).toEqual(['e']);
      await store.cancel('main', stage().id('d'));
      await store.settle('main', 'w', [stage().settlement(b, 'w', { to: 'retry', due: start + LONG })]);
      expect(await put(['e'])).toEqual(['e']);
      await store.cancel('main', stage().id('c'));
      expect(await put(['e'])).toEqual([]);
    });

    it('answers a call that is sent again as the first time, and takes what is there already for no new one', async () => {
      const { store } = stage();
      await bound(1);
      expect(await put(['a'])).toEqual([]);
      const again = await store.enqueue('main', [stage().draft(stage().id('a'))]);
      expect(again).toMatchObject({ created: 0 });
      expect(again.full).toBeUndefined();
    });

    it('says who has the unique key rather than that it is full', async () => {
      await bound(1);
      const options = { uniqueKey: 'k' };
      await put(['a'], { options });
      const { taken, full } = await stage().store.enqueue('main', [
        stage().draft(stage().id('b'), { options }),
        stage().draft(stage().id('c'), { options: { uniqueKey: 'other' } }),
      ]);
      expect([...(taken ?? [])]).toEqual([[stage().id('b'), stage().id('a')]]);
      expect([...(full ?? [])]).toEqual([stage().id('c')]);
      // It has taken no key.
      await bound(null);
      expect(await put(['d'], { options: { uniqueKey: 'other' } })).toEqual([]);
    });

    it('may lie below what waits already, which stays, and is gone with its setting', async () => {
      await put(['a', 'b', 'c']);
      await bound(1);
      expect(await put(['d'])).toEqual(['d']);
      await bound(null);
      expect(await put(['d'])).toEqual([]);
    });

    it('holds for many callers at once', async () => {
      await bound(10);
      const callers = Array.from({ length: 25 }, (_, i) => put([`a${i}`, `b${i}`]));
      expect((await Promise.all(callers)).flat()).toHaveLength(40);
    });
  });

  describe('a run for which there is no room', () => {
    it('is not made, not counted, and a single exception says so; the cursor moves on', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      await bound(2);
      const runs = [0, 1, 2].map((n) => ({ nominal: at(n), draft: stage().draft(idAt(n), { due: at(n) }) }));
      const plan = entry(stage(), 'daily', 0, 2, { occurrences: runs });
      expect(await store.plan('main', term, [plan])).toEqual(['planned']);
      expect(await stage().states([idAt(0), idAt(1), idAt(2)])).toEqual(['scheduled', 'scheduled', null]);
      expect(await store.schedule('daily')).toMatchObject({
        cursor: at(3),
        runs: 2,
        singles: [[at(2), 'limit']],
      });
      expect(await store.plan('main', term, [plan])).toEqual(['stale']);
    });

    it('waits where it is one of a backfill', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      await bound(1);
      const occurrences = [-3, -2].map((n) => ({ nominal: at(n), draft: stage().draft(`${idAt(n)}+b`) }));
      const filled = { cursor: at(0), next: at(0), occurrences, ledger: ledgerText(0, 'filled') };
      expect(await store.plan('main', term, [entry(stage(), 'daily', 0, 0, filled)])).toEqual(['full']);
      expect(await store.schedule('daily')).toMatchObject({ cursor: at(0), runs: 0 });
      await bound(2);
      expect(await store.plan('main', term, [entry(stage(), 'daily', 0, 0, filled)])).toEqual(['planned']);
    });

    it('is refused to who asks for it by hand', async () => {
      const { store } = stage();
      await create();
      const run = (name: string): TriggeredRun => ({
        ...{ schedule: 'daily', revision: 1, alone: false },
        draft: stage().draft(`${idAt(0)}!d${name}`),
      });
      await bound(1);
      expect(await store.trigger('main', run('a'))).toBe('ok');
      expect(await store.trigger('main', run('b'))).toBe('full');
      expect(await store.trigger('main', run('a'))).toBe('ok');
      expect(await store.find(`${idAt(0)}!db`)).toBeNull();
    });
  });
}
