/** Lines come out the same however the bytes are cut, and a line that is too long costs no memory. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLines } from '../../../src/cli/lines.js';

const LONGEST = 8;

/** The stream cut into pieces after the given lengths. */
function linesOf(bytes: Uint8Array, cuts: readonly number[] = []): (string | null)[] {
  const lines = createLines(LONGEST);
  const found: (string | null)[] = [];
  let rest = bytes;
  for (const length of [...cuts, bytes.length]) {
    found.push(...lines.of(rest.subarray(0, length)));
    rest = rest.subarray(length);
  }
  return [...found, ...lines.rest()];
}

const linesOfText = (text: string, cuts?: number[]) => linesOf(Buffer.from(text), cuts);

describe('lines', () => {
  it.each([
    ['', []],
    ['\n', ['']],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\n\nb', ['a', '', 'b']],
    ['a\r\nb\r\n', ['a\r', 'b\r']],
    ['12345678\n123456789\n1', ['12345678', null, '1']],
    ['123456789', [null]],
  ])('of %j are %j', (text, expected) => {
    expect(linesOfText(text)).toEqual(expected);
  });

  it('are the same however the stream is cut, also within a character', () => {
    const byte = fc.constantFrom(0x0a, 0x0a, 0x61, 0xc3, 0xbc, 0xff);
    const stream = fc.array(byte, { maxLength: 60 }).map((bytes) => Uint8Array.from(bytes));
    fc.assert(
      fc.property(stream, fc.array(fc.nat(12), { maxLength: 20 }), (bytes, cuts) => {
        expect(linesOf(bytes, cuts)).toEqual(linesOf(bytes));
      }),
    );
  });

  it('take bytes that are no UTF-8 for U+FFFD', () => {
    expect(linesOf(Uint8Array.of(0x61, 0xff, 0x0a))).toEqual(['a\ufffd']);
  });

  it('of endless length are not kept', () => {
    const lines = createLines(LONGEST);
    const piece = new Uint8Array(1_000_000).fill(0x61);
    const before = process.memoryUsage().arrayBuffers;
    for (let sent = 0; sent < 200; sent += 1) expect([...lines.of(piece.slice())]).toEqual([]);
    // Kept, they would be 200 MB.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(150_000_000);
    expect([...lines.of(Uint8Array.of(0x0a))]).toEqual([null]);
  });
});
