/** What partitions have tallied, as counts of their subjects. */

import { CANCELLED, DEAD, FAILED, MISSED, SKIPPED } from '../domain/stats/counts.js';
import type { RollupCell, Tally } from '../store/contract/index.js';
import { type CountedRow, cellsOf } from './counting.js';

const PLACES = { lost: FAILED, dead: DEAD, cancelled: CANCELLED } as const;

/** In one order, however often they are handed out. */
export function sortedTallies(tallies: readonly Tally[]): Tally[] {
  return tallies
    .map((tally) => [JSON.stringify(tally), tally] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, tally]) => tally);
}

export function rowsOf(queue: string, tallies: readonly Tally[], minute: number): RollupCell[] {
  return cellsOf(tallies.flatMap((tally) => rowOf(queue, tally, minute) ?? []));
}

function rowOf(queue: string, tally: Tally, minute: number): CountedRow | null {
  const { count, schedule } = tally;
  const of = { queue, schedule: schedule ?? '', minute };
  if (tally.what !== 'occurrence') {
    const counts = [PLACES[tally.what], count];
    // Its lane may be gone.
    return tally.handler === '' ? { ...of, counts } : { ...of, handler: tally.handler, counts };
  }
  // Its task has ended cancelled, and counts as that.
  if (tally.word === 'cancelled') return null;
  return { ...of, counts: [tally.word === 'missed' ? MISSED : SKIPPED, count] };
}
