/** Cells of rollups that are over, as lua/include/rolled-cells.lua packs them: read here, written there. */

import { COMPLETED, type Counts, ENQUEUED, FAILED, RUN, WAIT } from '../../domain/stats/counts.js';
import { countsIn } from './rolled-counts.js';

/** Each with its place in the span, as they stand one behind the other. */
export function* closedCells(bytes: Uint8Array): Generator<{ cell: number; counts: Counts }> {
  let at = 0;
  const next = (): number => bytes[at++] ?? 0;
  let cell = 0;
  while (at < bytes.length) {
    const head = next();
    if (head < 64) {
      let length = next();
      if (length > 127) length = (length - 128) * 256 + next();
      cell = head;
      yield { cell, counts: countsIn(bytes, at, at + length) };
      at += length;
    } else if (head < 128) {
      cell = head - 64;
      continue;
    } else {
      const length = head < 248 ? head - 128 : (head - 248) * 256 + next();
      yield { cell, counts: packedCounts(bytes.subarray(at, at + length)) };
      at += length;
    }
    cell += 1;
  }
}

function packedCounts(bytes: Uint8Array): Counts {
  const bits = new Bits(bytes);
  const row: number[] = [];
  let place = 0;
  while (bits.one()) {
    place += bits.rice(4);
    const end = place + bits.rice(2) + 1;
    const k = bits.rice(2);
    for (; place < end; place += 1) row[place] = bits.rice(k);
  }
  let wentWell = -(row[FAILED] ?? 0);
  for (let i = RUN; i < WAIT; i += 1) wentWell += row[i] ?? 0;
  const completed = wentWell + difference(row[COMPLETED] ?? 0);
  row[ENQUEUED] = completed + difference(row[ENQUEUED] ?? 0);
  row[COMPLETED] = completed;
  return row.flatMap((count, at) => (count > 0 ? [at, count] : []));
}

function difference(twice: number): number {
  return twice % 2 === 0 ? twice / 2 : -(twice + 1) / 2;
}

/** The highest of a byte first; zeros behind the last one. */
class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  one(): boolean {
    const byte = this.#bytes[this.#at >> 3] ?? 0;
    const bit = (byte >> (7 - (this.#at & 7))) & 1;
    this.#at += 1;
    return bit === 1;
  }

  rice(k: number): number {
    let number = 0;
    while (this.one()) number += 1;
    for (let i = 0; i < k; i += 1) number = 2 * number + (this.one() ? 1 : 0);
    return number;
  }
}
