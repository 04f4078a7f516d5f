/** How fast a queue goes, by what it had done when that was written down last: rates, and when nothing waits any more. */

import type { QueueFacts, QueuePace, QueueSample } from '../store/contract/index.js';

/** Rates are over so long at most, ms, where there is a sample of then. */
const WINDOW = 60_000;
/** A shorter stretch says nothing, ms. */
const SHORTEST = 2_000;
/** As soon as so many attempts began the pace is known: what was before them may have been another. */
const TELLING = 100;

/** A minute, on the average of the last one. */
export interface QueueRates {
  /** Tasks made. */
  enqueued: number;
  /** Attempts begun. */
  started: number;
  /** Tasks completed. */
  completed: number;
  /** Attempts that failed, were lost or timed out. */
  failed: number;
}

/** undefined: nothing was written down yet. */
export function ratesOf({ now, totals, samples }: QueuePace): QueueRates | undefined {
  const telling = told({ now, samples });
  const before = telling.find(({ at }) => now - at <= WINDOW) ?? telling.at(-1);
  if (!before) return undefined;
  const rate = (name: keyof QueueRates): number =>
    Math.max(0, Number((((totals[name] - before[name]) * 60_000) / (now - before.at)).toFixed(1)));
  return {
    enqueued: rate('enqueued'),
    started: rate('started'),
    completed: rate('completed'),
    failed: rate('failed'),
  };
}

/** In how many ms nothing is ready any more if it goes on as it does; undefined: it does not drain, or nobody knows. */
export function drainsIn({ ready, paused, pace }: QueueFacts): number | undefined {
  if (ready === 0) return 0;
  const { now, totals } = pace;
  const recent = told(pace).filter(({ at }) => now - at <= WINDOW);
  const before = recent.findLast(({ started }) => totals.started - started >= TELLING) ?? recent[0];
  if (!before || paused) return undefined;
  const drained = before.ready - ready;
  return drained > 0 ? Math.round((ready * (now - before.at)) / drained) : undefined;
}

/** Those that say something, the oldest first. */
function told({ now, samples }: Pick<QueuePace, 'now' | 'samples'>): QueueSample[] {
  return samples.filter(({ at }) => now - at >= SHORTEST);
}
