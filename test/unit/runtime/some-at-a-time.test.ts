import { expect, test } from 'vitest';
import { someAtATime } from '../../../src/runtime/some-at-a-time.js';

test('each gets its turn, and never more than so many are under way', async () => {
  let underWay = 0;
  let most = 0;
  const done: number[] = [];
  await someAtATime(
    Array.from({ length: 20 }, (_, i) => i),
    3,
    async (one) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      done.push(one);
    },
  );
  expect(most).toBe(3);
  expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
});

test('fewer than that, or none, are no trouble', async () => {
  const done: string[] = [];
  await someAtATime(['a'], 10, async (one) => void done.push(one));
  await someAtATime([], 10, async () => void done.push('never'));
  expect(done).toEqual(['a']);
});

test('the first fault is told, and nothing is begun after it', async () => {
  const begun: number[] = [];
  const each = async (one: number): Promise<void> => {
    begun.push(one);
    await Promise.resolve();
    if (one === 1) throw new Error('fault');
  };
  await expect(someAtATime([0, 1, 2, 3, 4, 5, 6, 7], 2, each)).rejects.toThrow('fault');
  expect(begun.length).toBeLessThan(8);
});
