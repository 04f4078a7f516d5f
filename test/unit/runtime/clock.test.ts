/** Redis time as it is learnt from replies: how good a sample is, how it ages, and what a step does. */

import { beforeEach, expect, test, vi } from 'vitest';
import { mono, RedisClock } from '../../../src/runtime/clock.js';

let at = 0;
vi.mock('node:perf_hooks', () => ({ performance: { now: () => at } }));

let clock: RedisClock;
beforeEach(() => {
  at = 0;
  clock = new RedisClock();
});

/** Where the clock says that Redis time stands when the monotonic clock is at 0. */
const origin = () => clock.now() - Math.floor(mono());

test('knows nothing before the first sample', () => {
  expect(clock.known).toBe(false);
  expect(clock.now()).toBeNaN();
  expect(clock.until(1)).toBeNaN();
});

test('a sample was read half-way through its round trip, in the middle of its millisecond', () => {
  clock.observe(5_000, 10, 20);
  expect(clock.known).toBe(true);
  at = 15;
  expect(clock.until(5_000)).toBe(-0.5);
  expect(clock.now()).toBe(5_000);
  at = 115.4;
  expect(clock.now()).toBe(5_100);
  at = 115.6;
  expect(clock.now()).toBe(5_101);
});

test('until counts down and goes below zero, with fractions', () => {
  clock.observe(5_000, 0, 0);
  at = 0.25;
  expect(clock.until(5_010)).toBe(9.25);
  at = 20;
  expect(clock.until(5_010)).toBe(-10.5);
});

test('a better sample replaces a worse one, and a worse one does not replace a better', () => {
  clock.observe(5_000, 0, 40);
  at = 50;
  const rough = clock.now();
  clock.observe(5_040, 49, 51);
  expect(clock.now()).toBe(5_040);
  expect(rough).not.toBe(5_040);
  clock.observe(5_030, 30, 60);
  expect(clock.now()).toBe(5_040);
  expect(clock.steps).toBe(0);
});

test('one that is as good replaces it: the newer is the better', () => {
  clock.observe(5_000, 0, 2);
  clock.observe(5_001, 0, 2);
  at = 1;
  expect(clock.now()).toBe(5_001);
});

test('a good sample grows stale, and then a worse one that agrees replaces it', () => {
  clock.observe(0, 0, 0);
  // An error of 5.5 ms, against 0.5 ms and 0.1 ms for each second since.
  clock.observe(10_003, 9_995, 10_005);
  expect(origin()).toBe(0);
  clock.observe(60_003, 59_995, 60_005);
  expect(origin()).toBe(3);
  expect(clock.steps).toBe(0);
});

test.each([60_000, -120_000])(
  'a step of %d ms is noticed at once, however good the sample before',
  (step) => {
    clock.observe(200_000, 0, 0);
    clock.observe(200_010 + step, 0, 20);
    at = 20;
    expect(clock.now()).toBe(200_020 + step);
    expect(clock.steps).toBe(1);
    clock.observe(200_030 + step, 30, 30);
    expect(clock.steps).toBe(1);
  },
);

test('what both errors explain is no step', () => {
  clock.observe(1_000, 0, 10);
  clock.observe(1_010, 0, 10);
  expect(clock.steps).toBe(0);
  clock.observe(1_022, 0, 10);
  expect(clock.steps).toBe(1);
});

test('the first sample is no step, whatever it says', () => {
  clock.observe(Date.UTC(2040, 0, 1), 0, 1_000);
  expect(clock.steps).toBe(0);
  expect(clock.known).toBe(true);
});
