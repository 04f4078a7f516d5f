/** Behaviour of the audit: written once for each request, read the latest first, bounded, what is done often apart. */

import { describe, expect, it } from 'vitest';
import { type AuditEntry, type AuditRecord, OFTEN_KEPT } from '../../../src/store/contract/index.js';
import { type MakeStore, onStage } from './stage.js';

const record = (n: number, over: Partial<AuditRecord> = {}): AuditRecord => ({
  ...{ at: 1_000 + n, by: 'ada', action: 'queue.pause', subject: `q${n}`, requestId: `r${n}` },
  ...over,
});
const written = ({ place: _, ...entry }: AuditEntry): AuditRecord => entry;

export function describeAudit(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  describe('the audit', () => {
    it('keeps what it is told, the latest first, page by page', async () => {
      const { store } = stage();
      expect(await store.audited(10)).toEqual([]);
      const all = Array.from({ length: 7 }, (_, n) =>
        record(n, n % 3 === 0 ? { often: true } : { before: { paused: false }, after: { paused: true } }),
      );
      await store.audit(all.slice(0, 4));
      for (const one of all.slice(4)) await store.audit([one]);
      const seen: AuditEntry[] = [];
      for (;;) {
        const page = await store.audited(2, seen.at(-1)?.place);
        if (page.length === 0) break;
        seen.push(...page);
      }
      expect(seen.map(written)).toHaveLength(7);
      expect(new Set(seen.map(({ subject }) => subject)).size).toBe(7);
      // What one call brings stands beside what is done often, each in its order.
      for (const often of [true, undefined]) {
        const told = all.filter((one) => one.often === often).toReversed();
        expect(seen.filter((one) => one.often === often).map(written)).toEqual(told);
      }
    });

    it('writes an entry once, however often it is sent', async () => {
      const { store } = stage();
      await store.audit([record(1), record(1)]);
      await store.audit([record(1), record(2), record(3, { often: true })]);
      await store.audit([record(3, { often: true })]);
      expect((await store.audited(10)).map(({ requestId }) => requestId).toSorted()).toEqual([
        'r1',
        'r2',
        'r3',
      ]);
    });

    it('is bounded, and what is done often drives out nothing else', async () => {
      const { store } = stage();
      await store.audit([record(0)]);
      for (let n = 1; n <= OFTEN_KEPT + 500; n += 100)
        await store.audit(Array.from({ length: 100 }, (_, i) => record(n + i, { often: true })));
      const all = await store.audited(10_000);
      expect(all.at(-1)).toMatchObject({ requestId: 'r0' });
      expect(all.length).toBeGreaterThan(OFTEN_KEPT);
      expect(all.length).toBeLessThan(OFTEN_KEPT + 200);
    });
  });
}
