/** What waits for its pace, and what runs are told of their schedules. */

import { beforeEach, describe, expect, it } from 'vitest';
import { ledgerText, plain, scheduleEdit } from './schedule-parts.js';
import { type MakeStore, onStage } from './stage.js';

const NOW = 1_000;

export function describeBacklogs(makeStore: MakeStore): void {
  describe('what waits for its pace', () => {
    const stage = onStage(makeStore);

    /** Schedules whose backlog may go on at these times; null: there is none. */
    async function waiting(times: Record<string, number | null>): Promise<void> {
      const { store } = stage();
      const term = await stage().rule();
      for (const [id, undecided] of Object.entries(times)) {
        await store.edit('main', scheduleEdit(plain(id, 'main'), null));
        const ledger = ledgerText(0, `"${id}"`, { undecided });
        const entry = { schedule: id, revision: 1, cursor: null, next: null, occurrences: [], ledger };
        expect(await store.plan('main', term, [entry])).toEqual(['planned']);
      }
    }

    const asked = async (until: number, limit: number) => {
      const { rows, next } = await stage().store.undecided('main', until, limit);
      return [...rows.map(({ schedule }) => schedule.definition.id), next];
    };

    it('comes in the order in which it may go on, and says when the next does', async () => {
      await waiting({ a: NOW + 500, b: NOW - 5, c: null, d: NOW + 1, e: NOW });
      expect(await asked(NOW, 9)).toEqual(['b', 'e', NOW + 1]);
      expect(await asked(NOW, 1)).toEqual(['b', NOW]);
      expect(await asked(NOW, 0)).toEqual([NOW - 5]);
      expect(await asked(NOW + 500, 9)).toEqual(['b', 'e', 'd', 'a', null]);
    });

    it('goes on later when its ledger says so, and is forgotten with its schedule', async () => {
      await waiting({ a: NOW, b: NOW });
      const { store } = stage();
      const term = await stage().rule('node-b');
      const ledger = ledgerText(1, '"a"', { undecided: NOW + 9 });
      const entry = { schedule: 'a', revision: 1, cursor: null, next: null, occurrences: [], ledger };
      expect(await store.plan('main', term, [entry])).toEqual(['planned']);
      expect(await asked(NOW, 9)).toEqual(['b', NOW + 9]);
      const gone = { id: 'b', expect: { revision: 1, cursor: null }, schedule: null, cursor: null };
      expect(await store.edit('main', { ...gone, withdraw: null })).toBe('ok');
      expect(await asked(NOW, 9)).toEqual([NOW + 9]);
    });
  });

  describe('what runs are told of their schedules', () => {
    const stage = onStage(makeStore);
    beforeEach(async () => {
      await stage().store.edit('main', scheduleEdit(plain('daily', 'main'), 5_000));
    });

    it('is the schedule as it stands, with its ledger and what stands beside it', async () => {
      const { store } = stage();
      const term = await stage().rule();
      const entry = { schedule: 'daily', revision: 1, cursor: 5_000, next: 7_000, occurrences: [] };
      await store.plan('main', term, [{ ...entry, ledger: ledgerText(0, '"text"') }]);
      const [facts] = await store.scheduleFacts('main', ['daily']);
      const row = await store.schedule('daily');
      expect(facts?.row?.schedule).toEqual(row?.schedule);
      expect(facts?.row).toMatchObject({ cursor: 7_000, runs: 0, ledger: { version: 1, text: '"text"' } });
    });

    it('names what was taken back and stands in no ledger yet', async () => {
      const { store } = stage();
      const nominal = stage().start + 3_600_000;
      await store.enqueue('main', [stage().draft(`daily@${nominal}`, { due: nominal })]);
      expect(await store.cancel('main', `daily@${nominal}`)).toBe('cancelled');
      const [facts] = await store.scheduleFacts('main', ['daily']);
      expect(facts?.row?.singles).toEqual([[nominal, 'cancelled']]);
    });

    it('is nothing for one that is not here, in the order asked', async () => {
      const facts = await stage().store.scheduleFacts('main', ['other', 'daily', 'none']);
      expect(facts.map(({ row }) => row?.schedule.definition.id)).toEqual([undefined, 'daily', undefined]);
      expect(facts.map(({ lastSuccess }) => lastSuccess)).toEqual([null, null, null]);
    });
  });
}
