/** Behaviour of the registry: time, presence, signals. */

import { describe, expect, it } from 'vitest';
import type {
  OperationRecord,
  Presence,
  SetChange,
  SetRecord,
  Signal,
} from '../../../src/store/contract/index.js';
import { plain, scheduleEdit } from './schedule-parts.js';
import { LONG, type MakeStore, onStage } from './stage.js';

function presence(id: string, over: Partial<Presence> = {}): Presence {
  return { id, name: 'näme', host: 'h', pid: 7, version: '0.1.0', startedAt: 1, seenAt: 2, ...over };
}

function setRecord(at: number): SetRecord {
  const live = { number: 1, digest: 'd', schedules: 0, node: 'n', process: 'n~1', at };
  return { set: 'files', version: 1, number: 1, live, carriers: [], held: null, carriedOut: null };
}

function operation(createdAt: number): OperationRecord {
  const counts = { matched: 1, done: 0, failed: 0 };
  const progress = { position: 0, nextAt: 0 };
  return {
    ...{ id: 'o', version: 1, kind: 'purge', filter: {}, state: 'running', createdAt, by: 'ann' },
    ...counts,
    progress,
  };
}

export function describeRegistry(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  describe('time', () => {
    it('is whole ms and never goes back', async () => {
      let last = 0;
      for (let i = 0; i < 10; i += 1) {
        const now = await stage().store.time();
        expect(Number.isInteger(now)).toBe(true);
        expect(now).toBeGreaterThanOrEqual(last);
        last = now;
      }
    });
  });

  describe('presence', () => {
    it('keeps nodes and workers apart, by id, with everything they say', async () => {
      const { store } = stage();
      const node = presence('n~1', { tz: '2026a', url: 'http://h:1' });
      const worker = presence('w~1', { queues: ['main'], handlers: ['a/b'], concurrency: 5, running: 2 });
      await store.announce('node', node, LONG);
      await store.announce('worker', presence('w~1'), LONG);
      await store.announce('worker', worker, LONG);
      // When they were seen is told by the clock of the store, not by theirs.
      const seenAt = expect.toSatisfy((at: number) => at >= stage().start);
      expect(await store.present('node')).toEqual([{ ...node, seenAt }]);
      expect(await store.present('worker')).toEqual([{ ...worker, seenAt }]);
    });

    it('of a node is answered with what nodes were told of, and with how many queues there are', async () => {
      const { store, start } = stage();
      const answer = () => store.announce('node', presence('n~1'), LONG);
      const first = await answer();
      expect(first).toMatchObject({ orders: null, queues: 1 });
      expect(await answer()).toEqual(first);
      await store.open('other');
      await stage().put(['a']);
      expect(await answer()).toEqual({ ...first, queues: 2 });
      const change: SetChange = { set: 'files', expect: null, record: setRecord(start) };
      await store.changeSet(change);
      const second = await answer();
      expect(second.told).not.toBe(first.told);
      // Sent again it changes nothing.
      await store.changeSet(change);
      expect(await answer()).toEqual(second);
      await store.changeOperation({ id: 'o', expect: null, record: operation(start) });
      expect((await answer()).told).not.toBe(second.told);
      // Workers follow neither.
      const worker = await store.announce('worker', presence('w~1'), LONG);
      expect(worker).toEqual({ orders: null, told: '', queues: 0 });
    });

    it('ends with depart, or with its time', async () => {
      const { store } = stage();
      await store.announce('node', presence('stays'), LONG);
      await store.announce('node', presence('leaves'), LONG);
      await store.announce('node', presence('dies'), 20);
      await store.depart('node', 'leaves');
      await store.depart('node', 'nobody');
      const ids = await stage().until(async () => {
        const present = await store.present('node');
        return present.length === 1 && present.map(({ id }) => id);
      });
      expect(ids).toEqual(['stays']);
    });
  });

  describe('schemas of payloads', () => {
    it('are kept under their digest while they are said again', async () => {
      const { store } = stage();
      await store.keepSchemas('aa', '{"mail":{"type":"object"}}', LONG);
      await store.keepSchemas('bb', '{"gone":true}', 20);
      const told = await stage().until(async () => {
        const kept = await store.schemas(['bb', 'aa', 'nobody']);
        return kept[0] === null && kept;
      });
      expect(told).toEqual([null, '{"mail":{"type":"object"}}', null]);
      await store.keepSchemas('aa', 'said again', LONG);
      expect(await store.schemas(['aa'])).toHaveLength(1);
      expect(await store.schemas([])).toEqual([]);
    });
  });

  describe('signals', () => {
    it('tell of new queues, of schedules, and of a due time earlier than every other', async () => {
      const { store, start } = stage();
      const heard: Signal[] = [];
      const unsubscribe = await store.subscribe((signal) => heard.push(signal));
      const hears = (signal: Signal) =>
        stage().until(async () => heard.some((one) => JSON.stringify(one) === JSON.stringify(signal)));
      await store.open('fresh');
      await hears({ kind: 'partition', queue: 'fresh' });
      await store.edit('main', scheduleEdit(plain('daily', 'main'), start));
      await hears({ kind: 'schedules', queue: 'main' });
      await stage().put(['late'], { due: start + 3 * LONG });
      await hears({ kind: 'due', queue: 'main', due: start + 3 * LONG });
      await stage().put(['later'], { due: start + 4 * LONG });
      await stage().put(['early'], { due: start + LONG });
      await hears({ kind: 'due', queue: 'main', due: start + LONG });
      expect(heard.filter(({ kind }) => kind === 'due')).toHaveLength(2);
      await unsubscribe();
    });

    it('tell of a retry that comes due before everything else', async () => {
      const { store, start } = stage();
      await stage().put(['late'], { due: start + 3 * LONG });
      await stage().put(['a']);
      const heard: Signal[] = [];
      const unsubscribe = await store.subscribe((signal) => heard.push(signal));
      const next = { to: 'retry' as const, due: start + LONG };
      await store.settle('main', 'w', [stage().settlement(await stage().take('w'), 'w', next)]);
      await stage().until(async () => heard.length > 0);
      expect(heard).toEqual([{ kind: 'due', queue: 'main', due: start + LONG }]);
      await unsubscribe();
    });

    it('are heard by every listener until it unsubscribes', async () => {
      const { store } = stage();
      const heard = { one: 0, two: 0 };
      const first = await store.subscribe(() => {
        heard.one += 1;
      });
      const second = await store.subscribe(() => {
        heard.two += 1;
      });
      await store.open('x');
      await stage().until(async () => heard.one === 1 && heard.two === 1);
      await first();
      await store.open('y');
      await stage().until(async () => heard.two === 2);
      expect(heard.one).toBe(1);
      await second();
    });
  });
}
