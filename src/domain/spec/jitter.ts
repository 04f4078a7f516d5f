/** Jitter: how much later than its nominal time an occurrence comes due; the same answer everywhere and always. */

/**
 * A whole number of ms from 0 to `most`, spread evenly over the instants of a schedule and over schedules. `most`: the
 * jitter asked for, or less where the next instant comes sooner.
 */
export function jitterOffset(id: string, nominal: number, most: number): number {
  const text = `${id}@${nominal}`;
  // 53 bits of two hashes, so that even the longest jitter reaches every ms.
  const fraction = (hash(text, 0) * 0x200000 + (hash(text, 1) >>> 11)) / 2 ** 53;
  return Math.floor(fraction * (most + 1));
}

/** FNV-1a over UTF-16 units, then the finaliser of MurmurHash3. Never to be changed: it decides when tasks run. */
function hash(text: string, seed: number): number {
  let mixed = Math.imul(0x811c9dc5 ^ seed, 0x01000193);
  for (let index = 0; index < text.length; index += 1) {
    mixed = Math.imul(mixed ^ text.charCodeAt(index), 0x01000193);
  }
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
