/** Behaviour of the read side: find, list, queueFacts. */

import { describe, expect, it } from 'vitest';
import { TASK_STATES } from '../../../src/domain/task/task.js';
import type { Presence } from '../../../src/store/contract/index.js';
import { populate } from './populate.js';
import { entry, instant, plain, scheduleEdit } from './schedule-parts.js';
import { LONG, type MakeStore, onStage } from './stage.js';

export function describeReads(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  describe('list', () => {
    it('pages through each state in its order', async () => {
      const ids = await populate(stage());
      const reversed = (state: string) => [...(ids[state] ?? [])].reverse();
      expect(await stage().list('scheduled')).toEqual(ids['scheduled']);
      expect(await stage().list('retrying')).toEqual(reversed('retrying'));
      expect(await stage().list('ready')).toEqual(ids['ready']);
      expect((await stage().list('running')).sort()).toEqual(ids['running']);
      for (const state of ['completed', 'dead', 'cancelled'] as const) {
        expect(await stage().list(state)).toEqual(reversed(state));
        expect(await stage().list(state, 1)).toEqual(reversed(state));
        expect(await stage().list(state, 100)).toEqual(reversed(state));
      }
    });

    it('shows the same facts as find', async () => {
      const ids = await populate(stage());
      for (const state of Object.keys(ids) as (keyof typeof ids & 'ready')[]) {
        const { items } = await stage().store.list('main', state, 10);
        for (const item of items) expect(item).toEqual(await stage().find(item.id));
      }
    });

    it('is empty for an empty queue', async () => {
      for (const states of ['ready', 'completed', TASK_STATES] as const) {
        const page = await stage().store.list('main', states, 10);
        expect(page).toEqual({ items: [], cursors: [], nextCursor: null, scanned: 0 });
      }
    });
  });

  describe('find', () => {
    it('answers null for ids that never were, of any shape', async () => {
      for (const id of [stage().id('x'), 'zz-unknown', 'nobody@1000', 'nobody', '', '@', 'a@b@c', '1-2-3']) {
        expect(await stage().store.find(id)).toBeNull();
      }
    });

    const ODD: [string, (code: string) => string][] = [
      ['spaces', (code) => `${code}-x y`],
      ['colons', (code) => `${code}-a:b:c`],
      ['dashes', (code) => `${code}-1-2`],
      ['quotes', (code) => `${code}-'"\\`],
      ['letters beyond ASCII', (code) => `${code}-ü🔔`],
      ['an instant', () => 'daily@1767225600000'],
      ['a trigger', () => 'daily@1767225600000!x1'],
      ['a backfill', () => 'daily@1767225600000+b-2'],
    ];

    it.each(ODD)('finds an id with %s in it, in every state', async (_, name) => {
      const { store, start } = stage();
      await store.edit('main', scheduleEdit(plain('daily', 'main'), null));
      const id = name(stage().code);
      await store.enqueue('main', [stage().draft(id, { due: start + 20 })]);
      expect(await stage().find(id)).toMatchObject({ id, dueAt: start + 20 });
      const task = await stage().until(async () => (await stage().claim('w')).tasks[0]);
      expect(await stage().find(id)).toMatchObject({ id, state: 'running' });
      const ending = stage().settlement(task, 'w', { to: 'retry', due: start });
      await store.settle('main', 'w', [ending]);
      expect(await stage().find(id)).toMatchObject({ state: 'retrying', history: [ending.record] });
      expect((await store.promote('main', 1)).moved).toBe(1);
      expect((await stage().find(id)).state).toBe('ready');
      const again = await stage().take('w');
      expect(await stage().complete('w', [stage().completion(again, 'w')])).toEqual(['ok']);
      expect(await stage().find(id)).toMatchObject({ state: 'completed', attempt: 2 });
    });
  });

  describe('runs of schedules', () => {
    const at = (n: number) => instant(stage(), n);

    it('their states are told for many at once, in the order they were asked', async () => {
      const { store } = stage();
      const term = await stage().rule();
      for (const id of ['s1', 's2', 'idle']) {
        await store.edit('main', scheduleEdit(plain(id, 'main'), at(0)));
      }
      await store.plan('main', term, [entry(stage(), 's1', 0, 1), entry(stage(), 's2', 0, 0)]);
      const asked = ['s2', 'nobody', 'idle', 's1'].map((schedule) => ({ schedule, nominal: at(0) }));
      expect(await store.runStates(asked)).toEqual(['scheduled', null, null, 'scheduled']);
      expect(await store.runStates([])).toEqual([]);
    });

    it('every state is known', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await store.edit('main', scheduleEdit(plain('s', 'main'), at(0)));
      const planned = entry(stage(), 's', 0, 5);
      for (const [n, { draft }] of planned.occurrences.entries()) draft.due = stage().start - 10 + n;
      await store.plan('main', term, [planned]);
      await store.cancel('main', `s@${at(5)}`);
      const take = () => stage().until(async () => (await stage().claim('w', { want: 1 })).tasks[0]);
      const first = await take();
      expect(await stage().complete('w', [stage().completion(first, 'w')])).toEqual(['ok']);
      const ends = [{ to: 'dead' }, { to: 'retry', due: at(99) }, { to: 'cancelled' }] as const;
      for (const next of ends) {
        expect(await store.settle('main', 'w', [stage().settlement(await take(), 'w', next)])).toEqual([
          'ok',
        ]);
      }
      await take();
      const states = ['completed', 'dead', 'retrying', 'cancelled', 'running', 'cancelled'] as const;
      const asked = states.map((_, n) => ({ schedule: 's', nominal: at(n) }));
      expect(await store.runStates(asked)).toEqual(states);
      const all = await store.runs('s', [9, 5, 4, 3, 2, 1, 0].map(at));
      expect([0, 1, 2, 3, 4, 5, 9].map((n) => all.get(at(n))?.state)).toEqual([...states, undefined]);
      expect(all.get(at(2))).toMatchObject({ attempt: 1, history: [{ outcome: 'failed' }] });
    });

    it('are found in a queue that the schedule has left', async () => {
      const { store } = stage();
      const term = await stage().rule();
      await store.edit('main', scheduleEdit(plain('s', 'main'), at(0)));
      await store.plan('main', term, [entry(stage(), 's', 0, 0)]);
      await store.open('other');
      await store.edit('main', {
        ...{ id: 's', expect: { revision: 1, cursor: at(1) }, schedule: null, cursor: null, withdraw: null },
      });
      await store.edit('other', scheduleEdit(plain('s', 'other'), at(1)));
      expect(await store.runStates([{ schedule: 's', nominal: at(0) }])).toEqual(['scheduled']);
      expect([...(await store.runs('s', [at(0)])).keys()]).toEqual([at(0)]);
    });
  });

  describe('queueFacts', () => {
    it('counts every task once', async () => {
      await populate(stage());
      expect(await stage().store.queueFacts('main')).toMatchObject({
        queue: 'main',
        ...{ scheduled: 3, retrying: 3 },
        ready: 3,
        running: 3,
        completed: 3,
        dead: 3,
        cancelled: 3,
      });
    });

    it('is all zero for an empty queue', async () => {
      const { pace, ...counts } = await stage().store.queueFacts('main');
      const none = { enqueued: 0, started: 0, completed: 0, failed: 0 };
      const died = { lately: 0, day: 0 };
      expect(pace).toEqual({ now: expect.any(Number), died, totals: none, samples: [] });
      expect(counts).toEqual({
        queue: 'main',
        ...{ scheduled: 0, retrying: 0 },
        ready: 0,
        running: 0,
        completed: 0,
        dead: 0,
        cancelled: 0,
        paused: false,
        settings: {},
        unroutable: {},
      });
    });

    it('shows ready tasks whose handler no present worker of the queue has', async () => {
      const { store } = stage();
      const worker = (id: string, queues: string[], handlers: string[]): Presence => ({
        id,
        name: id,
        host: 'h',
        pid: 1,
        version: '0',
        startedAt: 0,
        seenAt: 0,
        queues,
        handlers,
      });
      const ids = await stage().put(['a', 'b'], { handler: 'lonely' });
      await stage().put(['late'], { handler: 'lonely', due: stage().start + LONG });
      await store.announce('worker', worker('elsewhere', ['other'], ['lonely']), LONG);
      await store.announce('worker', worker('here', ['main'], ['work']), LONG);
      await stage().put(['c']);
      expect((await store.queueFacts('main')).unroutable).toEqual({ lonely: 2 });
      expect((await stage().find(ids[0] ?? '')).unroutable).toBe(true);
      expect((await stage().find(stage().id('c'))).unroutable).not.toBe(true);
      expect((await stage().find(stage().id('late'))).unroutable).not.toBe(true);

      await store.announce('worker', worker('here2', ['x', 'main'], ['y', 'lonely']), LONG);
      expect((await store.queueFacts('main')).unroutable).toEqual({});
      expect((await stage().find(ids[0] ?? '')).unroutable).not.toBe(true);
      await store.depart('worker', 'here2');
      expect((await store.queueFacts('main')).unroutable).toEqual({ lonely: 2 });
      await store.announce('worker', worker('all', ['*'], ['lonely']), LONG);
      expect((await store.queueFacts('main')).unroutable).toEqual({});
    });
  });

  describe('unroutable', () => {
    it('takes a handler by any name there may be', async () => {
      const { store } = stage();
      await stage().put(['a', 'b'], { handler: 'constructor' });
      await stage().put(['c'], { handler: 'toString' });
      const { unroutable } = await store.queueFacts('main');
      expect(Object.entries(unroutable).sort()).toEqual([
        ['constructor', 2],
        ['toString', 1],
      ]);
    });

    it('does not count what was cancelled', async () => {
      const { store } = stage();
      const ids = await stage().put(['a', 'b'], { handler: 'lonely' });
      await store.cancel('main', ids[0] ?? '');
      expect((await store.queueFacts('main')).unroutable).toEqual({ lonely: 1 });
      await store.cancel('main', ids[1] ?? '');
      expect((await store.queueFacts('main')).unroutable).toEqual({});
    });
  });
}
