/** What the thread that keeps leases is shown: deadlines while they count, in memory that is used again. */

import { expect, test } from 'vitest';
import type { Beats } from '../../../src/store/contract/index.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import { LeaseKeeper } from '../../../src/worker/keeper.js';

function scene() {
  let seen: Float64Array = new Float64Array();
  const kept: string[] = [];
  const beats: Beats = {
    keep: (queue, worker) => {
      kept.push(`${queue} ${worker}`);
      return () => kept.push('left');
    },
    close: () => kept.push('closed'),
  };
  const store = Object.assign(new ModelStore(), {
    beats: (_: number, deadlines: Float64Array) => {
      seen = deadlines;
      return beats;
    },
  });
  const keeper = new LeaseKeeper(store, 1_000);
  return { keeper, kept, seen: () => [...seen].filter(Boolean).sort((a, b) => a - b), memory: () => seen };
}

test('deadlines are there until they are taken back, in any order, in no more cells than attempts', () => {
  const { keeper, seen, memory } = scene();
  expect(memory().buffer).toBeInstanceOf(SharedArrayBuffer);
  const [a, b, c] = [keeper.deadline(1), keeper.deadline(2), keeper.deadline(3)];
  expect(seen()).toEqual([1, 2, 3]);
  b();
  expect(seen()).toEqual([1, 3]);
  const d = keeper.deadline(4);
  a();
  c();
  expect(seen()).toEqual([4]);
  d();
  for (let i = 1; i < 100; i += 1) keeper.deadline(i)();
  expect(seen()).toEqual([]);
  const again = [5, 6, 7].map((at) => keeper.deadline(at));
  expect(memory().findLastIndex((at) => at !== 0)).toBe(2);
  for (const takeBack of again) takeBack();
});

test('leases are kept where the store can, and nothing is done where it cannot', () => {
  const { keeper, kept } = scene();
  keeper.keep('q', 'w', new Float64Array(2))();
  keeper.close();
  expect(kept).toEqual(['q w', 'left', 'closed']);
  const alone = new LeaseKeeper(new ModelStore(), 1_000);
  alone.keep('q', 'w', new Float64Array(2))();
  alone.deadline(1)();
  alone.close();
});
