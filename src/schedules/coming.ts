/** What is still to come of a schedule, worked out once and kept until it changes or the first of it has passed. */

import { faultOf } from '../domain/input/fault.js';
import { nextRuns, runsLeft } from '../domain/schedule/expand.js';
import { decidedFrom } from '../domain/schedule/fates.js';
import { type Ledger, missedOf } from '../domain/schedule/ledger.js';
import type { Occurrence } from '../domain/schedule/schedule.js';
import type { ScheduleRow } from '../store/contract/index.js';
import { whyFinished } from './finished.js';
import { ledgerOf } from './ledger-of.js';
import { plannedAhead } from './planned-ahead.js';

const NEXT_RUNS = 5;
/** Instants looked at together where some have their fate already, and how often. */
const AT_ONCE = 100;
const MOST_LOOKS = 50;
/** Schedules whose coming runs are kept; beyond this they are worked out again. */
const KEPT = 5_000;

export interface Coming {
  next: readonly Occurrence[];
  /** Occurrences whose nominal time has come. */
  fired: number;
  /** Why nothing comes although it is enabled: a stored spec that this release refuses, or whatever it stumbles over. */
  fault?: string;
  /** Why nothing comes, and nothing is wrong: it has finished. */
  finished?: string;
  /** Instants that were missed since it was made. */
  missed: number;
}

export type ComingOf = (row: ScheduleRow, now: number) => Coming;

interface Kept {
  row: Pick<ScheduleRow, 'cursor' | 'runs'> & { revision: number };
  ahead: readonly number[];
  next: readonly Occurrence[];
  fault?: string;
  finished?: string;
}

export function createComing(): ComingOf {
  const kept = new Map<string, Kept>();
  return (row, now) => {
    const { id } = row.schedule.definition;
    const missed = missedIn(row);
    if (row.schedule.paused) return { next: [], fired: row.runs, missed };
    let known = kept.get(id);
    if (!known || !isCurrent(known, row, now)) {
      if (kept.size >= KEPT) kept.clear();
      known = lookAhead(row, now);
      kept.set(id, known);
    }
    const ahead = known.ahead.filter((nominal) => nominal > now).length;
    const { next, fault, finished } = known;
    return {
      ...{ next, missed, fired: Math.max(0, row.runs - ahead) },
      ...(fault === undefined ? {} : { fault }),
      ...(finished === undefined ? {} : { finished }),
    };
  };
}

function missedIn({ ledger, singles = [] }: ScheduleRow): number {
  const beside = singles.filter(([, word]) => word === 'missed').length;
  try {
    return beside + (ledger ? missedOf(JSON.parse(ledger.text) as Ledger) : 0);
  } catch {
    // One that cannot be read is a fault, and told as such.
    return beside;
  }
}

function isCurrent(
  { row: known, next }: Kept,
  { schedule, cursor, runs }: ScheduleRow,
  now: number,
): boolean {
  if (known.revision !== schedule.revision || known.cursor !== cursor || known.runs !== runs) return false;
  return (next[0]?.nominal ?? Number.POSITIVE_INFINITY) > now;
}

/** Instants that have their fate already, such as those that are to be skipped, are no runs to come. */
export function nextOf(row: ScheduleRow, now: number, count: number): Occurrence[] {
  const { definition } = row.schedule;
  const decided = decidedFrom(ledgerOf(row), definition, now + 1);
  if (!decided) return nextRuns(definition, now, count);
  const next: Occurrence[] = [];
  let after = now;
  for (let looks = 0; looks < MOST_LOOKS && next.length < count; looks += 1) {
    const some = nextRuns(definition, after, AT_ONCE);
    next.push(...some.filter(({ nominal }) => !decided(nominal)));
    after = some.at(-1)?.nominal ?? after;
    if (some.length < AT_ONCE) break;
  }
  return next.slice(0, count);
}

/** What is planned and lies ahead is among the runs counted already. */
function lookAhead(row: ScheduleRow, now: number): Kept {
  const { schedule, cursor, runs } = row;
  const of = { revision: schedule.revision, cursor, runs };
  try {
    const ahead = plannedAhead(row, now);
    const left = ahead.length + runsLeft(schedule.definition, runs);
    const next = nextOf(row, now, Math.min(NEXT_RUNS, left));
    const ended = next.length === 0 && schedule.definition.enabled !== false;
    return { row: of, ahead, next, ...(ended ? { finished: whyFinished(row, now) } : {}) };
  } catch (error) {
    // Whatever it is: the others are shown.
    return { row: of, ahead: [], next: [], fault: faultOf(error) };
  }
}
