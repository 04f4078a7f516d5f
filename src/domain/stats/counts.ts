/** What is counted of a queue, a handler or a schedule: a short list of numbers, each with the place of what it counts. */

import { BUCKETS } from './buckets.js';

/** Counted one by one; their places are kept in Redis, so that new ones come last. */
export const COUNTERS = [
  /** Tasks. */
  'completed',
  /** Attempts: failed, timed out, or lost with their worker. */
  'failed',
  'dead',
  'cancelled',
  /** Tasks made, by calls and by schedules. */
  'enqueued',
  /** Instants of schedules that do not run: for the reasons of the ledger, and those nobody was there for. */
  'skipped',
  'missed',
] as const;
export type Counter = (typeof COUNTERS)[number];

export const COMPLETED = 0;
export const FAILED = 1;
export const DEAD = 2;
export const CANCELLED = 3;
export const ENQUEUED = 4;
export const SKIPPED = 5;
export const MISSED = 6;

/** Where the buckets of each length begin. */
export const RUN = 8;
/** From its due time to its first start, of a task that no schedule has planned. */
export const WAIT = RUN + BUCKETS;
/** The same of one that a schedule has planned: how late it was. */
export const LATE = WAIT + BUCKETS;
export const PLACES = LATE + BUCKETS;

/** Place, number, place, number …, by place; no number is 0. */
export type Counts = readonly number[];

/** Those of a full row of numbers that are not 0. */
export function countsOf(row: Uint32Array | Float64Array): number[] {
  const counts: number[] = [];
  for (let place = 0; place < row.length; place += 1) {
    const count = row[place] as number;
    if (count > 0) counts.push(place, count);
  }
  return counts;
}

export function addCounts(row: Float64Array, counts: Counts): void {
  for (let i = 0; i + 1 < counts.length; i += 2) {
    const place = counts[i] as number;
    // A newer release may count more.
    if (place < row.length) row[place] = (row[place] as number) + (counts[i + 1] as number);
  }
}
