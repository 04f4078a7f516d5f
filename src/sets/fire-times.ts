/** What a change of a schedule means for its fire times: runs that come, runs that go, and runs that come at another time. Pure. */

import { formatInstant } from '../domain/input/instants.js';
import { expand, runsLeft } from '../domain/schedule/expand.js';
import type { ScheduleDefinition, StoredSchedule } from '../domain/schedule/schedule.js';

/** When a schedule fires: its instants after `after` (ms), `most` of them at most. */
export interface Timetable {
  definition: ScheduleDefinition;
  after: number;
  most: number;
}

/** How many, and the first of them. */
export interface Some<T> {
  count: number;
  first: T[];
}

export interface RunChanges {
  /** Runs that come due up to here are compared; earlier than asked for where there are very many. */
  until: string;
  /** How many there are, as it was and as it is to be. */
  before: number;
  after: number;
  added: Some<string>;
  removed: Some<string>;
  moved: Some<{ from: string; to: string }>;
}

/** Named of each kind, unless more are asked for; all are counted. */
const FIRST = 3;

/** `runs`: those it has had. null: it fires nothing. */
export function timetableOf(
  { definition, paused }: Pick<StoredSchedule, 'definition' | 'paused'>,
  runs: number,
  now: number,
): Timetable | null {
  const most = runsLeft(definition, runs);
  if (definition.enabled !== true || most === 0) return null;
  if (!paused) return { definition, after: now, most };
  // A pause with an end: what stands at its end fires.
  return paused.until === undefined ? null : { definition, after: Math.max(now, paused.until - 1), most };
}

/** Compares the due times up to `until`; where one of the two has more than `limit`, as far as both are known. */
export function runChanges(
  before: Timetable | null,
  after: Timetable | null,
  until: number,
  limit: number,
  named = FIRST,
): RunChanges {
  const was = duesOf(before, until, limit);
  const is = duesOf(after, until, limit);
  const end = Math.min(was.until, is.until);
  const old = was.dues.filter((due) => due <= end);
  const fresh = is.dues.filter((due) => due <= end);
  const [stays, comes] = [new Set(fresh), new Set(old)];
  const gone = old.filter((due) => !stays.has(due));
  const come = fresh.filter((due) => !comes.has(due));
  const moves = pairs(gone, come);
  const [from, to] = [new Set(moves.map((one) => one.from)), new Set(moves.map((one) => one.to))];
  const instants = (dues: readonly number[]): Some<string> => ({
    count: dues.length,
    first: dues.slice(0, named).map(formatInstant),
  });
  return {
    until: formatInstant(end),
    before: old.length,
    after: fresh.length,
    added: instants(come.filter((due) => !to.has(due))),
    removed: instants(gone.filter((due) => !from.has(due))),
    moved: {
      count: moves.length,
      first: moves
        .slice(0, named)
        .map((one) => ({ from: formatInstant(one.from), to: formatInstant(one.to) })),
    },
  };
}

function duesOf(
  timetable: Timetable | null,
  until: number,
  limit: number,
): { dues: number[]; until: number } {
  if (!timetable) return { dues: [], until };
  const { definition, after, most } = timetable;
  const { occurrences, next } = expand(definition, after, until, Math.min(limit, most));
  const last = occurrences.at(-1);
  const cut = occurrences.length === limit && limit < most && last && next !== null && next <= until;
  return { dues: occurrences.map(({ due }) => due), until: cut ? last.nominal : until };
}

/** A run that goes and one that comes are one that moves where each is the nearest to the other. */
function pairs(gone: readonly number[], come: readonly number[]): { from: number; to: number }[] {
  const nearestComing = nearest(gone, come);
  const nearestGoing = nearest(come, gone);
  return gone.flatMap((from, at) => {
    const other = nearestComing[at];
    const to = other === undefined ? undefined : come[other];
    return to !== undefined && other !== undefined && nearestGoing[other] === at ? [{ from, to }] : [];
  });
}

/** For each of `of` the place of the nearest among `others`, the earlier of two; both are in order. */
function nearest(of: readonly number[], others: readonly number[]): (number | undefined)[] {
  let at = 0;
  return of.map((time) => {
    while (
      at + 1 < others.length &&
      Math.abs((others[at + 1] as number) - time) < Math.abs((others[at] as number) - time)
    )
      at += 1;
    return others.length === 0 ? undefined : at;
  });
}
