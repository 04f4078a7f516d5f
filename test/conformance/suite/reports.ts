/** Behaviour of what attempts tell of themselves: kept while they are held, in order, once, and gone with the task. */

import { describe, expect, it } from 'vitest';
import { LOG_LINES } from '../../../src/domain/input/sizes.js';
import type { ClaimedTask, Report } from '../../../src/store/contract/index.js';
import { type MakeStore, onStage } from './stage.js';

const KEEP_NOTHING = { completed: { count: 0, age: 0 }, dead: { count: 0, age: 0 }, atLeast: 0 };

export function describeReports(makeStore: MakeStore): void {
  const stage = onStage(makeStore);
  const of = ({ id, token }: ClaimedTask, over: Partial<Report> = {}): Report => ({
    ...{ id, token, lines: [], from: 1 },
    ...over,
  });
  const tell = (worker: string, ...reports: Report[]) => stage().store.report('main', worker, reports);
  const log = async (id: string, after?: { attempt: number; line: number }) =>
    (await stage().store.logs('main', id, 1_000, after)).map(
      ({ attempt, line, text }) => `${attempt}-${line} ${text}`,
    );

  describe('what an attempt tells', () => {
    it('is kept with its task: the latest progress, and every line in its order', async () => {
      await stage().put(['a', 'b']);
      const { tasks } = await stage().claim('w');
      const [a, b] = tasks;
      if (!a || !b) throw new Error('two expected');
      await tell('w', of(a, { progress: '{"done":1}', lines: ['one', 'two'] }), of(b, { lines: ['other'] }));
      await tell('w', of(a, { progress: '{"done":2}' }), of(a, { lines: ['three'], from: 3 }));
      expect((await stage().find(a.id)).progress).toBe('{"done":2}');
      expect((await stage().find(b.id)).progress).toBeUndefined();
      expect(await log(a.id)).toEqual(['1-1 one', '1-2 two', '1-3 three']);
      expect(await log(b.id)).toEqual(['1-1 other']);
      expect(await log(a.id, { attempt: 1, line: 2 })).toEqual(['1-3 three']);
      expect(await stage().store.logs('main', a.id, 2)).toHaveLength(2);
      expect(await log(stage().id('nobody'))).toEqual([]);
      const { items } = await stage().store.list('main', 'running', 10);
      expect(items.map(({ progress }) => progress)).toEqual(['{"done":2}', undefined]);
    });

    it('is kept once, however often it is sent, also in pieces that overlap', async () => {
      await stage().put(['a']);
      const task = await stage().take('w');
      const twice = stage().resending();
      await twice.store.report('main', 'w', [of(task, { progress: '1', lines: ['one', 'two'] })]);
      await twice.store.report('main', 'w', [of(task, { lines: ['two', 'three'], from: 2 })]);
      expect(await log(task.id)).toEqual(['1-1 one', '1-2 two', '1-3 three']);
    });

    it('counts only while its worker holds it', async () => {
      await stage().put(['a']);
      const first = await stage().take('w');
      await tell('other', of(first, { progress: '0', lines: ['not mine'] }));
      await tell('w', of(first, { progress: '1', lines: ['one'] }));
      await stage().store.settle('main', 'w', [
        stage().settlement(first, 'w', { to: 'head' }, { failure: false }),
      ]);
      await tell('w', of(first, { progress: '2', lines: ['late'], from: 2 }));
      const second = await stage().take('v');
      await tell('w', of(first, { progress: '3', lines: ['later'], from: 3 }));
      // What the attempt before said stands until this one says something.
      expect((await stage().find(first.id)).progress).toBe('1');
      await tell('v', of(second, { progress: '4', lines: ['again'] }));
      await stage().complete('v', [stage().completion(second, 'v')]);
      await tell('v', of(second, { progress: '5', lines: ['too late'], from: 2 }));
      expect((await stage().find(first.id)).progress).toBe('4');
      expect(await log(first.id)).toEqual(['1-1 one', '2-1 again']);
    });

    it('is bounded: the last lines are kept', async () => {
      await stage().put(['a']);
      const task = await stage().take('w');
      const lines = Array.from({ length: LOG_LINES }, (_, n) => `${n + 1}`);
      await tell('w', of(task, { lines }));
      await tell('w', of(task, { lines: ['more', 'and more'], from: LOG_LINES + 1 }));
      const kept = await log(task.id);
      expect(kept).toHaveLength(LOG_LINES);
      expect([kept[0], kept.at(-1)]).toEqual(['1-3 3', `1-${LOG_LINES + 2} and more`]);
    });

    it('is gone with its task', async () => {
      await stage().put(['a']);
      const task = await stage().take('w');
      await tell('w', of(task, { progress: '1', lines: ['one'] }));
      await stage().complete('w', [stage().completion(task, 'w')]);
      await stage().until(async () => (await stage().store.prune('main', KEEP_NOTHING)).pruned > 0);
      expect(await stage().store.find(task.id)).toBeNull();
      expect(await log(task.id)).toEqual([]);
      await stage().put(['a']);
      expect((await stage().find(task.id)).progress).toBeUndefined();
    });
  });
}
