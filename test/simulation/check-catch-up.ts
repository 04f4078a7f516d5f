/** Judges what fired after an outage: by its policy, window and most, worked out here once more. */

import type { Case } from './check.js';
import { expectedOf, GRACE, iso } from './check.js';
import { longestOf } from './schedule-set.js';
import type { Outage } from './tracks.js';

export function checkCatchUp(one: Case): string[] {
  return one.tracks.outages.flatMap((outage) => afterOutage(one, outage));
}

function afterOutage(one: Case, { from, to }: Outage): string[] {
  const epoch = one.life.epochs.find((candidate) => candidate.from < from && to < candidate.to);
  if (epoch?.state !== 'live') return [];
  const { jitter, maxRuns, catchUp } = epoch.made.definition;
  // Which of these are late, or left to be had, depends on more than is worked out here; their fates were judged.
  if (jitter !== undefined || maxRuns !== undefined) return [];
  // What waits behind backfilled runs may wait for long.
  if (one.life.backfills.length > 0 && longestOf(one.life.id) > 0) return [];
  // What ended soon after may have ended what was being caught up.
  const most = Math.min(catchUp.max, 500) * longestOf(one.life.id);
  if (Math.min(epoch.to, one.end) - to < 2 * 3_600_000 + most) return [];
  const skipped = (at: number): boolean => one.told?.get(at)?.word === 'skipNext';
  if (one.told === null && one.life.skips.length > 0) return [];
  const late = expectedOf(one).filter(({ at }) => at > from && at < to - GRACE && !skipped(at));
  const wanted = catchUp.policy === 'none' ? 0 : catchUp.policy === 'latest' ? 1 : catchUp.max;
  const eligible = late.map(({ at }) => at).filter((at) => at >= to - catchUp.window);
  const expected = wanted === 0 ? [] : eligible.slice(-wanted);
  const ran = new Set(one.seen.map(({ nominal }) => nominal));
  const fired = late.map(({ at }) => at).filter((at) => ran.has(at));
  if (fired.length === expected.length && fired.every((at, i) => at === expected[i])) return [];
  const told = (all: number[]): string => all.map(iso).join(' ') || 'none';
  return [
    `outage ${iso(from)} to ${iso(to)}, ${JSON.stringify(catchUp)}: caught up ${told(fired)}, not ${told(expected)}`,
  ];
}
