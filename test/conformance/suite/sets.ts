/** Behaviour of the records of file sets: changes by compare-and-set, and what is kept beside a record. */

import { describe, expect, it } from 'vitest';
import type { SetChange, SetRecord, StoredProposal } from '../../../src/store/contract/index.js';
import { type MakeStore, onStage } from './stage.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = (found: readonly (Uint8Array | null)[]): (string | null)[] =>
  found.map((one) => one && new TextDecoder().decode(one));

function proposal(number: number, slices: string[] = []): StoredProposal {
  return { number, digest: `d${number}`, schedules: 1, node: 'n', process: 'n~1', at: 7, slices };
}

function record(version: number, over: Partial<SetRecord> = {}): SetRecord {
  const { slices: _, ...live } = proposal(version);
  return {
    set: 'files',
    version,
    number: version,
    live,
    carriers: [],
    held: null,
    carriedOut: null,
    ...over,
  };
}

function change(version: number, over: Partial<SetChange> = {}): SetChange {
  return { set: 'files', expect: version === 1 ? null : version - 1, record: record(version), ...over };
}

export function describeSets(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  describe('file sets', () => {
    it('are changed by compare-and-set', async () => {
      const { store } = stage();
      expect(await store.setRecord('files')).toBeNull();
      expect(await store.changeSet(change(2))).toBe('stale');
      expect(await store.changeSet(change(1))).toBe('ok');
      expect(await store.changeSet(change(1, { record: record(1, { number: 9 }) }))).toBe('stale');
      expect(await store.changeSet(change(2))).toBe('ok');
      const other = { ...record(1), set: 'billing' };
      expect(await store.changeSet({ set: 'billing', expect: null, record: other })).toBe('ok');
      expect(await store.setRecord('files')).toEqual(record(2));
      expect(await store.setRecords()).toEqual([other, record(2)]);
    });

    it('take the same change twice as one, with or without a nonce', async () => {
      const { store } = stage();
      expect(await store.changeSet(change(1))).toBe('ok');
      expect(await store.changeSet(change(1))).toBe('ok');
      const named = change(2, { nonce: 'mine', answer: 'accepted' });
      expect(await store.changeSet(named)).toBe('ok');
      expect(await store.changeSet(change(3))).toBe('ok');
      // It was made before the third: it is neither refused nor made again.
      expect(await store.changeSet(named)).toEqual({ already: 'accepted' });
      expect(await store.changeSet({ ...change(4), nonce: 'mine' })).toEqual({ already: 'accepted' });
      expect((await store.setRecord('files'))?.version).toBe(3);
    });

    it('keep proposals, and the slices that were brought for them', async () => {
      const { store } = stage();
      await store.bringSlices(
        'a',
        new Map([
          ['x', bytes('one')],
          ['y', bytes('two')],
        ]),
      );
      expect(await store.slices('files', ['x'])).toEqual([null]);
      const first = change(1, { nonce: 'a', proposal: proposal(1, ['x', 'y']) });
      expect(await store.changeSet(first)).toBe('ok');
      expect(texts(await store.slices('files', ['y', 'none', 'x']))).toEqual(['two', null, 'one']);
      await store.bringSlices('b', new Map([['z', bytes('three')]]));
      const second = change(2, { nonce: 'b', proposal: proposal(2, ['x', 'z']) });
      expect(await store.changeSet(second)).toBe('ok');
      expect(await store.proposals('files')).toEqual([proposal(2, ['x', 'z']), proposal(1, ['x', 'y'])]);
      expect(await store.changeSet(change(3, { forget: [1], drop: ['y'] }))).toBe('ok');
      expect(await store.proposals('files')).toEqual([proposal(2, ['x', 'z'])]);
      expect(texts(await store.slices('files', ['x', 'y', 'z']))).toEqual(['one', null, 'three']);
    });

    it('refuse a proposal whose slices are neither kept nor brought, and change nothing', async () => {
      const { store } = stage();
      await store.bringSlices('a', new Map([['x', bytes('one')]]));
      const incomplete = change(1, { nonce: 'a', proposal: proposal(1, ['x', 'y']) });
      expect(await store.changeSet(incomplete)).toBe('missing');
      expect(await store.setRecord('files')).toBeNull();
      expect(await store.slices('files', ['x'])).toEqual([null]);
      await store.bringSlices('a', new Map([['y', bytes('two')]]));
      expect(await store.changeSet(incomplete)).toBe('ok');
    });

    it('go with everything that is kept of them', async () => {
      const { store } = stage();
      await store.bringSlices('a', new Map([['x', bytes('one')]]));
      await store.changeSet(change(1, { nonce: 'a', proposal: proposal(1, ['x']) }));
      const removal = { set: 'files', expect: 1, record: null };
      expect(await store.changeSet(removal)).toBe('ok');
      expect(await store.changeSet(removal)).toBe('ok');
      expect(await store.setRecords()).toEqual([]);
      expect(await store.proposals('files')).toEqual([]);
      expect(await store.slices('files', ['x'])).toEqual([null]);
    });

    it('take a leader only while it is in office', async () => {
      const { store, subject } = stage();
      const lock = await subject.lock('mine');
      const first = await store.allocateTerm('a', 'mine', lock);
      if (!first) throw new Error('a term expected');
      expect(await store.changeSet(change(1), first)).toBe('ok');
      const second = await store.allocateTerm('b', 'mine', lock);
      if (!second) throw new Error('a term expected');
      expect(await store.changeSet(change(2), first)).toBe('fenced');
      expect(await store.changeSet(change(1), first)).toBe('fenced');
      expect(await store.changeSet(change(2), second)).toBe('ok');
    });

    it('are told of', async () => {
      const { store } = stage();
      const heard: string[] = [];
      const unsubscribe = await store.subscribe((signal) => {
        if (signal.kind === 'sets') heard.push(signal.set);
      });
      await store.changeSet(change(1));
      await stage().until(async () => heard.length > 0);
      expect(heard).toEqual(['files']);
      await unsubscribe();
    });
  });
}
