/** How fast runs that were held back may be made: by so many a minute, without a burst after a rest. */

/** Where runs follow each other more closely than this (ms), as many are made at once as come together in it. */
const TOGETHER = 100;
const MINUTE = 60_000;

/** Runs a minute that all schedules together catch up, unless set. */
export const CATCH_UP_RATE = 6_000;

export interface Paced {
  /** How many may be made now. */
  starts: number;
  /** Before this time no more may, ms; to be kept with what is left. */
  at: number;
}

/**
 * Of `wanted` runs, how many may be made at `now`, when nothing was allowed before `at` (0: nothing was made yet). No
 * minute has more than `perMinute`, wherever it begins and whoever asks: all that must be kept is `at`. 60 a minute is
 * one each second. Without `perMinute` all may.
 */
export function paced(perMinute: number | undefined, at: number, now: number, wanted: number): Paced {
  if (perMinute === undefined) return { starts: wanted, at: now };
  const { most, apart } = steps(perMinute);
  // Further ahead it lies only where the clock was put back.
  const from = Math.min(at, Math.ceil(now + most * apart));
  if (now < from) return { starts: 0, at: from };
  const starts = Math.min(wanted, most);
  return { starts, at: starts === 0 ? from : Math.ceil(now + starts * apart) };
}

/** How long (ms) one waits who does not know what others made a moment ago, so as to keep to the pace together. */
export function afterOthers(perMinute: number): number {
  const { most, apart } = steps(perMinute);
  return Math.ceil(most * apart);
}

/**
 * `most` at once, and for each a rest of `apart`, a little longer than the pace asks for: a minute that begins with
 * `most` at once must not hold more than it may.
 */
function steps(perMinute: number): { most: number; apart: number } {
  const most = Math.ceil((perMinute * TOGETHER) / MINUTE);
  return { most, apart: MINUTE / (perMinute - most + 1) };
}
