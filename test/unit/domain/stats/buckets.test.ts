/** Buckets of lengths: each length falls in one, in order, and a percentile is within one of the exact one. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BUCKETS, bucketOf, lowerBound, percentile } from '../../../../src/domain/stats/buckets.js';

const lengths = fc.oneof(
  fc.integer({ min: -5, max: 20 }),
  fc.integer({ min: 0, max: 2 ** 40 }),
  fc.nat(5_000),
);

it('a length lies between the bounds of its bucket', () => {
  fc.assert(
    fc.property(lengths, (ms) => {
      const bucket = bucketOf(ms);
      expect(bucket).toBeGreaterThanOrEqual(0);
      expect(bucket).toBeLessThan(BUCKETS);
      if (ms <= 0) expect(bucket).toBe(0);
      else expect(lowerBound(bucket)).toBeLessThanOrEqual(ms);
      if (bucket < BUCKETS - 1) expect(ms).toBeLessThan(lowerBound(bucket + 1));
    }),
    { numRuns: 3_000 },
  );
});

it('a percentile is within one bucket of the exact one', () => {
  fc.assert(
    fc.property(
      fc.array(lengths, { minLength: 1, maxLength: 200 }),
      fc.constantFrom(0.5, 0.95, 0.99),
      (all, share) => {
        const counts = new Array<number>(BUCKETS).fill(0);
        for (const ms of all) counts[bucketOf(ms)] = (counts[bucketOf(ms)] ?? 0) + 1;
        const exact = all.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(all.length * share) - 1)] ?? 0;
        const told = percentile(counts, share) ?? Number.NaN;
        expect(Math.abs(bucketOf(told) - bucketOf(exact))).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 2_000 },
  );
});

it('of nothing there is none, and of one length it is about that', () => {
  const counts = new Array<number>(BUCKETS).fill(0);
  expect(percentile(counts, 0.5)).toBeNull();
  counts[bucketOf(1_000)] = 1;
  const told = percentile(counts, 0.99) ?? 0;
  expect(told).toBeGreaterThan(1_000 / 1.45);
  expect(told).toBeLessThan(1_000 * 1.45);
});
