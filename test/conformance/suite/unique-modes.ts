/** Behaviour of the modes of a unique key, and of calls whose answer is remembered. */

import { describe, expect, it } from 'vitest';
import type { TaskDraft } from '../../../src/store/contract/index.js';
import { LONG, type MakeStore, onStage } from './stage.js';

const KEEP_NOTHING = { completed: { count: 0, age: 0 }, dead: { count: 0, age: 0 }, atLeast: 0 };
const key = { uniqueKey: 'k' };
const replace = { unique: { mode: 'replace' } } as const;
const after = { unique: { mode: 'after' } } as const;

export function describeUniqueModes(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const id = (name: string): string => stage().id(name);
  const draft = (name: string, over: Partial<TaskDraft> = {}): TaskDraft =>
    stage().draft(id(name), { options: key, payload: `"${name}"`, ...over });
  const put = (name: string, over: Partial<TaskDraft> = {}, resend = false) =>
    (resend ? stage().resending() : stage()).store.enqueue('main', [draft(name, over)]);
  const takenBy = (name: string, owner: string) => ({ created: 0, taken: new Map([[id(name), id(owner)]]) });
  const complete = async (): Promise<void> => {
    const task = await stage().take('w');
    expect(await stage().complete('w', [stage().completion(task, 'w')])).toEqual(['ok']);
  };

  describe('replace', () => {
    it('gives a task that waits for its time payload and due time, and leaves its id', async () => {
      const { start } = stage();
      const options = { ...key, timeout: 5, labels: { a: 'ü' } };
      await put('a', { due: start + LONG, options });
      expect(await put('b', { due: start + 2 * LONG, ...replace }, true)).toMatchObject(takenBy('b', 'a'));
      const facts = await stage().find(id('a'));
      expect(facts).toMatchObject({ state: 'scheduled', payload: '"b"', dueAt: start + 2 * LONG, options });
      expect(await stage().store.find(id('b'))).toBeNull();
      await put('c', replace);
      expect(await stage().take('w')).toMatchObject({ id: id('a'), payload: '"c"', attempt: 1 });
      expect(await put('d', replace)).toMatchObject(takenBy('d', 'a'));
      expect((await stage().find(id('a'))).payload).toBe('"c"');
      expect((await stage().claim('w')).tasks).toEqual([]);
    });

    it('tells who made what it carries now, of whatever length that is', async () => {
      const { start } = stage();
      const made = (madeBy?: string) => ({
        ...key,
        labels: { madeBy: '"madeBy":"x 1"}' },
        ...(madeBy && { madeBy }),
      });
      const calls = ['a-1 1', 'of-another 17', undefined, undefined, 'c@5 2'];
      for (const [at, madeBy] of calls.entries()) {
        await put(`n${at}`, { due: start + LONG + at, options: made(madeBy), ...replace });
        const { options, payload } = await stage().find(id('n0'));
        expect({ options, payload }).toEqual({ options: made(madeBy), payload: `"n${at}"` });
      }
      // Of what is no part of its payload its own counts.
      await put('other', { due: start + LONG, options: { ...key, timeout: 5, madeBy: 'd-1 1' }, ...replace });
      expect((await stage().find(id('n0'))).options).toEqual(made('d-1 1'));
      const unique = { mode: 'debounce' } as const;
      await put('later', { due: start + 2 * LONG, options: made('e-1 1'), unique });
      expect((await stage().find(id('n0'))).options).toEqual(made('e-1 1'));
      // Nothing is taken from a call that makes nothing.
      await put('refused', { options: made('f-1 1') });
      expect((await stage().find(id('n0'))).options).toEqual(made('e-1 1'));
    });

    it('puts off a ready one, which keeps its place where it is due by then', async () => {
      const { store, start } = stage();
      await put('a');
      await stage().put(['other'], { options: { uniqueKey: 'o' } });
      await put('b', replace);
      await put('c', { due: start + LONG, ...replace });
      expect(await stage().states([id('a'), id('other')])).toEqual(['scheduled', 'ready']);
      expect((await store.promote('main', 10)).nextDue).toBe(start + LONG);
      await put('d', replace);
      const { tasks } = await stage().claim('w');
      expect(tasks.map((task) => [task.id, task.payload])).toEqual([
        [id('other'), ''],
        [id('a'), '"d"'],
      ]);
    });

    it('changes a retry, with a large payload, and no task of another handler', async () => {
      const { store, start } = stage();
      await put('a');
      const retry = stage().settlement(await stage().take('w'), 'w', { to: 'retry', due: start + LONG });
      await store.settle('main', 'w', [retry]);
      const payload = JSON.stringify('x'.repeat(30_000));
      expect(await put('b', { ...replace, payload })).toMatchObject(takenBy('b', 'a'));
      expect(await put('c', { ...replace, handler: 'another' })).toMatchObject(takenBy('c', 'a'));
      expect(await stage().take('w')).toMatchObject({ id: id('a'), payload, attempt: 2, failures: 1 });
    });
  });

  it('debounce puts off what waits, no further than maxWait after its creation', async () => {
    const { start } = stage();
    const unique = { mode: 'debounce', maxWait: 100_000 } as const;
    await put('a', { due: start + 60_000, unique });
    await put('b', { due: start + 90_000, createdAt: start + 30_000, unique });
    expect(await stage().find(id('a'))).toMatchObject({ payload: '"b"', dueAt: start + 90_000 });
    await put('c', { due: start + 120_000, createdAt: start + 60_000, unique });
    expect(await stage().find(id('a'))).toMatchObject({ payload: '"c"', dueAt: start + 100_000 });
    await put('d', { due: start + 500_000, unique: { mode: 'debounce' } });
    expect(await stage().find(id('a'))).toMatchObject({ dueAt: start + 500_000 });
  });

  describe('throttle', () => {
    const unique = { mode: 'throttle', for: LONG } as const;

    it('answers one that was made less than `for` ago, also when it has ended or was pruned', async () => {
      const { store } = stage();
      expect(await put('a', { unique }, true)).toMatchObject({ created: 0 });
      expect(await stage().states([id('a')])).toEqual(['ready']);
      expect(await put('b', { unique })).toMatchObject(takenBy('b', 'a'));
      await complete();
      expect(await put('c', { unique })).toMatchObject(takenBy('c', 'a'));
      const { createdAt: _, ...facts } = await stage().find(id('a'));
      expect(facts.state).toBe('completed');
      await stage().until(async () => {
        await store.prune('main', KEEP_NOTHING);
        return !(await store.find(id('a')));
      });
      const { gone } = await put('d', { unique });
      expect(gone?.get(id('d'))).toMatchObject({ id: id('a'), state: 'completed' });
      // Whoever does not throttle is not held up.
      expect(await put('e')).toMatchObject({ created: 1 });
    });

    it('makes one again after that, and is free to others meanwhile', async () => {
      const brief = { mode: 'throttle', for: 30 } as const;
      await put('a', { unique: brief });
      await complete();
      const reply = await stage().until(async () => {
        const { created } = await put('b', { unique: brief });
        return created === 1;
      });
      expect(reply).toBe(true);
    });
  });

  describe('after', () => {
    it('makes one follower of a running task, which begins when that one has ended', async () => {
      const { store } = stage();
      await put('a', after);
      expect(await put('b', after)).toMatchObject(takenBy('b', 'a'));
      const task = await stage().take('w');
      expect(await put('c', after, true)).toMatchObject({ created: 0 });
      expect(await stage().find(id('c'))).toMatchObject({ state: 'scheduled', waitingFor: [id('a')] });
      expect(await stage().list('scheduled')).toEqual([id('c')]);
      for (const name of ['d', 'e']) expect(await put(name, after)).toMatchObject(takenBy(name, 'c'));
      expect(await put('f')).toMatchObject(takenBy('f', 'a'));
      expect(await put('g', replace)).toMatchObject(takenBy('g', 'c'));
      expect((await stage().claim('w2')).tasks).toEqual([]);
      const back = stage().settlement(task, 'w', { to: 'head' });
      await store.settle('main', 'w', [back]);
      expect(await put('h', after)).toMatchObject(takenBy('h', 'c'));
      await complete();
      expect(await stage().take('w')).toMatchObject({ id: id('c'), payload: '"g"', attempt: 1 });
      // It has the key now, and may be followed in turn.
      expect(await put('i', after)).toMatchObject({ created: 1 });
    });

    it.each(['dead', 'cancelled'] as const)(
      'goes on when that one is %s; keeps its own due time',
      async (to) => {
        const { store, start } = stage();
        await put('a');
        const task = await stage().take('w');
        await put('b', { ...after, due: start + LONG });
        await store.settle('main', 'w', [stage().settlement(task, 'w', { to })]);
        expect(await stage().find(id('b'))).toMatchObject({ state: 'scheduled', dueAt: start + LONG });
        expect(await stage().find(id('b'))).not.toHaveProperty('waitingFor');
        expect((await store.promote('main', 10)).nextDue).toBe(start + LONG);
        expect(await put('c')).toMatchObject(takenBy('c', 'b'));
      },
    );

    it('that is cancelled while it waits leaves the key to the one before it', async () => {
      await put('a');
      const task = await stage().take('w');
      await put('b', after);
      expect(await stage().store.cancel('main', id('b'))).toBe('cancelled');
      expect(await put('c')).toMatchObject(takenBy('c', 'a'));
      expect(await put('d', after)).toMatchObject({ created: 1 });
      await stage().complete('w', [stage().completion(task, 'w')]);
      expect(await stage().states([id('b'), id('d')])).toEqual(['cancelled', 'ready']);
    });

    it('of many at once makes one follower', async () => {
      await put('a');
      await stage().take('w');
      const names = Array.from({ length: 20 }, (_, n) => `n${n}`);
      const replies = await Promise.all(names.map((name) => put(name, after)));
      expect(replies.reduce((sum, { created }) => sum + created, 0)).toBe(1);
      expect(await stage().list('scheduled')).toHaveLength(1);
    });
  });

  describe('several in one call', () => {
    const debounce = { unique: { mode: 'debounce' } } as const;
    const putBoth = (first: Partial<TaskDraft>, second: Partial<TaskDraft>) =>
      stage().store.enqueue('main', [
        draft('a', { ...debounce, ...first }),
        draft('b', { ...debounce, ...second }),
      ]);

    it('are one task, due when the latter says', async () => {
      const { start } = stage();
      expect(await putBoth({ due: start + LONG }, { due: start + 2 * LONG })).toMatchObject({ created: 1 });
      expect(await stage().find(id('a'))).toMatchObject({ payload: '"b"', dueAt: start + 2 * LONG });
      expect(await stage().list('scheduled')).toEqual([id('a')]);
      expect((await stage().store.promote('main', 10)).nextDue).toBe(start + 2 * LONG);
      await put('c', replace);
      expect(await stage().take('w')).toMatchObject({ id: id('a'), payload: '"c"' });
      expect((await stage().claim('w')).tasks).toEqual([]);
    });

    it('are due now where the latter says so', async () => {
      const { start } = stage();
      await putBoth({ due: start + LONG }, {});
      expect(await stage().take('w')).toMatchObject({ id: id('a'), payload: '"b"' });
    });

    it.each([{}, { concurrencyKey: 'c' }])(
      'wait in one place where the latter puts off a ready one: %j',
      async (more) => {
        const { start } = stage();
        const options = { ...key, ...more };
        await putBoth({ options }, { options, due: start + LONG });
        expect(await stage().list('ready')).toEqual([]);
        expect(await stage().list('scheduled')).toEqual([id('a')]);
        expect((await stage().claim('w')).tasks).toEqual([]);
      },
    );
  });

  describe('a call with an idempotency key', () => {
    const once = { once: { key: 'q-1', body: 'b1' } };
    const plain = { options: {}, ...once };

    it('makes one task of many at once, plain ones too, and in one call', async () => {
      const names = Array.from({ length: 20 }, (_, n) => `n${n}`);
      const replies = await Promise.all(names.map((name) => put(name, plain)));
      expect(replies.reduce((sum, { created }) => sum + created, 0)).toBe(1);
      const both = await stage().store.enqueue('main', [draft('x', plain), draft('y', plain)]);
      expect(both.created).toBe(0);
      const [first = ''] = await stage().list('ready');
      expect(both.repeated?.get(id('x'))).toEqual({ id: first, createdAt: stage().start });
    });

    it('is answered as before when its task has ended and was pruned', async () => {
      const { store, start } = stage();
      await put('a', plain, true);
      await complete();
      await stage().until(async () => {
        await store.prune('main', KEEP_NOTHING);
        return !(await store.find(id('a')));
      });
      const { created, repeated } = await put('b', { ...plain, createdAt: start + 5 });
      expect([created, repeated?.get(id('b'))]).toEqual([0, { id: id('a'), createdAt: start }]);
    });

    it('of another body is refused and makes nothing; of another key or queue it is another', async () => {
      await put('a', plain);
      const other = await put('b', { options: {}, once: { key: 'q-1', body: 'b2' } });
      expect(other).toMatchObject({ created: 0, repeated: new Map([[id('b'), 'differs']]) });
      expect(await put('c', { options: {}, once: { key: 'q-2', body: 'b1' } })).toMatchObject({ created: 1 });
      const beside = await stage().beside('second');
      const reply = await beside.store.enqueue('second', [beside.draft(beside.id('a'), plain)]);
      expect(reply).toMatchObject({ created: 1 });
    });

    it('remembers the task that had its unique key', async () => {
      await put('a');
      expect(await put('b', once)).toMatchObject(takenBy('b', 'a'));
      await complete();
      expect((await put('c', once)).repeated?.get(id('c'))).toMatchObject({ id: id('a') });
      expect(await put('d')).toMatchObject({ created: 1 });
    });
  });
}
