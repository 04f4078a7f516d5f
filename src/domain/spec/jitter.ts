/** Jitter: how much later than its nominal time an occurrence comes due; the same answer everywhere and always. */

import { BASIS, hash32, mixIn } from './hash.js';

/**
 * A whole number of ms from 0 to `most`, spread evenly over the instants of a schedule and over schedules. `most`: the
 * jitter asked for, or less where the next instant comes sooner.
 */
export function jitterOffset(id: string, nominal: number, most: number): number {
  const text = `${id}@${nominal}`;
  // 53 bits of two hashes, so that even the longest jitter reaches every ms.
  const [high, low] = [hash32(text, mixIn(BASIS, 0)), hash32(text, mixIn(BASIS, 1))];
  const fraction = (high * 0x200000 + (low >>> 11)) / 2 ** 53;
  return Math.floor(fraction * (most + 1));
}
