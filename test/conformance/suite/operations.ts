/** Behaviour of operations: records by compare-and-set; and of what they and pauses ask of a partition. */

import { describe, expect, it } from 'vitest';
import type { OperationChange, OperationRecord, TriggeredRun } from '../../../src/store/contract/index.js';
import { dailyOn, entry, ledgerText } from './schedule-parts.js';
import { type MakeStore, onStage } from './stage.js';

function record(version: number, over: Partial<OperationRecord> = {}): OperationRecord {
  return {
    ...{ id: 'one', version, kind: 'backfill', filter: { schedule: 's' }, matched: 3, done: 0, failed: 0 },
    ...{ state: 'running', createdAt: 7, by: 'ann', progress: { position: 1, nextAt: 2 } },
    ...over,
  };
}

function change(version: number, over: Partial<OperationRecord> = {}): OperationChange {
  const next = record(version, over);
  return { id: next.id, expect: version === 1 ? null : version - 1, record: next };
}

export function describeOperations(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const { daily, at, idAt, create, edit, revised } = dailyOn(stage);

  describe('operations', () => {
    it('are changed by compare-and-set, and the same change twice is one', async () => {
      const { store } = stage();
      expect(await store.operation('one')).toBeNull();
      expect(await store.changeOperation(change(2))).toBe('stale');
      expect(await store.changeOperation(change(1))).toBe('ok');
      expect(await store.changeOperation(change(1))).toBe('ok');
      expect(await store.changeOperation(change(1, { done: 1 }))).toBe('stale');
      expect(await store.changeOperation(change(2, { done: 2 }))).toBe('ok');
      expect(await store.changeOperation(change(1))).toBe('stale');
      expect(await store.operation('one')).toEqual(record(2, { done: 2 }));
    });

    it('are listed the latest first, and removed', async () => {
      const { store } = stage();
      for (const [id, createdAt] of Object.entries({ a: 3, b: 9, c: 5 })) {
        await store.changeOperation(change(1, { id, createdAt }));
      }
      expect((await store.operations()).map(({ id }) => id)).toEqual(['b', 'c', 'a']);
      const gone = { id: 'c', expect: 1, record: null };
      expect(await store.changeOperation({ ...gone, expect: 2 })).toBe('stale');
      expect(await store.changeOperation(gone)).toBe('ok');
      expect(await store.changeOperation(gone)).toBe('ok');
      expect((await store.operations()).map(({ id }) => id)).toEqual(['b', 'a']);
    });

    it('take a leader only while it is in office', async () => {
      const { store, subject } = stage();
      const lock = await subject.lock('mine');
      const first = await store.allocateTerm('a', 'mine', lock);
      if (!first) throw new Error('a term expected');
      await store.changeOperation(change(1));
      expect(await store.changeOperation(change(2), first)).toBe('ok');
      const second = await store.allocateTerm('b', 'mine', lock);
      if (!second) throw new Error('a term expected');
      expect(await store.changeOperation(change(3), first)).toBe('fenced');
      expect(await store.changeOperation(change(3), second)).toBe('ok');
    });

    it('are told of, unless it is the progress of a leader', async () => {
      const { store } = stage();
      const heard: string[] = [];
      const unsubscribe = await store.subscribe(({ kind }) => heard.push(kind));
      const term = await stage().rule();
      await store.changeOperation(change(1));
      await store.changeOperation(change(2), term);
      await store.changeOperation(change(3));
      await stage().until(async () => heard.length > 1);
      expect(heard).toEqual(['operations', 'operations']);
      await unsubscribe();
    });

    it('make runs beside the cursor, by compare-and-set with the ledger, counted unless they are no instants of their own', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await create();
      const runs = (n: number, suffix: string) => [
        { nominal: at(n), draft: stage().draft(`${idAt(n)}+${suffix}`) },
      ];
      const beside = { cursor: at(0), next: at(0) };
      const filled = { ...beside, occurrences: runs(-5, 'a'), ledger: ledgerText(0, 'filled') };
      expect(await store.plan('main', term, [entry(stage(), 'daily', 0, 0, filled)])).toEqual(['planned']);
      expect(await store.plan('main', term, [entry(stage(), 'daily', 0, 0, filled)])).toEqual(['stale']);
      const again = { ...beside, occurrences: runs(-5, 'b'), uncounted: true as const };
      expect(await store.plan('main', term, [entry(stage(), 'daily', 0, 0, again)])).toEqual(['planned']);
      expect(await store.plan('main', term, [entry(stage(), 'daily', 0, 0, again)])).toEqual(['planned']);
      expect(await store.schedule('daily')).toMatchObject({
        ...{ cursor: at(0), runs: 1, ledger: { version: 1, text: 'filled' } },
      });
      expect((await store.promote('main', 10)).moved).toBe(2);
      expect(await stage().states([`${idAt(-5)}+a`, `${idAt(-5)}+b`])).toEqual(['ready', 'ready']);
    });
  });

  describe('a run by hand', () => {
    const run = (over: Partial<TriggeredRun> = {}): TriggeredRun => ({
      ...{ schedule: 'daily', revision: 1, alone: false },
      draft: stage().draft(`${idAt(0)}!dx`),
      ...over,
    });

    it('is made once, due now, and leaves cursor and count as they are', async () => {
      const { store } = stage();
      await create();
      expect(await store.trigger('main', run())).toBe('ok');
      expect(await store.trigger('main', run())).toBe('ok');
      expect(await store.trigger('main', run({ revision: 9 }))).toBe('ok');
      await store.promote('main', 10);
      expect(await stage().states([`${idAt(0)}!dx`])).toEqual(['ready']);
      expect((await stage().take('w')).id).toBe(`${idAt(0)}!dx`);
      expect(await store.schedule('daily')).toMatchObject({ cursor: at(0), runs: 0 });
    });

    it('is refused where it was to run alone while a run is in progress, however often it is sent', async () => {
      const { store } = stage();
      await create();
      const alone = (name: string) => run({ draft: stage().draft(`${idAt(0)}!d${name}`), alone: true });
      expect(await store.trigger('main', alone('a'))).toBe('ok');
      const first = `${idAt(0)}!da`;
      expect(await store.trigger('main', alone('b'))).toEqual({ behind: first });
      const task = await stage().take('w');
      expect(await store.trigger('main', alone('b'))).toEqual({ behind: first });
      expect(await store.trigger('main', alone('a'))).toBe('ok');
      await stage().complete('w', [stage().completion(task, 'w')]);
      expect(await store.trigger('main', alone('b'))).toBe('ok');
      expect(await stage().states([first, `${idAt(0)}!db`])).toEqual(['completed', 'ready']);
    });

    it('of many that are sent at once only one runs alone', async () => {
      const { store } = stage();
      await create();
      const many = Array.from({ length: 20 }, (_, i) =>
        store.trigger('main', run({ draft: stage().draft(`${idAt(0)}!d${i}`), alone: true })),
      );
      expect((await Promise.all(many)).filter((word) => word === 'ok')).toHaveLength(1);
    });

    it('is stale where the schedule is not as it was read, or is gone', async () => {
      const { store } = stage();
      await create();
      expect(await store.trigger('main', run({ revision: 2 }))).toBe('stale');
      expect(await store.trigger('main', run({ schedule: 'nobody' }))).toBe('stale');
      expect(await store.find(`${idAt(0)}!dx`)).toBeNull();
    });
  });

  describe('pauses with an end', () => {
    it('are listed the earliest first, as the schedules stand now', async () => {
      const { store } = stage();
      const paused = (until?: number) => ({ at: 1, ...(until === undefined ? {} : { until }) });
      await create();
      expect(await store.resuming('main', 10)).toEqual([]);
      const to = (revision: number, cursor: number | null, until?: number) =>
        store.edit('main', {
          ...edit(revision, cursor),
          schedule: revised(revision + 1, { paused: paused(until) }),
          cursor: null,
        });
      await to(1, at(0), 50);
      const other = { ...daily(), definition: { ...daily().definition, id: 'other' }, paused: paused(40) };
      await store.edit('main', { id: 'other', expect: null, schedule: other, cursor: null, withdraw: null });
      expect(await store.resuming('main', 10)).toEqual([
        { id: 'other', at: 40 },
        { id: 'daily', at: 50 },
      ]);
      expect(await store.resuming('main', 1)).toEqual([{ id: 'other', at: 40 }]);
      await to(2, null);
      expect(await store.resuming('main', 10)).toEqual([{ id: 'other', at: 40 }]);
      await store.edit('main', {
        ...{ id: 'other', expect: { revision: 1, cursor: null }, schedule: null, cursor: null },
        withdraw: null,
      });
      expect(await store.resuming('main', 10)).toEqual([]);
    });
  });
}
