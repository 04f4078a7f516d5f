/** The one hash behind `H` and jitter: texts to numbers that look like chance and never change. */

/** Where FNV-1a begins (32 bits). */
export const BASIS = 0x811c9dc5;

/**
 * FNV-1a, 32 bits (Fowler, Noll, Vo; draft-eastlake-fnv), over UTF-16 units, then the finaliser of MurmurHash3
 * (Appleby), because FNV alone hardly mixes the last characters into the high bits. Never to be changed: it decides
 * when schedules run. `start`: another one makes another hash of the same text.
 */
export function hash32(text: string, start = BASIS): number {
  let hash = start;
  for (let index = 0; index < text.length; index += 1) hash = mixIn(hash, text.charCodeAt(index));
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** One step of FNV-1a. */
export function mixIn(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}
