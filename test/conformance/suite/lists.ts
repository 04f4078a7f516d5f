/** Behaviour of lists while tasks move: a page neither skips nor repeats, wherever its cursor's own task has gone. */

import { describe, expect, it } from 'vitest';
import type { TaskState } from '../../../src/domain/task/task.js';
import { TASK_STATES } from '../../../src/domain/task/task.js';
import { fitting } from '../../../src/tasks/filter.js';
import { populate } from './populate.js';
import { plain, scheduleEdit } from './schedule-parts.js';
import { LONG, type MakeStore, onStage } from './stage.js';

const names = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${letter}${String(n).padStart(2, '0')}`);

export function describeLists(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  /** Every page of two, with `between` after each. */
  const walk = async (state: TaskState, between: (page: number) => Promise<unknown>): Promise<string[]> => {
    const found: string[] = [];
    let cursor: string | null | undefined;
    for (let page = 0; cursor !== null; page += 1) {
      const { items, nextCursor } = await stage().store.list('main', state, 2, cursor ?? undefined);
      found.push(...items.map(({ id }) => id));
      await between(page);
      cursor = nextCursor;
    }
    return found;
  };

  describe('a list while tasks move', () => {
    it('scheduled: many of one instant, some cancelled, others put before and behind the place', async () => {
      const { store, start } = stage();
      const due = start + LONG;
      const ids = await stage().put(names('s', 12), { due });
      const later = await stage().put(['zz'], { due: due + 1 });
      const found = await walk('scheduled', async (page) => {
        // What was shown last, and one that is still to come.
        if (page === 1) for (const n of [3, 10]) await store.cancel('main', ids[n] ?? '');
        if (page === 2) await stage().put(['early'], { due: due - 1 });
      });
      expect(found).toEqual([...ids.filter((_, n) => n !== 10), ...later]);
    });

    it('ready: what was shown is claimed, and others arrive', async () => {
      const ids = await stage().put(names('r', 12));
      const late: string[] = [];
      const found = await walk('ready', async (page) => {
        if (page === 1) await stage().claim('w', { want: 3 });
        if (page === 2) await stage().claim('w', { want: 3 });
        if (page === 3) late.push(...(await stage().put(['late'])));
      });
      expect(found).toEqual([...ids, ...late]);
    });

    it('ready: a cancelled place, and lanes of every priority', async () => {
      const { store } = stage();
      const high = await stage().put(names('h', 3), { priority: 'high' });
      const normal = await stage().put(names('n', 3));
      const low = await stage().put(names('l', 3), { priority: 'low' });
      const found = await walk('ready', async (page) => {
        if (page === 0) await store.cancel('main', high[1] ?? '');
        if (page === 2) await store.cancel('main', normal[2] ?? '');
      });
      expect(found.toSorted()).toEqual([...high, ...low, ...normal].toSorted());
    });

    it('running: some end meanwhile, some begin', async () => {
      const ids = await stage().put(names('r', 8));
      const claimed = [];
      for (const worker of ['w1', 'w2', 'w3', 'w4']) {
        claimed.push({ worker, tasks: (await stage().claim(worker, { want: 2 })).tasks });
      }
      const [first, , , last] = claimed;
      const found = await walk('running', async (page) => {
        if (page !== 0 || !first || !last) return;
        await stage().complete(
          first.worker,
          first.tasks.map((task) => stage().completion(task, first.worker)),
        );
      });
      expect(found.toSorted()).toEqual(ids);
    });

    it('completed: newer ones come, the place is deleted with all that is older', async () => {
      const { store } = stage();
      const complete = async (name: string): Promise<string> => {
        const [id = ''] = await stage().put([name]);
        const finishedAt = await store.time();
        await stage().complete('w', [stage().completion(await stage().take('w'), 'w', { finishedAt })]);
        return id;
      };
      const ids: string[] = [];
      for (const name of names('c', 9)) ids.push(await complete(name));
      const newest = ids.toReversed();
      const found = await walk('completed', async (page) => {
        if (page < 3) await complete(`later${page}`);
      });
      expect(found).toEqual(newest);
      await stage().elapse(2);
      const pruned = await walk('completed', async (page) => {
        // All but the newest two of those shown so far.
        const keep = { count: 2, age: LONG };
        if (page === 1) await store.prune('main', { completed: keep, dead: keep, atLeast: 0 });
      });
      expect(pruned).toHaveLength(4);
    });

    it('dead and cancelled: many of one instant, others before the place', async () => {
      const { store } = stage();
      const ids = await stage().put(names('x', 9), { due: stage().start + LONG });
      for (const id of ids) await store.cancel('main', id);
      const found = await walk('cancelled', async (page) => {
        const [id = ''] = await stage().put([`after${page}`], { due: stage().start + LONG });
        if (page < 3) {
          await stage().elapse(2);
          await store.cancel('main', id);
        }
      });
      expect(found.toSorted()).toEqual(ids);
    });
  });

  describe('a list of several states', () => {
    it('is one walk in the order of the states, whatever the size of its pages', async () => {
      const ids = await populate(stage());
      const wanted = TASK_STATES.map((state) => (ids[state] ?? []).toSorted());
      for (const limit of [1, 4, 100]) {
        const found: string[] = [];
        let cursor: string | null | undefined;
        do {
          const page = await stage().store.list('main', TASK_STATES, limit, cursor ?? undefined);
          found.push(...page.items.map(({ id }) => id));
          expect(page.cursors).toHaveLength(page.items.length);
          cursor = page.nextCursor;
        } while (cursor !== null);
        for (const [n, state] of wanted.entries()) {
          expect(found.slice(3 * n, 3 * n + 3).toSorted()).toEqual(state);
        }
        expect(found).toHaveLength(21);
      }
    });

    it('goes on behind any of its items', async () => {
      await populate(stage());
      const all = await stage().store.list('main', TASK_STATES, 100);
      for (const [n, cursor] of all.cursors.entries()) {
        const { items } = await stage().store.list('main', TASK_STATES, 100, cursor);
        expect(items.map(({ id }) => id)).toEqual(all.items.slice(n + 1).map(({ id }) => id));
      }
    });

    it('looks at as many as it is told to, and goes on from there', async () => {
      await populate(stage());
      const found: string[] = [];
      let cursor: string | null | undefined;
      do {
        const page = await stage().store.list('main', TASK_STATES, 100, cursor ?? undefined, { scan: 2 });
        expect(page.scanned).toBeLessThanOrEqual(2);
        found.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(new Set(found).size).toBe(21);
      expect(found).toHaveLength(21);
    });

    it('without those that cannot hold a text, wherever it stands and in whatever letters', async () => {
      const { store, start } = stage();
      const due = start + LONG;
      const put = (name: string, over: object) => stage().put([name], { due, ...over });
      const holds = [
        ...(await put('has-Needle', {})),
        ...(await put('payload', { payload: '{"text":"a NEEDLE there"}' })),
        ...(await put('kelvin', { payload: '"\u{212a}elvin of needles"' })),
        ...(await put('handler', { handler: 'find.needle' })),
        ...(await put('label', { options: { labels: { Needle: 'x' } } })),
        ...(await put('key', { options: { concurrencyKey: 'a-needle' } })),
      ];
      await stage().put(names('n', 30), { due, handler: 'hay' });
      const fits = fitting({ q: 'needle' }) ?? (() => false);
      const found: string[] = [];
      let [cursor, scanned]: [string | null | undefined, number] = [undefined, 0];
      do {
        const range = { text: 'needle', scan: 7 };
        const page = await store.list('main', TASK_STATES, 2, cursor ?? undefined, range);
        found.push(...page.items.filter(fits).map(({ id }) => id));
        scanned += page.scanned;
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(found.toSorted()).toEqual(holds.toSorted());
      expect(scanned).toBe(36);
      const kelvin = await store.list('main', TASK_STATES, 9, undefined, { text: 'kelvin of' });
      expect(kelvin.items.map(({ id }) => id)).toContain(stage().id('kelvin'));
    });

    it('of one handler, or of one schedule', async () => {
      await populate(stage());
      const { store, start } = stage();
      const mail = await stage().put(['m1', 'm2'], { handler: 'mail', due: start + LONG });
      mail.push(...(await stage().put(['m3'], { handler: 'mail', priority: 'high' })));
      await store.enqueue('main', [
        stage().draft('daily@1000', { due: start + LONG }),
        stage().draft('daily2@1000', { due: start + LONG }),
      ]);
      const ids = async (range: object) =>
        (await store.list('main', TASK_STATES, 100, undefined, range)).items.map(({ id }) => id).toSorted();
      expect(await ids({ handler: 'mail' })).toEqual(mail);
      expect(await ids({ handler: 'nobody' })).toEqual([]);
      expect(await ids({ schedules: ['daily'] })).toEqual(['daily@1000']);
      expect(await ids({ schedules: ['daily'], handler: 'mail' })).toEqual([]);
    });
  });

  describe('schedules by id', () => {
    it('are a range of ids over all queues, whatever comes and goes in between', async () => {
      const { store } = stage();
      await store.open('other');
      const put = (id: string, queue: string) => store.edit(queue, scheduleEdit(plain(id, queue), null));
      for (const [n, id] of names('s', 9).entries()) await put(id, n % 2 ? 'main' : 'other');
      const walked = async (limit: number, between: (page: number) => Promise<unknown>) => {
        const found: string[] = [];
        let after: string | null = '';
        for (let page = 0; after !== null; page += 1) {
          const { rows, next } = await store.schedulesFrom(after, limit);
          found.push(...rows.map(({ schedule }) => schedule.definition.id));
          await between(page);
          after = next;
        }
        return found;
      };
      const nothing = async () => {};
      for (const limit of [1, 2, 4, 100]) expect(await walked(limit, nothing)).toEqual(names('s', 9));
      const remove = async (id: string, queue: string) => {
        const row = await store.schedule(id);
        const expected = { revision: row?.schedule.revision ?? 0, cursor: row?.cursor ?? null };
        await store.edit(queue, { id, expect: expected, schedule: null, cursor: null, withdraw: null });
      };
      const found = await walked(2, async (page) => {
        // The place itself, one that is still to come, and a new one before the place.
        if (page === 0) await remove('s01', 'main');
        if (page === 1) await remove('s05', 'main');
        if (page === 2) await put('s000', 'main');
      });
      expect(found).toEqual(names('s', 9).filter((id) => id !== 's05'));
      expect(await walked(3, nothing)).toEqual(['s00', 's000', 's02', 's03', 's04', 's06', 's07', 's08']);
    });

    it('are none behind the last', async () => {
      expect(await stage().store.schedulesFrom('', 10)).toEqual({ rows: [], next: null });
    });
  });

  it.each(['', 'x', '7', '{}', '[]', 'null', '["ready"]', '["nowhere","","0","x"]', '["dead","","0","x"]'])(
    'refuses %j as a cursor',
    async (cursor) => {
      await expect(stage().store.list('main', ['ready', 'running'], 10, cursor)).rejects.toMatchObject({
        code: 'invalid_input',
      });
    },
  );
}
