/** Cells that are over, as their bytes are described in lua/include/rolled-cells.lua; a real Redis writes them in test/conformance. */

import { expect, it } from 'vitest';
import { closedCells } from '../../../src/store/redis/rolled-cells.js';

/** `1 0101…`: bits, filled up with zeros. */
function bytesOf(bits: string): number[] {
  const digits = bits.replaceAll(' ', '');
  const whole = digits.padEnd(Math.ceil(digits.length / 8) * 8, '0');
  return (whole.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
}
const cellsOf = (...bytes: number[]) => [...closedCells(Uint8Array.from(bytes))];
/** One run: place 8, one place, k = 0, and its count as ones. */
const runs = (count: number): number[] => bytesOf(`1 01000 000 000 ${'1'.repeat(count)}0`);

it('counts are runs of places; what went well is completed, and what is completed was made', () => {
  // Places 8 to 11 with k = 1: 3 1 0 2; behind 63 places one of 75 with k = 0: 6.
  const bits = '1 01000 011 001 101 01 00 100 1 11101111 000 000 1111110';
  expect(cellsOf(128 + bytesOf(bits).length, ...bytesOf(bits))).toEqual([
    { cell: 0, counts: [0, 6, 4, 6, 8, 3, 9, 1, 11, 2, 75, 6] },
  ]);
});

it('what differs from that is told: above by an even number, below by an odd one', () => {
  // Three attempts ended, one failed: completed is one less than two, enqueued five more than that.
  const bits = `1 00000 001 000 10 10 1 00010 000 011 10 010 1 00011 000 000 1110`;
  expect(cellsOf(128 + bytesOf(bits).length, ...bytesOf(bits))).toEqual([
    { cell: 0, counts: [0, 1, 1, 1, 4, 6, 8, 3] },
  ]);
});

it('cells follow each other from the first place on, or from one that is named', () => {
  const [one, two] = [runs(1), runs(2)];
  const cells = cellsOf(
    ...[128 + one.length, ...one, 128 + two.length, ...two],
    ...[64 + 40, 128 + two.length, ...two, 128 + one.length, ...one],
    // As they were written before.
    ...[50, 3, 0, 7 * 32, 8],
    ...[128 + one.length, ...one],
  );
  const went = (count: number) => [0, count, 4, count, 8, count];
  expect(cells).toEqual([
    { cell: 0, counts: went(1) },
    { cell: 1, counts: went(2) },
    { cell: 40, counts: went(2) },
    { cell: 41, counts: went(1) },
    { cell: 50, counts: [0, 1, 8, 1] },
    { cell: 51, counts: went(1) },
  ]);
});

it('long ones have two bytes of length, and zeros behind the last bit may be many', () => {
  const long = [...runs(2_000), ...Array<number>(20).fill(0)];
  const [cell] = cellsOf(248 + Math.floor(long.length / 256), long.length % 256, ...long);
  expect(cell).toEqual({ cell: 0, counts: [0, 2_000, 4, 2_000, 8, 2_000] });
});
