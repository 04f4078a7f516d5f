import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jitterOffset } from '../../../../src/domain/spec/jitter.js';

test('lies from 0 to the most that is allowed, in whole ms', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: -1e14, max: 1e14 }), fc.nat(1e12), (id, nominal, most) => {
      const offset = jitterOffset(id, nominal, most);
      expect(Number.isSafeInteger(offset) && offset >= 0 && offset <= most).toBe(true);
      expect(jitterOffset(id, nominal, most)).toBe(offset);
    }),
  );
});

test('is spread evenly over the instants of one schedule and over schedules of one instant', () => {
  const spread = (offsetOf: (n: number) => number): number[] => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (let n = 0; n < 10_000; n += 1) {
      const tenth = Math.floor(offsetOf(n) / 6_000);
      counts[tenth] = (counts[tenth] ?? 0) + 1;
    }
    return counts;
  };
  const minute = 60_000;
  for (const counts of [
    spread((n) => jitterOffset('nightly', n * minute, minute - 1)),
    spread((n) => jitterOffset(`tenant-${n}`, 1_800_000_000_000, minute - 1)),
  ]) {
    expect(counts).toHaveLength(10);
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  }
});

test('reaches both ends', () => {
  const seen = new Set(Array.from({ length: 200 }, (_, n) => jitterOffset('s', n, 3)));
  expect([...seen].sort()).toEqual([0, 1, 2, 3]);
});

test('is written down: a release that computed it otherwise would run things at other times', () => {
  expect([0, 1_800_000_000_000].map((nominal) => jitterOffset('nightly', nominal, 999_999_999))).toEqual([
    244_036_300, 750_689_189,
  ]);
});
