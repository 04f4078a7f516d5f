/** When the thread beats for its process: not before that is late with its own beat, never for what is over. */

/** A process beats after a third of the lease; it has this much of one more before the thread takes it for blocked. */
const LEFT_WHEN_LATE = 7 / 12;

/** `ends`: as `Beats.keep` has it. */
export function isLate(ends: Float64Array, now: number, leaseMs: number): boolean {
  const [own = Number.POSITIVE_INFINITY, ours = 0] = ends;
  if (own === Number.POSITIVE_INFINITY) return false;
  const left = Math.max(own, ours) - now;
  // A lease that has ended may be another's by now.
  return left > 0 && left < leaseMs * LEFT_WHEN_LATE;
}

/** Whether an attempt should be over by now. Its process would have seen to that, so it is stuck. */
export function isStuck(deadlines: Float64Array, now: number): boolean {
  return deadlines.some((deadline) => deadline !== 0 && deadline < now);
}

/** How often it looks, ms: late enough to cost nothing, often enough for two tries before a lease ends. */
export function betweenLooks(leaseMs: number): number {
  return Math.max(20, leaseMs / 8);
}
