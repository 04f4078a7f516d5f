/** Behaviour of completions and settle: every ending is a compare-and-set that can be sent twice. */

import { describe, expect, it } from 'vitest';
import type { Settlement } from '../../../src/store/contract/index.js';
import { LONG, type MakeStore, onStage } from './stage.js';

export function describeEndings(makeStore: MakeStore): void {
  const stage = onStage(makeStore);

  describe('completion', () => {
    it('ends the task and keeps the attempt with its result', async () => {
      const [id = ''] = await stage().put(['a']);
      const task = await stage().take('w');
      const completion = stage().completion(task, 'w', { result: '{"sent":"ja"}' });
      expect((await stage().claim('w', { completions: [completion] })).endings).toBeNull();
      const facts = await stage().find(id);
      expect(facts).toMatchObject({ state: 'completed', attempt: 1, failures: 0 });
      expect(facts.history).toEqual([completion.record]);
      expect(facts.finishedAt).toEqual(expect.any(Number));
      expect(facts.held).toBeUndefined();
    });

    it('answers already when sent again, and changes nothing', async () => {
      const [id = ''] = await stage().put(['a']);
      const completion = stage().completion(await stage().take('w'), 'w', { result: '1' });
      expect(await stage().complete('w', [completion])).toEqual(['ok']);
      const before = await stage().find(id);
      expect(await stage().complete('w', [completion])).toEqual(['already']);
      expect(await stage().find(id)).toEqual(before);
      expect((await stage().store.queueFacts('main')).completed).toBe(1);
    });

    it('is recorded once when one call carries it twice', async () => {
      const [id = ''] = await stage().put(['a']);
      const completion = stage().completion(await stage().take('w'), 'w');
      const words = await stage().complete('w', [completion, completion]);
      expect(words[0]).toBe('ok');
      expect((await stage().find(id)).history).toHaveLength(1);
      expect((await stage().store.queueFacts('main')).completed).toBe(1);
      expect(await stage().list('completed')).toEqual([id]);
    });

    it('answers already when the whole claim is sent again', async () => {
      await stage().put(['a', 'b']);
      const completions = [stage().completion(await stage().take('w'), 'w')];
      const first = await stage().claim('w', { want: 1, completions, nonce: 9 });
      const again = await stage().claim('w', { want: 1, completions, nonce: 9 });
      expect(first.endings).toBeNull();
      expect(again.endings).toEqual(['already']);
      expect(again.tasks).toEqual(first.tasks);
    });

    it('answers lost to another worker, another token, another record and an unknown id', async () => {
      const [id = ''] = await stage().put(['a']);
      const task = await stage().take('w');
      const mine = stage().completion(task, 'w');
      expect(await stage().complete('thief', [mine])).toEqual(['lost']);
      expect(await stage().complete('w', [{ ...mine, token: `${mine.token}0` }])).toEqual(['lost']);
      expect(await stage().complete('w', [{ ...mine, id: stage().id('nobody') }])).toEqual(['lost']);
      expect((await stage().find(id)).state).toBe('running');
      expect(await stage().complete('w', [mine])).toEqual(['ok']);
      const other = { ...mine, record: { ...mine.record, result: '"other"' } };
      expect(await stage().complete('w', [other])).toEqual(['lost']);
      expect((await stage().find(id)).history).toEqual([mine.record]);
    });

    it('has one word for each, in order, and hands out new work in the same call', async () => {
      const ids = await stage().put([1, 2, 3]);
      const first = stage().completion(await stage().take('w'), 'w');
      const second = stage().completion(await stage().take('w'), 'w');
      await stage().complete('w', [first]);
      const unknown = { ...second, id: stage().id('nobody') };
      const reply = await stage().claim('w', { want: 5, completions: [unknown, second, first] });
      expect(reply.endings).toEqual(['lost', 'ok', 'already']);
      expect(reply.tasks.map(({ id }) => id)).toEqual([ids[2]]);
    });
  });

  describe('settle', () => {
    const ends: [string, Settlement['next'], string][] = [
      ['retry', { to: 'retry', due: 0 }, 'retrying'],
      ['head', { to: 'head' }, 'ready'],
      ['dead', { to: 'dead' }, 'dead'],
      ['cancelled', { to: 'cancelled' }, 'cancelled'],
    ];

    it.each(ends)('to %s: once, then already; failures are counted once', async (_, to, state) => {
      const [id = ''] = await stage().put(['a']);
      const next = to.to === 'retry' ? { ...to, due: stage().start + LONG } : to;
      const error = { message: 'boom, "quoted" ✗', stack: 'at x\n at y' };
      const ending = stage().settlement(await stage().take('w'), 'w', next, { error });
      expect(await stage().store.settle('main', 'w', [ending])).toEqual(['ok']);
      const facts = await stage().find(id);
      expect(facts).toMatchObject({ state, attempt: 1, failures: 1, history: [ending.record] });
      expect(facts.held).toBeUndefined();
      expect(await stage().store.settle('main', 'w', [ending])).toEqual(['already']);
      expect(await stage().find(id)).toEqual(facts);
    });

    it.each(ends)('to %s: lost to another worker or token', async (_, to) => {
      await stage().put(['a']);
      const task = await stage().take('w');
      const ending = stage().settlement(task, 'w', to);
      expect(await stage().store.settle('main', 'thief', [ending])).toEqual(['lost']);
      expect(await stage().store.settle('main', 'w', [{ ...ending, token: 'x' }])).toEqual(['lost']);
      expect(await stage().find(task.id)).toMatchObject({ state: 'running', failures: 0, history: [] });
      const unknown = { ...ending, id: stage().id('nobody') };
      expect(await stage().store.settle('main', 'w', [unknown])).toEqual(['lost']);
    });

    it('retry waits until its time and comes back as the next attempt', async () => {
      const { store, start } = stage();
      const [id = ''] = await stage().put(['a']);
      const due = start + LONG;
      const first = await stage().take('w');
      await store.settle('main', 'w', [stage().settlement(first, 'w', { to: 'retry', due })]);
      expect(await stage().find(id)).toMatchObject({ state: 'retrying', dueAt: due });
      expect(await stage().claim('w')).toMatchObject({ tasks: [], nextDue: due });
      expect(await stage().list('retrying')).toEqual([id]);
      expect(await stage().list('scheduled')).toEqual([]);
    });

    it('keeps every attempt in order, with its outcome', async () => {
      const { store } = stage();
      const [id = ''] = await stage().put(['a']);
      const records = [];
      for (const [to, failure] of [
        ['retry', true],
        ['head', false],
        ['retry', false],
        ['head', true],
      ] as const) {
        const task = await stage().until(async () => (await stage().claim('w')).tasks[0]);
        expect(task.attempt).toBe(records.length + 1);
        const next = to === 'retry' ? { to, due: await store.time() } : { to };
        const ending = stage().settlement(task, 'w', next, { failure, startedAt: task.attempt });
        expect(await store.settle('main', 'w', [ending])).toEqual(['ok']);
        records.push(ending.record);
      }
      const last = await stage().until(async () => (await stage().claim('w')).tasks[0]);
      expect(last).toMatchObject({ attempt: 5, failures: 2 });
      const completion = stage().completion(last, 'w', { result: '[1,null,"x"]' });
      await stage().complete('w', [completion]);
      const facts = await stage().find(id);
      expect(facts).toMatchObject({ state: 'completed', attempt: 5, failures: 2 });
      expect(facts.history).toEqual([...records, completion.record]);
    });

    it('changes nothing when an old ending comes again during a later attempt', async () => {
      const [id = ''] = await stage().put(['a']);
      const ending = stage().settlement(await stage().take('w'), 'w', { to: 'head' });
      await stage().store.settle('main', 'w', [ending]);
      await stage().take('w');
      const before = await stage().find(id);
      expect(await stage().store.settle('main', 'w', [ending])).toEqual(['already']);
      expect(await stage().find(id)).toEqual(before);
      expect(before).toMatchObject({ state: 'running', attempt: 2 });
    });

    it('puts a task at the head of its own lane', async () => {
      const [a, b, c] = await stage().put(['a', 'b', 'c']);
      const task = await stage().take('w');
      await stage().store.settle('main', 'w', [stage().settlement(task, 'w', { to: 'head' })]);
      expect((await stage().claim('w')).tasks.map(({ id }) => id)).toEqual([a, b, c]);
    });

    it('puts several at the head of their lane in the order of the call', async () => {
      await stage().put(['a', 'b', 'c', 'd']);
      const { tasks } = await stage().claim('w', { want: 3 });
      const endings = tasks.map((task) => stage().settlement(task, 'w', { to: 'head' }));
      expect(await stage().store.settle('main', 'w', endings)).toEqual(['ok', 'ok', 'ok']);
      const again = (await stage().claim('v')).tasks.map(({ id }) => id);
      expect(again).toEqual(['a', 'b', 'c', 'd'].map((name) => stage().id(name)));
    });

    it('takes many of every kind in one call, one of them twice, and answers the same when sent again', async () => {
      const { store, start } = stage();
      await stage().put(Array.from({ length: 40 }, (_, i) => i));
      const { tasks } = await stage().claim('w');
      const kinds: Settlement['next'][] = [
        { to: 'retry', due: start + LONG },
        { to: 'head' },
        { to: 'dead' },
        { to: 'cancelled' },
      ];
      const endings = tasks.flatMap((task, i) => {
        const next = kinds[i % 4];
        return next ? [stage().settlement(task, 'w', next, { failure: i % 3 > 0 })] : [];
      });
      const [first] = endings;
      if (!first) throw new Error('forty expected');
      const words = await store.settle('main', 'w', [...endings, first]);
      expect(words).toEqual([...endings.map(() => 'ok'), 'already']);
      expect(await store.settle('main', 'w', endings)).toEqual(endings.map(() => 'already'));
      expect(await store.queueFacts('main')).toMatchObject({
        retrying: 10,
        ready: 10,
        dead: 10,
        cancelled: 10,
      });
      const failures = await Promise.all(tasks.map(async ({ id }) => (await stage().find(id)).failures));
      expect(failures).toEqual(tasks.map((_, i) => (i % 3 > 0 ? 1 : 0)));
    });

    it('has one word for each, in order', async () => {
      await stage().put([1, 2]);
      const one = stage().settlement(await stage().take('w'), 'w', { to: 'dead' });
      const two = stage().settlement(await stage().take('w'), 'w', { to: 'head' }, { failure: false });
      const nobody = { ...two, id: stage().id('nobody') };
      await stage().store.settle('main', 'w', [one]);
      expect(await stage().store.settle('main', 'w', [two, nobody, one])).toEqual(['ok', 'lost', 'already']);
    });

    it('frees the nonce for nothing: a settled task is not answered to the claim that took it', async () => {
      await stage().put(['a']);
      const task = await stage().take('w', { nonce: 4 });
      await stage().store.settle('main', 'w', [stage().settlement(task, 'w', { to: 'head' })]);
      expect((await stage().claim('w', { nonce: 4 })).tasks).toEqual([]);
      expect((await stage().claim('w', { nonce: 5 })).tasks).toMatchObject([{ id: task.id, attempt: 2 }]);
    });
  });
}
