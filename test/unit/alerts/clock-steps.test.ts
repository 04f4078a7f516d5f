/** Steps of clocks: those that matter are told once, and stand for a while. */

import { expect, it } from 'vitest';
import { ClockSteps, clockAlerts } from '../../../src/alerts/clock-steps.js';
import { RedisClock } from '../../../src/runtime/clock.js';
import type { AlertRecord } from '../../../src/store/contract/index.js';
import { ModelStore } from '../../../src/testing/model-store.js';

it('those of a second or more are seen, each once, and none that were before', () => {
  const store = new ModelStore();
  const steps = new ClockSteps();
  const step = (ms: number) => Object.assign(store.clock(), { steps: store.clock().steps + 1, lastStep: ms });
  const seen = () =>
    steps.seen(store, ['a', 'b']).map(({ id, text }) => `${id} ${text.replace(/ and .*/, '')}`);
  step(60_000);
  expect(seen()).toEqual([]);
  step(999);
  expect(seen()).toEqual([]);
  step(-60_000);
  expect(seen()).toEqual(['clockStep:redis the clock of redis was stepped back by 1m']);
  expect(seen()).toEqual([]);
});

it('they stand for ten minutes, whichever way the clock went', () => {
  const record = { kind: 'clockStep', state: 'raised', at: 1_000_000, id: 'clockStep:redis' } as AlertRecord;
  const stands = (now: number) => clockAlerts([record], [], now).wrong.length;
  expect([1_000_000, 1_599_999, 1_600_000, 400_000, 400_001].map(stands)).toEqual([1, 1, 0, 0, 1]);
});

it('a clock tells how far its last step went', () => {
  const clock = new RedisClock();
  clock.observe(1_000, 0, 1);
  expect(clock.lastStep).toBe(0);
  clock.observe(61_010, 10, 11);
  expect(Math.round(clock.lastStep)).toBe(60_000);
  clock.observe(1_020, 20, 21);
  expect(Math.round(clock.lastStep)).toBe(-60_000);
});
