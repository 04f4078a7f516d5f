/** Behaviour of redrive and reschedule: tasks that are put back, or given another time, by their id. */

import { describe, expect, it } from 'vitest';
import type { Overlap } from '../../../src/domain/schedule/schedule.js';
import { Runs } from './overlap-parts.js';
import { LONG, type MakeStore, onStage } from './stage.js';

const KEY = { options: { uniqueKey: 'one' } };

export function describeAgain(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  /** A task that has died of its first attempt. */
  const died = async (name: string, over = {}): Promise<string> => {
    const [id = ''] = await stage().put([name], over);
    const death = stage().settlement(await stage().take('w'), 'w', { to: 'dead' });
    expect(await stage().store.settle('main', 'w', [death])).toEqual(['ok']);
    return id;
  };

  describe('redrive', () => {
    it('puts a dead task back: ready, no failure counted, its attempts go on', async () => {
      const id = await died('a');
      const [death] = (await stage().find(id)).history;
      expect(await stage().store.redrive('main', [{ id, attempt: 1 }])).toEqual(['ok']);
      const facts = await stage().find(id);
      expect(facts).toMatchObject({ state: 'ready', attempt: 1, failures: 0, history: [death] });
      expect(facts.finishedAt).toBeUndefined();
      expect(await stage().list('dead')).toEqual([]);
      expect(await stage().list('ready')).toEqual([id]);
      expect(await stage().store.queueFacts('main')).toMatchObject({ ready: 1, dead: 0 });
      const task = await stage().take('w');
      expect(task).toMatchObject({ id, attempt: 2, failures: 0 });
      await stage().complete('w', [stage().completion(task, 'w')]);
      expect((await stage().find(id)).history).toMatchObject([death, { attempt: 2, outcome: 'completed' }]);
    });

    it('stands behind what is ready already, with the payload that is given', async () => {
      const id = await died('a', { payload: '{"n":1}', options: { timeout: 5, labels: { é: 'ü' } } });
      await stage().put(['b']);
      const large = JSON.stringify('x'.repeat(40_000));
      expect(await stage().store.redrive('main', [{ id, attempt: 1, payload: large }])).toEqual(['ok']);
      const { tasks } = await stage().claim('w');
      expect(tasks.map((task) => task.id)).toEqual([stage().id('b'), id]);
      expect(tasks[1]).toMatchObject({ payload: large, options: { timeout: 5, labels: { é: 'ü' } } });
    });

    it('of many answers a word for each', async () => {
      const { store } = stage();
      const id = await died('a');
      const [ready = '', scheduled = ''] = [
        ...(await stage().put(['r'], { handler: 'other' })),
        ...(await stage().put(['s'], { due: stage().start + LONG })),
      ];
      const unknown = stage().id('nobody');
      const requests = [unknown, ready, scheduled, id].map((one) => ({ id: one, attempt: 1 }));
      expect(await store.redrive('main', requests)).toEqual(['unknown', 'ready', 'scheduled', 'ok']);
      expect(await store.redrive('main', [])).toEqual([]);
    });

    it('sent again does it once, also when it runs by then', async () => {
      const id = await died('a');
      const again = stage().resending().store;
      expect(await again.redrive('main', [{ id, attempt: 1, payload: '"p"' }])).toEqual(['ok']);
      expect(await stage().list('ready')).toEqual([id]);
      const task = await stage().take('w');
      expect(await again.redrive('main', [{ id, attempt: 1 }])).toEqual(['ok']);
      expect(await again.redrive('main', [{ id, attempt: 1, payload: '"q"' }])).toEqual(['running']);
      const death = stage().settlement(task, 'w', { to: 'dead' });
      await stage().store.settle('main', 'w', [death]);
      // Dead again, and of another attempt: what was put back is not put back by the same call.
      expect(await again.redrive('main', [{ id, attempt: 1 }])).toEqual(['dead']);
      expect(await again.redrive('main', [{ id, attempt: 2 }])).toEqual(['ok']);
      expect(await again.settle('main', 'w', [death])).toEqual(['already']);
      expect(await stage().find(id)).toMatchObject({ state: 'ready', failures: 0, attempt: 2 });
    });

    it('of one task by many at once puts it back once', async () => {
      const id = await died('a');
      const asked = Array.from({ length: 10 }, (_, n) => ({ id, attempt: 1, payload: `${n}` }));
      const words = (await Promise.all(asked.map((one) => stage().store.redrive('main', [one])))).flat();
      expect(words.filter((word) => word === 'ok')).toHaveLength(1);
      expect(new Set(words)).toEqual(new Set(['ok', 'ready']));
      expect((await stage().find(id)).payload).toBe(`${words.indexOf('ok')}`);
    });

    it('takes its unique key again, unless another task lives under it', async () => {
      const { store } = stage();
      const id = await died('a', KEY);
      const [owner = ''] = await stage().put(['b'], KEY);
      expect(await store.redrive('main', [{ id, attempt: 1 }])).toEqual([{ taken: owner }]);
      expect(await stage().find(id)).toMatchObject({ state: 'dead', failures: 1 });
      await store.cancel('main', owner);
      expect(await store.redrive('main', [{ id, attempt: 1 }])).toEqual(['ok']);
      const reply = await store.enqueue('main', [stage().draft(stage().id('c'), KEY)]);
      expect(reply).toMatchObject({ created: 0, taken: new Map([[stage().id('c'), id]]) });
      await stage().complete('w', [stage().completion(await stage().take('w'), 'w')]);
      await stage().put(['d'], KEY);
      expect(await stage().list('ready')).toEqual([stage().id('d')]);
    });

    it.each(['skip', 'wait', 'replace'] as const)(
      'of a run under %s waits for the run in progress, and allows none beside it',
      async (overlap: Overlap) => {
        const runs = await Runs.open(stage(), overlap);
        const first = await runs.next();
        await runs.end(await stage().take('w'), { to: 'dead' });
        const second = await runs.next();
        expect(await stage().store.redrive('main', [{ id: first, attempt: 1 }])).toEqual(['ok']);
        expect(await stage().find(first)).toMatchObject({ state: 'scheduled', waitingFor: [second] });
        await runs.complete(await stage().take('w'));
        expect(await stage().take('w')).toMatchObject({ id: first, attempt: 2 });
      },
    );

    it('of a paused queue waits there', async () => {
      const id = await died('a');
      await stage().store.setQueue('main', { paused: true });
      expect(await stage().store.redrive('main', [{ id, attempt: 1 }])).toEqual(['ok']);
      expect((await stage().claim('w')).tasks).toEqual([]);
      await stage().store.setQueue('main', { paused: false });
      expect(await stage().take('w')).toMatchObject({ id });
    });
  });

  describe('reschedule', () => {
    it('moves what waits for its time, later, earlier and to now, under its id', async () => {
      const { store, start } = stage();
      const [id = ''] = await stage().put(['a'], { due: start + LONG });
      for (const due of [start + 3 * LONG, start + 2 * LONG]) {
        expect(
          await stage()
            .resending()
            .store.reschedule('main', [{ id, attempt: 0, due }]),
        ).toEqual(['ok']);
        expect(await stage().find(id)).toMatchObject({ state: 'scheduled', dueAt: due });
        expect(await store.promote('main', 10)).toMatchObject({ moved: 0, nextDue: due });
      }
      const now = { id, attempt: 0, due: start };
      expect(await stage().resending().store.reschedule('main', [now])).toEqual(['ok']);
      expect(await stage().list('ready')).toEqual([id]);
      expect(await stage().find(id)).toMatchObject({ state: 'ready', dueAt: start });
      expect(await stage().take('w')).toMatchObject({ id, dueAt: start });
      expect(await store.reschedule('main', [now])).toEqual(['ok']);
      expect(await store.reschedule('main', [{ ...now, due: start + LONG }])).toEqual(['running']);
    });

    it('moves a retry, which keeps its attempts', async () => {
      const { store, start } = stage();
      const [id = ''] = await stage().put(['a']);
      const next = { to: 'retry' as const, due: start + LONG };
      await store.settle('main', 'w', [stage().settlement(await stage().take('w'), 'w', next)]);
      const due = start + 2 * LONG;
      expect(await store.reschedule('main', [{ id, attempt: 0, due }])).toEqual(['retrying']);
      expect(await store.reschedule('main', [{ id, attempt: 1, due }])).toEqual(['ok']);
      expect(await stage().find(id)).toMatchObject({
        state: 'retrying',
        dueAt: due,
        attempt: 1,
        failures: 1,
      });
      expect(await store.reschedule('main', [{ id, attempt: 1, due: start }])).toEqual(['ok']);
      expect(await stage().take('w')).toMatchObject({ id, attempt: 2 });
    });

    it('is refused with the state of what does not wait for time', async () => {
      const { store, start } = stage();
      const over = await died('d');
      const [held = ''] = await stage().put(['h']);
      await stage().take('w');
      const [ready = ''] = await stage().put(['r']);
      const requests = [over, held, ready, stage().id('nobody')].map((id) => ({
        ...{ id, attempt: id === over ? 1 : 0, due: start + LONG },
      }));
      expect(await store.reschedule('main', requests)).toEqual(['dead', 'running', 'ready', 'unknown']);
      const runs = await Runs.open(stage(), 'wait');
      await runs.next();
      const waits = await runs.next();
      expect(await store.reschedule('main', [{ id: waits, attempt: 0, due: start }])).toEqual(['waiting']);
    });

    it('tells those who promote of an earlier time', async () => {
      const { store, start } = stage();
      const [id = ''] = await stage().put(['a'], { due: start + 2 * LONG });
      const told: unknown[] = [];
      const unsubscribe = await store.subscribe((signal) => told.push(signal));
      const due = start + LONG;
      await store.reschedule('main', [{ id, attempt: 0, due }]);
      const earlier = () => Promise.resolve(told.length > 0);
      await stage().until(earlier);
      expect(told).toEqual([{ kind: 'due', queue: 'main', due }]);
      await unsubscribe();
    });
  });
}
