/** Behaviour of raised alerts: one caller tells of each, and they stand until they are cleared. */

import { describe, expect, it } from 'vitest';
import type { RaisedAlert } from '../../../src/store/contract/index.js';
import { type MakeStore, onStage } from './stage.js';

function alert(subject: string, over: Partial<RaisedAlert> = {}): RaisedAlert {
  return {
    ...{ id: `expectation:${subject}`, kind: 'expectation', subject, since: 5, text: 'late – “so”' },
    ...over,
  };
}

export function describeAlerts(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  describe('alerts', () => {
    it('are raised once, by whoever comes first, and stand as they were raised', async () => {
      const { store } = stage();
      const [a, b] = [alert('a', { nominal: 3 }), alert('b')];
      expect(await store.raise([a], 'one')).toEqual([a.id]);
      expect(await store.raise([{ ...a, since: 9, text: 'other' }, b], 'two')).toEqual([b.id]);
      expect(await store.raised()).toEqual([a, b]);
    });

    it('answer the same caller the same when a call is sent again', async () => {
      const { store } = stage();
      const a = alert('a');
      await store.raise([a], 'one');
      expect(await store.raise([a], 'one')).toEqual([a.id]);
      expect(await store.raise([{ ...a, since: 6 }], 'one')).toEqual([]);
      expect(await store.raise([a], 'two')).toEqual([]);
    });

    it('are cleared once, and may be raised again', async () => {
      const { store } = stage();
      const a = alert('a');
      await store.raise([a], 'one');
      expect(await store.clear([a.id, 'expectation:nobody'])).toEqual([a.id]);
      expect(await store.clear([a.id])).toEqual([]);
      expect(await store.raised()).toEqual([]);
      expect(await store.raise([a], 'two')).toEqual([a.id]);
    });

    it('of nothing are nothing', async () => {
      const { store } = stage();
      expect(await store.raise([], 'one')).toEqual([]);
      expect(await store.clear([])).toEqual([]);
      expect(await store.raised()).toEqual([]);
    });
  });
}
