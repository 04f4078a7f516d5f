/** The two clocks of the figures: one common to all processes of this host, and the wall clock with fractions. */

import { performance } from 'node:perf_hooks';

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** performance.now() starts with its process; hrtime is CLOCK_MONOTONIC, one for the whole host. */
const sinceBoot = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** Monotonic ms with fractions, comparable between processes of one host. */
export function hostMs() {
  return performance.now() + sinceBoot;
}

/**
 * Date.now() is cut to whole ms. Watching it tick over a few times gives its distance to the monotonic clock
 * within a few µs; the smallest of the observed distances is the least disturbed one.
 */
export function wallOffset() {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round += 1) {
    const before = Date.now();
    let ticked = before;
    while (ticked === before) ticked = Date.now();
    best = Math.min(best, performance.now() - ticked);
  }
  return -best;
}

/** Where a wall-clock instant lies on the host's monotonic clock. */
export function hostMsOf(wallMs) {
  return wallMs - wallOffset() + sinceBoot;
}
