/** Behaviour of terms: who may write as the leader, and that a deposed one writes nothing. */

import { describe, expect, it } from 'vitest';
import type { Term } from '../../../src/store/contract/index.js';
import { plain, scheduleEdit } from './schedule-parts.js';
import { LONG, type MakeStore, onStage } from './stage.js';

const KEEP_NOTHING = { completed: { count: 0, age: 0 }, dead: { count: 0, age: 0 }, atLeast: 0 };

export function describeLeader(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  async function allocate(node: string): Promise<Term> {
    const term = await stage().store.allocateTerm(node, `lock-of-${node}`);
    if (!term) throw new Error('no term');
    return term;
  }

  describe('allocateTerm', () => {
    it('grows with every term and is never below the time', async () => {
      const { store, start } = stage();
      expect(await store.office()).toBeNull();
      const terms = [];
      for (const node of ['a', 'b', 'a']) terms.push(await allocate(node));
      expect(terms[0]?.number).toBeGreaterThanOrEqual(start);
      expect(terms[1]?.number).toBeGreaterThan(terms[0]?.number ?? 0);
      expect(terms[2]?.number).toBeGreaterThan(terms[1]?.number ?? 0);
      expect(new Set(terms.map(({ token }) => token)).size).toBe(3);
      expect(terms[1]).toMatchObject({ node: 'b', lockValue: 'lock-of-b', since: expect.any(Number) });
      expect(await store.office()).toMatchObject({ ...terms[2] });
    });

    it('gives different terms to nodes that ask at once', async () => {
      const terms = await Promise.all(['a', 'b', 'c', 'd'].map(allocate));
      expect(new Set(terms.map(({ number }) => number)).size).toBe(4);
    });

    it('is refused when the lock is no longer held with that value', async () => {
      const { store, subject } = stage();
      const lockKey = await subject.lock('mine');
      expect(await store.allocateTerm('a', 'mine', lockKey)).toMatchObject({ node: 'a', lockValue: 'mine' });
      const before = await store.office();
      await subject.lock('theirs');
      expect(await store.allocateTerm('a', 'mine', lockKey)).toBeNull();
      await subject.lock(null);
      expect(await store.allocateTerm('a', 'mine', lockKey)).toBeNull();
      expect(await store.office()).toEqual(before);
    });
  });

  describe('the planning watermark', () => {
    async function watermark() {
      const office = await stage().store.office();
      if (!office) throw new Error('nobody in office');
      return office;
    }

    it('is there from the beginning of a term, moves by its leader only, and says who was deposed', async () => {
      const { store } = stage();
      const a = await allocate('a');
      const first = await watermark();
      expect(first).toMatchObject({ planned: expect.any(String), deposed: 0 });
      await stage().elapse(5);
      expect(await store.markPlanned(a, false)).toBe('ok');
      expect((await watermark()).planned).not.toBe(first.planned);
      const b = await allocate('b');
      const second = await watermark();
      expect(second.planned).not.toBe(first.planned);
      await stage().elapse(5);
      expect(await store.markPlanned(a, true)).toBe('fenced');
      expect(await watermark()).toEqual(second);
      expect(await store.markPlanned(b, true)).toBe('ok');
    });

    it('lets one of many depose, once it has stood for long enough, and only who saw it as it is', async () => {
      const { store } = stage();
      const a = await allocate('a');
      const seen = await watermark();
      expect(await store.depose(seen, 60_000)).toBe(false);
      await stage().elapse(20);
      expect(await store.depose({ ...seen, token: 'another' }, 10)).toBe(false);
      expect(await store.depose({ ...seen, planned: `${seen.number}:1` }, 10)).toBe(false);
      const answers = await Promise.all([1, 2, 3].map(() => store.depose(seen, 10)));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await watermark()).toMatchObject({ token: a.token, deposed: 1 });
      await stage().elapse(20);
      expect(await store.markPlanned(a, false)).toBe('ok');
      expect(await store.depose(seen, 10)).toBe(false);
      expect(await store.depose(await watermark(), 60_000)).toBe(false);
    });

    it('counts leaders deposed in a row, until one has planned for long', async () => {
      const { store } = stage();
      for (const node of ['a', 'b', 'c']) {
        await allocate(node);
        await stage().elapse(5);
        expect(await store.depose(await watermark(), 1)).toBe(true);
      }
      const d = await allocate('d');
      expect((await watermark()).deposed).toBe(3);
      await store.markPlanned(d, false);
      expect((await watermark()).deposed).toBe(3);
      await store.markPlanned(d, true);
      expect((await watermark()).deposed).toBe(0);
    });

    it('of an empty registry deposes nobody', async () => {
      const { store } = stage();
      const nobody = {
        number: 1,
        token: 't',
        node: 'a',
        since: 1,
        lockValue: 'l',
        planned: '1:1',
        deposed: 0,
      };
      expect(await store.depose(nobody, 1)).toBe(false);
    });
  });

  describe('takeOffice', () => {
    it('installs a later term, answers ok to the same one again, and fences an earlier one', async () => {
      const { store, queue } = stage();
      const earlier = await allocate('a');
      const later = await allocate('b');
      expect(await store.takeOffice(queue, earlier)).toBe('ok');
      expect(await store.takeOffice(queue, earlier)).toBe('ok');
      expect(await store.takeOffice(queue, later)).toBe('ok');
      expect(await store.takeOffice(queue, later)).toBe('ok');
      expect(await store.takeOffice(queue, earlier)).toBe('fenced');
    });

    it('fences another term of the same number', async () => {
      const { store, queue } = stage();
      const term = await allocate('a');
      expect(await store.takeOffice(queue, term)).toBe('ok');
      expect(await store.takeOffice(queue, { ...term, token: `${term.token}x` })).toBe('fenced');
    });

    it('is remembered in its order, each term once, with the time since when', async () => {
      const { store, queue } = stage();
      expect(await store.terms(queue)).toEqual([]);
      const [a, b] = [await allocate('a'), await allocate('b')];
      await store.takeOffice(queue, a);
      await stage().elapse(5);
      for (const term of [b, b, a]) await store.takeOffice(queue, term);
      const [first, second, ...more] = await store.terms(queue);
      expect([first?.number, second?.number, more]).toEqual([a.number, b.number, []]);
      expect((second?.since ?? 0) - (first?.since ?? 0)).toBeGreaterThanOrEqual(5);
    });

    it('is per partition: what was not taken over is still the former one’s', async () => {
      const { store, queue } = stage();
      await store.open('other');
      const earlier = await allocate('a');
      await store.takeOffice(queue, earlier);
      await store.takeOffice('other', earlier);
      await store.takeOffice(queue, await allocate('b'));
      expect(await store.plan(queue, earlier, [])).toBe('fenced');
      expect(await store.plan('other', earlier, [])).toEqual([]);
    });
  });

  describe('every leader verb', () => {
    it.each(['nobody in office', 'a later term in office'])('is fenced with %s', async (situation) => {
      const { store, queue, start } = stage();
      const first = plain('daily', queue);
      await store.edit(queue, scheduleEdit(first, start));
      const [id = ''] = await stage().put(['done']);
      await stage().complete('w', [stage().completion(await stage().take('w'), 'w')]);

      const deposed = await allocate('a');
      if (situation.startsWith('a later')) {
        await store.takeOffice(queue, deposed);
        await store.takeOffice(queue, await allocate('b'));
      }
      const nominal = start + LONG;
      const draft = stage().draft(`daily@${nominal}`, { due: nominal });
      const entry = {
        schedule: 'daily',
        revision: 1,
        cursor: start,
        next: nominal + 1000,
        occurrences: [{ nominal, draft }],
      };
      const edit = { ...scheduleEdit(first, start + 5), expect: { revision: 1, cursor: start } };
      const changed = { ...edit, schedule: { ...first, revision: 2 } };

      expect(await store.plan(queue, deposed, [entry])).toBe('fenced');
      expect(await store.edit(queue, changed, deposed)).toBe('fenced');
      expect(await store.find(draft.id)).toBeNull();
      expect(await store.schedule('daily')).toMatchObject({ schedule: { revision: 1 }, cursor: start });
      expect((await stage().find(id)).state).toBe('completed');

      // The very same calls are accepted from who is in office.
      const term = await stage().rule('c');
      expect(await store.plan(queue, term, [entry])).toEqual(['planned']);
      const next = { ...changed, expect: { revision: 1, cursor: entry.next } };
      expect(await store.edit(queue, next, term)).toBe('ok');
      expect(await store.prune(queue, KEEP_NOTHING)).toMatchObject({ pruned: 1 });
    });

    it('opens no partition: a deposed leader must not take office in an empty one', async () => {
      const { store, queue } = stage();
      const term = await stage().rule();
      for (const verb of [() => store.takeOffice('never', term), () => store.plan('never', term, [])]) {
        const word = await verb().catch(() => 'refused');
        expect(['refused', 'fenced']).toContain(word);
      }
      expect(await store.queues()).toEqual([queue]);
    });

    it('leaves an edit without a term, an API call’s, unfenced', async () => {
      const { store, queue, start } = stage();
      await stage().rule();
      expect(await store.edit(queue, scheduleEdit(plain('daily', queue), start))).toBe('ok');
    });
  });
}
