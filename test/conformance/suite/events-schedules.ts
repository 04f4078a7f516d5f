/** Behaviour of events of schedules, file sets and leaders. */

import { describe, expect, it } from 'vitest';
import type { SetChange, SetRecord } from '../../../src/store/contract/index.js';
import { listeningOn, short } from './listening.js';
import { Runs } from './overlap-parts.js';
import { dailyOn, entry, ledgerText } from './schedule-parts.js';
import { LONG, type MakeStore, onStage } from './stage.js';

export function describeEventsOfSchedules(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const listening = listeningOn(stage);
  const { daily, at, idAt, create, edit } = dailyOn(stage);
  const ofSchedules = (type: string) => type.startsWith('schedule.');

  describe('whoever listens is told of schedules', () => {
    it('a run that waited for the one before it fires when that has ended', async () => {
      const { read } = await listening(null, ofSchedules);
      const runs = await Runs.open(stage(), 'wait');
      const first = await runs.next();
      const task = await stage().take('w');
      const [second, third] = [await runs.next(), await runs.next()];
      await runs.complete(task);
      expect((await read(4)).map(short)).toEqual([
        ['changed', 'wait'],
        ['fired', first],
        ['coalesced', 'wait', 1],
        ['fired', third],
      ]);
      expect(await stage().states([second, third])).toEqual([null, 'ready']);
    });

    it('a run put back behind another one goes on as a task: it fired before', async () => {
      const runs = await Runs.open(stage(), 'wait');
      const first = await runs.next();
      await runs.end(await stage().take('w'), { to: 'dead' });
      await runs.next();
      const second = await stage().take('w');
      const { read } = await listening();
      await stage().store.redrive('main', [{ id: first, attempt: 1 }]);
      await runs.complete(second);
      const heard = (await read(3)).map(short);
      expect(heard[0]).toEqual(['enqueued', first, 'scheduled', 1]);
      expect(heard.slice(1)).toEqual(
        expect.arrayContaining([
          ['completed', second.id, 'completed', 1],
          ['enqueued', first, 'ready', 1],
        ]),
      );
    });

    it('instants that do not run: behind an earlier run, cancelled, for want of room, in a pause', async () => {
      const { store } = stage();
      const { read } = await listening(null, (type) => type === 'schedule.skipped');
      const runs = await Runs.open(stage(), 'skip');
      const first = await runs.next();
      await runs.next();
      await store.cancel('main', first);
      await create();
      const term = await stage().rule();
      await store.plan('main', term, [entry(stage(), 'daily', 0, 4)]);
      await store.setQueue('main', { settings: { maxDepth: 5 } });
      await store.plan('main', term, [entry(stage(), 'daily', 5, 7)]);
      const rest = { word: 'paused', until: at(9) } as const;
      const withdraw = { nominals: [0, 1, 2, 3, 4].map(at), planned: daily().definition, rest };
      const pause = {
        ...edit(1, at(8)),
        schedule: { ...daily(), revision: 2 },
        withdraw,
        what: 'paused' as const,
      };
      expect(await stage().resending().store.edit('main', pause)).toBe('ok');
      const heard = await read(4);
      expect(heard.map(short)).toEqual([
        ['overlap', 'skip', 1],
        ['cancelled', 'skip', 1],
        ['limit', 'daily', 3],
        ['paused', 'daily', 5],
      ]);
      expect(heard[2]).toMatchObject({ queue: 'main', from: at(5), to: at(7) });
      expect(heard[3]).toMatchObject({ from: at(0), to: at(4) });
      expect(await store.find(idAt(0))).toBeNull();
    });

    it('what a ledger says of instants is one event for each reason, told once', async () => {
      const { store } = stage();
      await create();
      const { read } = await listening(null, ofSchedules);
      const term = await stage().rule();
      const told = [
        { word: 'missed', from: at(0), to: at(4_999), count: 5_000 },
        { word: 'catchUp', from: at(0), to: at(2), count: 3 },
      ] as const;
      const plan = entry(stage(), 'daily', 0, -1, {
        next: at(5_000),
        ledger: ledgerText(0, 't', { told: [...told] }),
      });
      expect(await store.plan('main', term, [plan])).toEqual(['planned']);
      expect(await store.plan('main', term, [plan])).toEqual(['stale']);
      expect(await read(2)).toEqual(
        told.map((one) => ({ what: 'instants', schedule: 'daily', queue: 'main', ...one })),
      );
    });
  });

  describe('whoever listens is told of what queues share', () => {
    it('a file set that is held, carried out or invalid, each once', async () => {
      const { store } = stage();
      const { read } = await listening();
      const record: SetRecord = {
        ...{ set: 'files', version: 1, number: 1, live: null, carriers: [] },
        ...{ held: null, carriedOut: null },
      };
      const change = (version: number, told: SetChange['told']) => ({
        ...{ set: 'files', expect: version - 1 || null, record: { ...record, version } },
        ...(told ? { told } : {}),
      });
      const held = change(1, { to: 'held', digest: 'd1', reason: 'releaseOlder' });
      for (let n = 0; n < 2; n += 1) expect(await store.changeSet(held)).toBe('ok');
      const applied = change(2, { to: 'applied', digest: 'd2' });
      for (let n = 0; n < 2; n += 1) expect(await store.changeSet(applied)).toBe('ok');
      expect(await store.changeSet(change(2, { to: 'applied', digest: 'd3' }))).toBe('ok');
      for (let n = 0; n < 2; n += 1) await store.tellSet('files', { to: 'invalid', node: 'a node' }, 'once');
      expect(await read(3)).toEqual([
        { what: 'set', set: 'files', to: 'held', digest: 'd1', reason: 'releaseOlder' },
        { what: 'set', set: 'files', to: 'applied', digest: 'd2' },
        { what: 'set', set: 'files', to: 'invalid', node: 'a node' },
      ]);
    });

    it('a leader that leaves, by its own word or by that of the next one', async () => {
      const { store } = stage();
      const { read } = await listening();
      const first = await stage().rule('a');
      await store.leaveOffice(first, { end: 'stopped' });
      await store.leaveOffice(first, { end: 'stopped' });
      const second = await stage().rule('b');
      await store.leaveOffice(first, { end: 'stopped' });
      await stage().rule('c');
      await store.leaveOffice(second, { end: 'stopped' });
      expect((await read(5)).map(short)).toEqual([
        ['elected', 'a'],
        ['left', 'a'],
        ['elected', 'b'],
        ['left', 'b'],
        ['elected', 'c'],
      ]);
    });
  });

  it('what nobody listens to is not recorded', async () => {
    const { store } = stage();
    await Runs.open(stage(), 'skip');
    await stage().put(['a']);
    const place = { ms: await store.observe(null, LONG) };
    await stage().elapse(3);
    expect((await store.events(null, place, () => true)).events).toEqual([]);
  });
}
