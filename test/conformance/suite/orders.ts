/** Behaviour of what is asked of workers: told with the beat, once for each change, and gone with the worker. */

import { describe, expect, it } from 'vitest';
import type { Orders, Presence } from '../../../src/store/contract/index.js';
import { LONG, type MakeStore, onStage } from './stage.js';

const worker = (id: string, obeys?: string): Presence => ({
  ...{ id, name: 'w', host: 'h', pid: 1, version: '1', startedAt: 1, seenAt: 1 },
  ...{ queues: ['main'], handlers: ['work'], ...(obeys === undefined ? {} : { obeys }) },
});
const quiet: Orders = { nonces: ['n1'], quiet: true };
const scaled: Orders = {
  nonces: ['n1', 'n2'],
  quiet: true,
  concurrency: 3,
  queues: { main: false, x: true },
};

export function describeOrders(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const beat = async (of: Presence, formers?: string[]): Promise<Orders | null> =>
    (await stage().store.announce('worker', of, LONG, formers)).orders;

  describe('orders', () => {
    it('are told with each beat until the worker follows them', async () => {
      const { store } = stage();
      expect(await beat(worker('w~1'))).toBeNull();
      expect(await store.order('w~1', { expect: null, orders: quiet })).toBe('ok');
      expect(await beat(worker('w~1'))).toEqual(quiet);
      expect(await beat(worker('w~1'))).toEqual(quiet);
      expect(await beat(worker('w~1', 'n1'))).toBeNull();
      expect(await store.order('w~1', { expect: quiet, orders: scaled })).toBe('ok');
      expect(await beat(worker('w~1', 'n1'))).toEqual(scaled);
      expect(await beat(worker('w~1', 'n2'))).toBeNull();
      expect(await beat(worker('w~2', 'n1'))).toBeNull();
      expect(await store.orders(['w~1', 'w~2'])).toEqual([scaled, null]);
      expect(await store.orders([])).toEqual([]);
    });

    it('are changed by compare-and-set, and once when a change is sent again', async () => {
      const { store } = stage();
      await store.announce('worker', worker('w~1'), LONG);
      expect(await store.order('w~1', { expect: quiet, orders: scaled })).toBe('stale');
      expect(await store.order('w~1', { expect: null, orders: quiet })).toBe('ok');
      expect(await store.order('w~1', { expect: null, orders: quiet })).toBe('ok');
      const other = { nonces: ['n9'], quiet: false };
      expect(await store.order('w~1', { expect: null, orders: other })).toBe('stale');
      expect(await store.orders(['w~1'])).toEqual([quiet]);
    });

    it('are asked of nobody who is not there, and go with who leaves', async () => {
      const { store } = stage();
      expect(await store.order('w~1', { expect: null, orders: quiet })).toBe('unknown');
      await store.announce('worker', worker('w~1'), LONG);
      await store.order('w~1', { expect: null, orders: quiet });
      await store.depart('worker', 'w~1');
      expect(await store.orders(['w~1'])).toEqual([null]);
      expect(await beat(worker('w~1'))).toBeNull();
      await store.announce('worker', worker('w~2'), 1);
      await stage().until(async () => (await store.present('worker')).length === 1);
      expect(await store.order('w~2', { expect: null, orders: quiet })).toBe('unknown');
    });

    it('follow a worker to its new id, of several the latest', async () => {
      const { store } = stage();
      await store.announce('worker', worker('w~1'), LONG);
      await store.order('w~1', { expect: null, orders: quiet });
      expect(await beat(worker('w~2'), ['w~1'])).toEqual(quiet);
      // Sent again it finds nothing of before.
      expect(await beat(worker('w~2'), ['w~1'])).toEqual(quiet);
      expect((await store.present('worker')).map(({ id }) => id)).toEqual(['w~2']);
      expect(await store.orders(['w~1', 'w~2'])).toEqual([null, quiet]);
      await store.order('w~2', { expect: quiet, orders: scaled });
      await store.announce('worker', worker('w~0'), LONG);
      await store.order('w~0', { expect: null, orders: { nonces: ['n0'] } });
      expect(await beat(worker('w~3', 'n1'), ['w~2', 'w~0'])).toEqual(scaled);
      expect(await store.orders(['w~0', 'w~2', 'w~3'])).toEqual([null, null, scaled]);
    });
  });
}
