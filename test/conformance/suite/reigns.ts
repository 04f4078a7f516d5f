/** Behaviour of what is written down of leaders: each term, why it ended, what of it was refused, and a wish that it ends. */

import { describe, expect, it } from 'vitest';
import type { Signal, Term } from '../../../src/store/contract/index.js';
import { type MakeStore, onStage } from './stage.js';

export function describeReigns(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  async function allocate(node: string): Promise<Term> {
    const term = await stage().store.allocateTerm(node, `lock-of-${node}`);
    if (!term) throw new Error('no term');
    return term;
  }

  describe('terms that were', () => {
    it('are told in their order with why each ended, the one in office without an end', async () => {
      const { store } = stage();
      expect(await store.reigns()).toEqual([]);
      const a = await allocate('a~1');
      expect(await store.reigns()).toEqual([{ number: a.number, node: 'a~1', since: a.since }]);
      await stage().elapse(5);
      const why = { end: 'steppedDown', by: 'Ada', reason: 'a "new" rack\nin Köln' } as const;
      await store.leaveOffice(a, why);
      // Told again, or by who is not in office any more, it stays as it was.
      await store.leaveOffice(a, { end: 'stopped' });
      const b = await allocate('b~1');
      await store.leaveOffice(a, { end: 'lockLost' });
      await store.leaveOffice(b, { end: 'stopped' });
      await allocate('c~1');
      const [first, second, third] = await store.reigns();
      expect(first).toMatchObject({ node: 'a~1', ...why, until: expect.any(Number) });
      expect(first?.until).toBeGreaterThanOrEqual(a.since + 5);
      expect(second).toMatchObject({ number: b.number, node: 'b~1', end: 'stopped' });
      expect(third?.end).toBeUndefined();
    });

    it('of one that nobody told of, its successor tells when it was heard of last', async () => {
      const { store } = stage();
      const a = await allocate('a');
      await stage().elapse(20);
      await store.markPlanned(a, false);
      await stage().elapse(20);
      const b = await allocate('b');
      const [first] = await store.reigns();
      expect(first).toMatchObject({ number: a.number, end: 'gone' });
      expect(first?.until).toBeGreaterThanOrEqual(a.since + 20);
      expect(first?.until).toBeLessThan(b.since);
    });

    it('of one that was deposed the standby tells', async () => {
      const { store } = stage();
      await allocate('a');
      await stage().elapse(20);
      const office = await store.office();
      if (!office) throw new Error('nobody in office');
      expect(await store.depose(office, 10)).toBe(true);
      await allocate('b');
      expect((await store.reigns()).map(({ end }) => end)).toEqual(['deposed', undefined]);
    });
  });

  it('the leader of a term is asked to step down through the channel of all', async () => {
    const { store } = stage();
    const heard: Signal[] = [];
    const off = await store.subscribe((signal) => heard.push(signal));
    const term = await allocate('a');
    await store.askStepDown({ token: term.token, by: 'Ada Lovelace', reason: 'a b' });
    await store.askStepDown({ token: term.token, by: 'api' });
    const asked = await stage().until(() => {
      const found = heard.filter(({ kind }) => kind === 'stepDown');
      return Promise.resolve(found.length === 2 && found);
    });
    expect(asked).toEqual([
      { kind: 'stepDown', token: term.token, by: 'Ada Lovelace', reason: 'a b' },
      { kind: 'stepDown', token: term.token, by: 'api' },
    ]);
    off();
  });
}
