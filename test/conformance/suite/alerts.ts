/** Behaviour of kept alerts: each change is made by one caller, and what stands is what the last one stored. */

import { describe, expect, it } from 'vitest';
import type { AlertChange, AlertRecord } from '../../../src/store/contract/index.js';
import { listeningOn } from './listening.js';
import { LONG, type MakeStore, onStage } from './stage.js';

function alert(subject: string, over: Partial<AlertRecord> = {}): AlertRecord {
  return {
    ...{
      version: 1,
      id: `expectation:${subject}`,
      kind: 'expectation',
      subject,
      since: 5,
      text: 'late – “so”',
    },
    ...{ state: 'raised', at: 7 },
    ...over,
  };
}
const made = (record: AlertRecord): AlertChange => ({ id: record.id, expect: null, record });

export function describeAlerts(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const listening = listeningOn(stage);

  describe('alerts', () => {
    it('are made once, by whoever comes first, and stand as they were stored', async () => {
      const { store } = stage();
      const [a, b] = [alert('a', { nominal: 3, told: 'one' }), alert('b', { state: 'seen' })];
      expect(await store.changeAlerts([made(a)])).toEqual([true]);
      expect(await store.changeAlerts([made(alert('a', { text: 'other' })), made(b)])).toEqual([false, true]);
      expect(await store.alerts()).toEqual([a, b]);
    });

    it('answer the same when a call is sent again', async () => {
      const { store } = stage();
      const a = alert('a');
      const change: AlertChange = { ...made(a), told: 'raised' };
      const removal: AlertChange = { id: a.id, expect: 1, record: null, told: 'cleared' };
      for (const one of [change, change]) expect(await store.changeAlerts([one])).toEqual([true]);
      for (const one of [removal, removal]) expect(await store.changeAlerts([one])).toEqual([true]);
      expect(await store.alerts()).toEqual([]);
    });

    it('change only from the version that was read', async () => {
      const { store } = stage();
      const a = alert('a');
      const later = alert('a', { version: 2, goneSince: 9 });
      await store.changeAlerts([made(a)]);
      const change = { id: a.id, expect: 1, record: later };
      expect(await store.changeAlerts([{ ...change, expect: 2 }])).toEqual([false]);
      expect(await store.changeAlerts([change])).toEqual([true]);
      expect(await store.changeAlerts([{ ...change, record: alert('a', { version: 2 }) }])).toEqual([false]);
      expect(await store.changeAlerts([{ id: a.id, expect: 1, record: null }])).toEqual([false]);
      expect(await store.alerts()).toEqual([later]);
    });

    it('are told to those who listen, once', async () => {
      const { store } = stage();
      const { read } = await listening(null, (type) => type.startsWith('alert.'));
      const a = alert('a');
      const raise: AlertChange = { ...made(a), told: 'raised' };
      await store.changeAlerts([raise]);
      await store.changeAlerts([raise, made(alert('b'))]);
      await store.changeAlerts([{ id: a.id, expect: 1, record: null, told: 'cleared' }]);
      expect(await read(2)).toEqual([
        { what: 'alert', to: 'raised', alert: a.id },
        { what: 'alert', to: 'cleared', alert: a.id },
      ]);
    });

    it('are told to the one who looks for what is wrong, until its time is over', async () => {
      const { store } = stage();
      const a = alert('a');
      await store.changeAlerts([made(a)]);
      expect(await store.watchAlerts('one', LONG)).toEqual([a]);
      expect(await store.watchAlerts('two', LONG)).toBeNull();
      expect(await store.watchAlerts('one', LONG)).toEqual([a]);
    });

    it('stay with the one who goes on looking', async () => {
      const { store } = stage();
      expect(await store.watchAlerts('one', 60)).toEqual([]);
      expect(await store.watchAlerts('one', LONG)).toEqual([]);
      const over = (await store.time()) + 80;
      await stage().until(async () => (await store.time()) > over);
      expect(await store.watchAlerts('two', LONG)).toBeNull();
    });

    it('are told to another one once nobody looks any more', async () => {
      const { store } = stage();
      expect(await store.watchAlerts('one', 20)).toEqual([]);
      const standing = await stage().until(async () => (await store.watchAlerts('two', LONG)) ?? false);
      expect(standing).toEqual([]);
      expect(await store.watchAlerts('one', LONG)).toBeNull();
    });

    it('of nothing are nothing', async () => {
      const { store } = stage();
      expect(await store.changeAlerts([])).toEqual([]);
      expect(await store.alerts()).toEqual([]);
    });
  });
}
