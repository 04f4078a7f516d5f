/** Lengths of time in buckets that grow by √2: two for each doubling, so that few numbers tell a percentile. */

/** 0 is the first one; the last holds everything from 2^31 ms (25 days) on. */
export const BUCKETS = 64;
const LONGEST = 2 ** 31 - 1;
/** Where the second half of a doubling begins, by its exponent. */
const HALVES = Int32Array.from({ length: 31 }, (_, exponent) => Math.ceil(2 ** (exponent + 0.5)));

export function bucketOf(ms: number): number {
  if (ms >= LONGEST) return BUCKETS - 1;
  const whole = ms | 0;
  if (whole <= 0) return 0;
  const exponent = 31 - Math.clz32(whole);
  return 2 * exponent + (whole >= (HALVES[exponent] as number) ? 2 : 1);
}

/** Where a bucket begins, ms. */
export function lowerBound(bucket: number): number {
  return bucket === 0 ? 0 : 2 ** ((bucket - 1) / 2);
}

/**
 * What a share of all lengths stays below or at, ms: within one bucket of the exact one. `counts`: how many fell in
 * each bucket. null: none did.
 */
export function percentile(counts: readonly number[], share: number): number | null {
  let total = 0;
  for (const count of counts) total += count;
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(total * share));
  let before = 0;
  for (const [bucket, count] of counts.entries()) {
    if (before + count >= rank) return within(bucket, (rank - before - 0.5) / count);
    before += count;
  }
  return lowerBound(BUCKETS - 1);
}

/** Lengths of a bucket are taken to lie evenly in it, as its bounds grow; to three digits. */
function within(bucket: number, share: number): number {
  if (bucket === 0) return 0;
  return Number((lowerBound(bucket) * 2 ** (share / 2)).toPrecision(3));
}
