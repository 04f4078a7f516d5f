/**
 * Memory that large calls are written from. Taken anew from the system each time, it would cost more than what is
 * written into it: pages to be made and cleared, and whole collections for the sake of them (measured, bench/).
 */

import { CALL_BYTES } from './bounds.js';

/** A call of several tasks fits, with what stands around them. */
const SIZE = CALL_BYTES + CALL_BYTES / 8;
const KEPT = 4;

const kept: Buffer[] = [];

export function lend(bytes: number): Buffer {
  if (bytes > SIZE) return Buffer.allocUnsafeSlow(bytes);
  return (kept.pop() ?? Buffer.allocUnsafeSlow(SIZE)).subarray(0, bytes);
}

/** Only of what has been sent whole: nobody reads it any more. */
export function giveBack({ buffer, byteLength }: Buffer): void {
  if (kept.length < KEPT && byteLength <= SIZE && buffer.byteLength === SIZE) kept.push(Buffer.from(buffer));
}
