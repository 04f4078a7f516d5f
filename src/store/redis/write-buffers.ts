/**
 * Memory that large calls are written from. Taken anew from the system each time, it would cost more than what is
 * written into it: pages to be made and cleared, and whole collections for the sake of them (measured, bench/).
 */

/** Bytes of one. */
export const BUFFER = 256 * 1024;
/** A call of several tasks fits that cannot be sent at once. */
const KEPT = 16;

const kept: Buffer[] = [];

export function lend(): Buffer {
  return kept.pop() ?? Buffer.allocUnsafeSlow(BUFFER);
}

/** Only of what has been sent whole: nobody reads it any more. */
export function giveBack(buffer: Buffer): void {
  if (kept.length < KEPT) kept.push(buffer);
}
