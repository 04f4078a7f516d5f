/** Behaviour of events: whoever listens is told what happened, once, in order, and told where he missed something. */

import { describe, expect, it } from 'vitest';
import type { EventPlace } from '../../../src/store/contract/events.js';
import { ALL, listeningOn, short } from './listening.js';
import { LONG, type MakeStore, onStage } from './stage.js';

export function describeEvents(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  const listening = listeningOn(stage);

  describe('whoever listens', () => {
    it('is told of the whole way of a task, with what is known of it', async () => {
      const { read } = await listening();
      const [id = ''] = await stage().put(['a']);
      const first = await stage().take('w');
      await stage().store.report('main', 'w', [
        { id, token: first.token, progress: '{"n":1}', lines: [], from: 1 },
      ]);
      const error = { message: 'no' };
      await stage().store.settle('main', 'w', [
        stage().settlement(first, 'w', { to: 'retry', due: stage().start }, { error }),
      ]);
      const second = await stage().take('v');
      await stage().complete('v', [stage().completion(second, 'v', { result: '{"ok":true}' })]);
      const heard = await read(6);
      expect(heard.map(short)).toEqual([
        ['enqueued', id, 'ready', 0],
        ['started', id, 'running', 1],
        ['progress', id, 'running', 1],
        ['retrying', id, 'retrying', 1],
        ['started', id, 'running', 2],
        ['completed', id, 'completed', 2],
      ]);
      expect(heard).toMatchObject([
        { queue: 'main', task: { handler: 'work' } },
        { task: { handler: 'work', worker: 'w' } },
        { task: { handler: 'work', progress: '{"n":1}' } },
        { task: { handler: 'work', record: { outcome: 'failed', error } } },
        { task: { worker: 'v' } },
        { task: { handler: 'work', record: { worker: 'v', result: '{"ok":true}' } } },
      ]);
    });

    it('is told of deaths and cancellations, of what waits for time and of what is handed back', async () => {
      const { read } = await listening();
      const [far = ''] = await stage().put(['far'], { due: stage().start + LONG });
      const [a = '', b = ''] = await stage().put(['a', 'b']);
      await stage().store.cancel('main', far);
      const { tasks } = await stage().claim('w');
      const [one, other] = tasks;
      if (!one || !other) throw new Error('two expected');
      await stage().store.settle('main', 'w', [
        stage().settlement(one, 'w', { to: 'dead' }),
        stage().settlement(other, 'w', { to: 'head' }, { failure: false }),
      ]);
      const heard = (await read(8)).map(short);
      expect(heard.slice(0, 4)).toEqual([
        ['enqueued', far, 'scheduled', 0],
        ['enqueued', a, 'ready', 0],
        ['enqueued', b, 'ready', 0],
        ['cancelled', far, 'cancelled', 0],
      ]);
      expect(heard.slice(4, 6)).toEqual([
        ['started', a, 'running', 1],
        ['started', b, 'running', 1],
      ]);
      expect(heard.slice(6).sort()).toEqual([
        ['dead', a, 'dead', 1],
        ['retrying', b, 'ready', 1],
      ]);
    });

    it('is told once of what is sent twice', async () => {
      const { read } = await listening();
      const twice = stage().resending();
      const [id = ''] = await twice.put(['a']);
      const task = await twice.take('w');
      const report = { id, token: task.token, progress: '1', lines: [], from: 1 };
      await twice.store.report('main', 'w', [report]);
      await twice.complete('w', [stage().completion(task, 'w')]);
      await twice.store.cancel('main', id);
      expect((await read(4)).map(short)).toEqual([
        ['enqueued', id, 'ready', 0],
        ['started', id, 'running', 1],
        ['progress', id, 'running', 1],
        ['completed', id, 'completed', 1],
      ]);
    });

    it('hears of the queue he asks for, and of the types', async () => {
      const beside = await stage().beside('other');
      const one = await listening(['other']);
      const ends = await listening(null, (type) => type === 'task.cancelled');
      const [here = ''] = await stage().put(['a']);
      const [there = ''] = await beside.put(['a']);
      await stage().store.cancel('main', here);
      await beside.store.cancel('other', there);
      expect((await one.read(2)).map(short)).toEqual([
        ['enqueued', there, 'ready', 0],
        ['cancelled', there, 'cancelled', 0],
      ]);
      expect((await ends.read(2)).map(short)).toEqual([
        ['cancelled', here, 'cancelled', 0],
        ['cancelled', there, 'cancelled', 0],
      ]);
    });

    it('hears of a queue that is opened after he began, from its first task on, and has missed nothing', async () => {
      const { read, lost } = await listening();
      const fresh = await stage().beside('fresh');
      const [id = ''] = await fresh.put(['a']);
      expect((await read(1)).map(short)).toEqual([['enqueued', id, 'ready', 0]]);
      expect(lost).toEqual([]);
    });

    it('wakes at once, and waits for nothing when somebody stops him', async () => {
      const { store } = stage();
      const place = { ms: await store.observe(null, LONG) };
      await stage().elapse(2);
      const over = new AbortController();
      const page = await store.events(null, place, ALL);
      const woken = store.awaitEvents(null, page.until, 60_000, over.signal);
      await stage().put(['a']);
      await woken;
      await stage().until(async () => (await store.events(null, page.until, ALL)).events.length > 0);
      const next = await store.events(null, page.until, ALL);
      const stopped = store.awaitEvents(null, next.until, 60_000, over.signal);
      over.abort();
      await stopped;
      await store.awaitEvents(null, next.until, 60_000, over.signal);
    });

    it('is told what he missed: before it was recorded, and after nobody had listened for a while', async () => {
      const { store } = stage();
      await stage().put(['before']);
      const before: EventPlace = { ms: (await store.time()) - 1 };
      await stage().elapse(3);
      await store.observe(['main'], 1_000);
      expect((await store.events(['main'], before, ALL)).lost.map(({ queue }) => queue)).toContain('main');
      const [id = ''] = await stage().put(['gone']);
      await stage().elapse(1_100);
      await stage().store.cancel('main', id);
      const now = await store.observe(['main'], LONG);
      await stage().elapse(2);
      const page = await store.events(['main'], before, ALL);
      expect(page.lost.find(({ queue }) => queue === 'main')?.ms).toBeGreaterThanOrEqual(now - 1);
      expect(page.events.filter(({ place }) => place.ms >= now)).toEqual([]);
    });
  });
}
