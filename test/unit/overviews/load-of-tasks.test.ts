/** How often queues are asked for their delayed tasks, and what is told meanwhile. */

import { beforeEach, expect, it, vi } from 'vitest';
import { LoadOfTasks } from '../../../src/overviews/load-of-tasks.js';

const time = vi.hoisted(() => ({ now: 0 }));
vi.mock('../../../src/runtime/clock.js', () => ({ mono: () => time.now }));

const HOUR = 3_600_000;
const STEPS = { from: 10 * HOUR, to: 14 * HOUR, step: HOUR };

let due: number[];
let asked: number;
/** How long a question takes, ms. */
let takes: number;
let load: LoadOfTasks;
beforeEach(() => {
  time.now = 0;
  [due, asked, takes] = [[10 * HOUR, 11 * HOUR + 1, 11 * HOUR + 2, 20 * HOUR], 0, 0];
  load = new LoadOfTasks({
    queues: async () => ['a', 'b'],
    async dueCounts(queue, from, step, steps) {
      asked += 1;
      time.now += takes;
      const counts = new Map<number, number>();
      for (const at of queue === 'a' ? due : []) {
        const index = Math.floor((at - from) / step);
        if (index >= 0 && index < steps) counts.set(index, (counts.get(index) ?? 0) + 1);
      }
      return counts;
    },
  });
});

const told = async (steps = STEPS): Promise<number[]> => [...(await load.of(steps))];
/** What goes on behind an answer. */
const settled = () => new Promise(setImmediate);

it('those who ask at once and within seconds share one reading, also of a part of what was read', async () => {
  expect(await Promise.all([told(), told()])).toEqual([
    [1, 2, 0, 0],
    [1, 2, 0, 0],
  ]);
  expect(await told({ ...STEPS, from: 11 * HOUR, to: 15 * HOUR })).toEqual([2, 0, 0, 0]);
  time.now += 4_999;
  await told();
  expect(asked).toBe(2);
});

it('what is older is told while it is read anew, and what is much older is read first', async () => {
  await told();
  due = [];
  time.now += 6_000;
  expect(await told()).toEqual([1, 2, 0, 0]);
  await settled();
  expect(await told()).toEqual([0, 0, 0, 0]);
  due = [12 * HOUR];
  time.now += 300_000;
  expect(await told()).toEqual([0, 0, 1, 0]);
});

it('where reading takes long it is done more rarely', async () => {
  takes = 500;
  await told();
  time.now += 40_000;
  await told();
  await settled();
  expect(asked).toBe(2);
  time.now += 20_000;
  await told();
  await settled();
  expect(asked).toBe(4);
});

it('another step is read for itself', async () => {
  await told();
  expect(await told({ ...STEPS, step: 2 * HOUR })).toEqual([3, 0]);
  expect(asked).toBe(4);
});
