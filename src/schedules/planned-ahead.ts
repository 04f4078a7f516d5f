/** Which instants of a schedule are planned already although they lie ahead. */

import { expand } from '../domain/schedule/expand.js';
import type { StoredSchedule } from '../domain/schedule/schedule.js';
import type { ScheduleRow, ScheduleStore } from '../store/contract/index.js';

/** Instants asked about at once where only the ledger can tell. */
const PAGE = 256;

/** Whether it is to be planned at all. */
export function isLive({ definition, paused }: StoredSchedule): boolean {
  return definition.enabled === true && !paused;
}

/** Planned nominal instants after `after`, in order. A paused or disabled schedule has withdrawn its own. */
export async function plannedAhead(
  store: Pick<ScheduleStore, 'fates'>,
  { schedule, cursor, runs }: ScheduleRow,
  after: number,
): Promise<number[]> {
  if (!isLive(schedule)) return [];
  const { definition } = schedule;
  const nominals = (from: number, until: number, limit: number): number[] =>
    expand(definition, from, until, limit).occurrences.map(({ nominal }) => nominal);
  if (cursor !== null) return nominals(after, cursor - 1, Number.POSITIVE_INFINITY);
  // Without a cursor the spec has come to its end: everything it still had is planned.
  if (definition.maxRuns === undefined) {
    return nominals(after, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  }
  // Or it has had its runs: the spec goes on, and only its first instants were planned.
  const found: number[] = [];
  for (let from = after; found.length < runs; ) {
    const some = nominals(from, Number.POSITIVE_INFINITY, Math.min(PAGE, runs - found.length));
    const [first, last] = [some[0], some.at(-1)];
    if (first === undefined || last === undefined) break;
    const fates = await store.fates(definition.id, some, first, last);
    const planned = new Set(fates.flatMap((one) => (one.fate === 'planned' ? [one.nominal] : [])));
    const kept = some.filter((nominal) => planned.has(nominal));
    found.push(...kept);
    if (kept.length < some.length) break;
    from = last;
  }
  return found;
}
