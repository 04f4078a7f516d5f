/** Judges the intervals that runs were told: from run to run without a hole and without an overlap. */

import type { Case } from './check.js';
import { iso } from './check.js';

export function checkIntervals({ life, seen, tracks }: Case): string[] {
  const wrong: string[] = [];
  // Backfilled runs come between others afterwards, and are told of by whoever runs next.
  const isExact = life.backfills.length === 0;
  const byNominal = [...seen].sort((a, b) => a.nominal - b.nominal);
  let before = life.epochs[0]?.from ?? 0;
  for (const { nominal, at, context } of byNominal) {
    const [from, to] = [Date.parse(context.interval.from), Date.parse(context.interval.to)];
    if (to !== nominal) wrong.push(`run of ${iso(nominal)}: its interval ends ${iso(to)}`);
    if (isExact && from !== before && !wasGivenUp(from, at)) {
      const what = from > before ? 'a hole' : 'an overlap';
      wrong.push(`run of ${iso(nominal)} at ${iso(at)}: ${what}, from ${iso(from)} and not ${iso(before)}`);
    }
    before = nominal;
  }
  return wrong;

  /** An earlier instant was to be caught up when this run began, and somebody took that back afterwards. */
  function wasGivenUp(from: number, at: number): boolean {
    const passed = tracks.outages.some((outage) => outage.from <= from && from <= outage.to);
    return passed && from < at && life.epochs.some(({ to }) => to > at && to - from < 86_400_000);
  }
}
