/** The pace of what all schedules together catch up, shared among queues. */

import { expect, test } from 'vitest';
import { CatchUpRate } from '../../../src/scheduler/catch-up-rate.js';
import { START, world } from './support.js';

async function paced(perMinute: number) {
  const { store, clock } = await world();
  return { store, rate: new CatchUpRate(perMinute, clock) };
}

test('whoever has just taken office waits for what its predecessor may have made', async () => {
  const { store, rate } = await paced(6_000);
  expect(rate.room('a')).toBe(0);
  store.advance(rate.wait);
  expect(rate.room('a')).toBe(10);
});

test('what was taken is waited for', async () => {
  const { store, rate } = await paced(600);
  store.advance(1_000);
  expect(rate.room('a')).toBe(1);
  rate.taken('a', 1);
  expect(rate.room('a')).toBe(0);
  expect(rate.wait).toBe(100);
  store.advance(100);
  expect(rate.room('a')).toBe(1);
});

test('queues that want room have it in turns, however much one of them wants', async () => {
  const { store, rate } = await paced(6_000);
  const had = { a: 0, b: 0, c: 0 };
  for (let time = 0; time < 60_000; time += 10) {
    for (const queue of ['a', 'b', 'c'] as const) {
      // The last one wants no more after a while.
      if (queue === 'c' && time > 10_000) continue;
      const room = rate.room(queue);
      if (room === 0) continue;
      had[queue] += room;
      rate.taken(queue, room);
    }
    store.advance(10);
  }
  expect(had.a + had.b + had.c).toBeGreaterThan(5_000);
  expect(had.a + had.b + had.c).toBeLessThanOrEqual(6_000);
  expect(Math.abs(had.a - had.b)).toBeLessThanOrEqual(20);
  expect(had.c).toBeGreaterThan(250);
});

test('a queue that took nothing does not keep the others waiting', async () => {
  const { store, rate } = await paced(6_000);
  store.set(START + 1_000);
  expect(rate.room('a')).toBe(10);
  rate.taken('a', 0);
  expect(rate.room('b')).toBe(10);
});
