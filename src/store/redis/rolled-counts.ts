/** Cells of rollups as lua/roll-up.lua packs them: read here, written there. */

import type { Counts } from '../../domain/stats/counts.js';

/** Counts from one byte up to another (see lua/include/rolled-counts.lua). */
function countsIn(bytes: Uint8Array, from: number, to: number): Counts {
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

/** The cells that are over, each with its place in the span, as they stand one behind the other. */
export function* closedCells(bytes: Uint8Array): Generator<{ cell: number; counts: Counts }> {
  let at = 0;
  while (at + 1 < bytes.length) {
    const cell = bytes[at] as number;
    let length = bytes[at + 1] as number;
    at += 2;
    if (length > 127) length = (length - 128) * 256 + (bytes[at++] ?? 0);
    yield { cell, counts: countsIn(bytes, at, at + length) };
    at += length;
  }
}

/** The one that is not over yet. */
export function openCell(bytes: Uint8Array): { cell: number; counts: Counts } {
  return { cell: bytes[0] ?? 0, counts: countsIn(bytes, 1, bytes.length) };
}
