/** Counts of rollups as lua/include/rolled-counts.lua writes them: read here, written there. */

import type { Counts } from '../../domain/stats/counts.js';

/** Those from one byte up to another. */
export function countsIn(bytes: Uint8Array, from: number, to: number): Counts {
  const counts: number[] = [];
  let place = -1;
  let at = from;
  const next = (): number => bytes[at++] ?? 0;
  while (at < to) {
    const head = next();
    const gap = head >> 5;
    place += gap < 7 ? gap + 1 : next();
    let count = head & 31;
    if (count === 30) count += next();
    else if (count === 31) count = varint(next) - 1;
    counts.push(place, count + 1);
  }
  return counts;
}

/** Seven bits a byte, the lowest first. */
function varint(next: () => number): number {
  let value = 0;
  for (let unit = 1; ; unit *= 128) {
    const digit = next();
    value += (digit & 127) * unit;
    if (digit < 128) return value;
  }
}

/** The cell that is not over yet. */
export function openCell(bytes: Uint8Array): { cell: number; counts: Counts } {
  return { cell: bytes[0] ?? 0, counts: countsIn(bytes, 1, bytes.length) };
}
