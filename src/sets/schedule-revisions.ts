/** The revisions of a schedule as people see them: what each changed, who made it, and what it did to the fire times. */

import { CarillonError } from '../domain/input/errors.js';
import { formatInstant } from '../domain/input/instants.js';
import type { ScheduleDefinition } from '../domain/schedule/schedule.js';
import { type KnownRevision, knownRevisions } from '../schedules/revisions.js';
import { foundSchedule } from '../schedules/settled.js';
import type { ScheduleStore } from '../store/contract/index.js';
import { type RunChanges, runChanges, type Timetable, timetableOf } from './fire-times.js';
import { type FieldChange, fieldChanges } from './plan-schedule.js';

/** One revision. */
export interface RevisionView {
  /** Goes up with every change. */
  revision: number;
  /** Of the definition. */
  digest: string;
  /** When it was made. */
  at: string;
  /** Who made it. */
  by: string;
  /** It paused the schedule, or went on with it. */
  did?: 'paused' | 'resumed';
  /** What of the definition is another than in the revision before it; absent where that is not kept any more. */
  fields?: FieldChange[];
}

/** One revision with what it did. */
export interface RevisionDetail extends RevisionView {
  /** The revision before it; absent where none is known. */
  before?: number;
  /** Runs of the week behind it that came, went, or came at another time; absent where what was is not known. */
  runs?: RunChanges;
}

type RevisionStore = Pick<ScheduleStore, 'schedule'>;

const AHEAD = 7 * 86_400_000;
/** Instants that are looked at, before and after. */
const MOST = 10_000;
/** Instants of each kind that are named. */
const NAMED = 10;

/** Newest first. Throws `not_found`. */
export async function listRevisions(store: RevisionStore, id: string): Promise<RevisionView[]> {
  const known = knownRevisions((await foundSchedule(store, id)).schedule);
  return known.map((one, at) => viewOf(one, known[at + 1]));
}

/** Throws `not_found`, also where the revision is not known any more. */
export async function showRevision(
  store: RevisionStore,
  id: string,
  revision: number,
): Promise<RevisionDetail> {
  const { schedule } = await foundSchedule(store, id);
  const known = knownRevisions(schedule);
  const at = known.findIndex((one) => one.revision === revision);
  const [one, before] = [known[at], known[at + 1]];
  if (!one)
    throw new CarillonError('not_found', 'The schedule has no such revision, or it is not kept any more.');
  return {
    ...viewOf(one, before),
    ...(before ? { before: before.revision } : {}),
    ...runsOf(one, before, one.at === schedule.createdAt),
  };
}

function viewOf(one: KnownRevision, before: KnownRevision | undefined): RevisionView {
  const { revision, digest, at, by, paused, definition } = one;
  const did = Boolean(paused) === Boolean(before?.paused) ? undefined : paused ? 'paused' : 'resumed';
  const was = before?.definition;
  return {
    ...{ revision, digest, at: formatInstant(at), by },
    ...(before && did ? { did } : {}),
    ...(definition && was ? { fields: fieldsBetween(was, definition, one.digest !== before?.digest) } : {}),
  };
}

/** Of a payload only that it is another is known: the digest says so where nothing else is. */
function fieldsBetween(was: ScheduleDefinition, is: ScheduleDefinition, isOther: boolean): FieldChange[] {
  const fields = fieldChanges(was, is);
  return fields.length === 0 && isOther ? [{ field: 'payload' }] : fields;
}

/** Both by their calendars alone, so that it says what the edit did, whatever has run since. */
function runsOf(
  one: KnownRevision,
  before: KnownRevision | undefined,
  isFirst: boolean,
): Pick<RevisionDetail, 'runs'> {
  if (!one.definition || (before && !before.definition)) return {};
  // The oldest that is known was the first one only where nothing came before it.
  if (!before && !isFirst) return {};
  const [was, is] = [before ? timetable(before, one.at) : null, timetable(one, one.at)];
  try {
    return { runs: runChanges(was, is, one.at + AHEAD, MOST, NAMED) };
  } catch {
    // What this release cannot plan has no fire times here.
    return {};
  }
}

function timetable({ definition, paused }: KnownRevision, at: number): Timetable | null {
  return definition && timetableOf({ definition, ...(paused ? { paused } : {}) }, 0, at);
}
