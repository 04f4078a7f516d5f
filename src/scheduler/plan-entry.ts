/** What to plan of one schedule: its late instants divided by its policy, then everything up to the horizon. */

import { LARGEST_BODY } from '../domain/input/sizes.js';
import { countBetween } from '../domain/schedule/calendar.js';
import { type Decision, decide, isLate, lateUntil, type Stretch } from '../domain/schedule/catch-up.js';
import { expand, firstAfter, runsLeft } from '../domain/schedule/expand.js';
import { decidedFrom, openParts } from '../domain/schedule/fates.js';
import {
  definitionAt,
  except,
  type Ledger,
  postpone,
  rangeAt,
  turn,
  type Undecided,
  type Word,
  withBacklog,
  wordOf,
} from '../domain/schedule/ledger.js';
import { paced } from '../domain/schedule/pace.js';
import type { Occurrence, ScheduleDefinition } from '../domain/schedule/schedule.js';
import { timezoneData } from '../runtime/version.js';
import { givenUp } from '../schedules/boundary.js';
import { draftTemplate } from '../schedules/draft.js';
import { ledgerOf, ledgerWrite } from '../schedules/ledger-of.js';
import { isLive, MOST_AHEAD } from '../schedules/planned-ahead.js';
import type { LateRun, PlanEntry, ScheduleRow } from '../store/contract/index.js';

/** Instants one entry walks at most, so that no schedule keeps the others waiting. */
const WALK = 200;
/** A call to the store carries at most this much, bytes. */
export const BYTES_PER_CALL = LARGEST_BODY;
/** What came due longer ago (ms) comes due now: a run that is much later is set aside to be judged. */
const JUST_NOW = 5_000;
/** Where no more may be planned ahead, it is looked at again when so many of them have passed. */
const REFILL = MOST_AHEAD / 4;

/** So many exceptions beside a ledger are taken in, though nothing else of it changes: they must not grow by the instant. */
const MANY_SINGLES = 32;

export interface PlanQuestion {
  now: number;
  /** The horizon. */
  until: number;
  /** Whether undecided instants may be decided on now; they wait otherwise. */
  mayCatchUp: boolean;
  /** Runs of it that wait to be judged. */
  late?: readonly LateRun[];
  /** How many runs may be caught up now, by the pace of all schedules together; absent: as many as it likes. */
  room?: number;
}

export interface SizedEntry {
  /** null: there is nothing to do. */
  entry: PlanEntry | null;
  bytes: number;
  /** Runs among them that are caught up. */
  caughtUp?: number;
  /** As many as may be are planned: look again at this time. */
  full?: number;
}

interface Course {
  ledger: Ledger;
  cursor: number | null;
  fired: Occurrence[];
  settled: number[];
  /** How many of those that fired are caught up; they come first. */
  caughtUp?: number;
}

/** With the place of its calendar in the ledger. */
type Placed = Stretch & { calendar: number | null };

/** Throws what the spec throws. The entry's `next` may still lie before `until`: then there is more to plan. */
export function planEntry(row: ScheduleRow, question: PlanQuestion): SizedEntry {
  const { schedule } = row;
  const { definition } = schedule;
  const { now, until, late = [] } = question;
  const template = draftTemplate(definition);
  const most = Math.min(WALK, Math.max(1, Math.floor(BYTES_PER_CALL / template.size)));
  const known = ledgerOf(row);
  const start = { ledger: known, cursor: row.cursor, fired: [], settled: [] };
  const course = isLive(schedule) ? past(row, start, question, most) : rested(row, start, late);
  const left = runsLeft(definition, row.runs - course.settled.length + course.fired.length);
  let occurrences = course.fired;
  let { ledger, cursor: next } = course;
  let full: number | undefined;
  if (next === null || !isLive(schedule)) {
    // There is nothing more to plan.
  } else if (left === 0) {
    // Not before its next instant: until then one of the runs may be taken back, and the next one is had in its place.
    const following = firstAfter(definition, next - 1);
    if (following !== null && following > now) full = following;
    else {
      ledger = turn(ledger, limitAt(next - 1, definition));
      next = null;
    }
  } else if (next <= until) {
    const ahead = countBetween(definition, now + 1, next - 1, MOST_AHEAD) ?? MOST_AHEAD;
    const room = Math.min(Math.max(1, most - occurrences.length), left, MOST_AHEAD - ahead);
    const further = room > 0 ? upTo(definition, ledger, next, question, room) : { occurrences: [], next };
    occurrences = [...occurrences, ...further.occurrences];
    next = further.next;
    if (ahead >= MOST_AHEAD)
      full = expand(definition, now, Number.POSITIVE_INFINITY, REFILL).occurrences.at(-1)?.nominal;
  }
  const changed = ledger !== known || (row.singles?.length ?? 0) >= MANY_SINGLES;
  const settled = new Set(course.settled);
  const taken = late.filter(({ nominal }) => settled.has(nominal)).map(({ member }) => member);
  if (occurrences.length === 0 && !changed && taken.length === 0 && next === row.cursor) {
    return { entry: null, bytes: 0, ...(full === undefined ? {} : { full }) };
  }
  return {
    entry: {
      schedule: definition.id,
      revision: schedule.revision,
      cursor: row.cursor,
      next,
      occurrences: occurrences.map((one, i) => ({
        nominal: one.nominal,
        draft: template.draft(one, now, i < (course.caughtUp ?? 0) ? 'catchUp' : 'live'),
      })),
      ...(taken.length > 0 ? { late: taken } : {}),
      ...(changed ? { ledger: ledgerWrite(row, ledger, definition, now) } : {}),
    },
    bytes: template.size * occurrences.length,
    caughtUp: course.caughtUp ?? 0,
    ...(full === undefined ? {} : { full }),
  };
}

/** Instants up to the horizon, without those that have their fate already; one that has just passed comes due now. */
function upTo(
  definition: ScheduleDefinition,
  ledger: Ledger,
  from: number,
  { now, until }: PlanQuestion,
  room: number,
): { occurrences: Occurrence[]; next: number | null } {
  const decided = decidedFrom(ledger, definition, from);
  const { occurrences, next } = expand(definition, from - 1, until, room);
  const open = decided ? occurrences.filter(({ nominal }) => !decided(nominal)) : occurrences;
  return { occurrences: open.map((one) => (one.due < now - JUST_NOW ? { ...one, due: now } : one)), next };
}

/** Decides on what is late, or puts it off. */
function past(row: ScheduleRow, course: Course, question: PlanQuestion, most: number): Course {
  const { definition } = row.schedule;
  const { now, mayCatchUp, late = [], room: granted = Number.POSITIVE_INFINITY } = question;
  const { ledger } = course;
  const calendarAt = (nominal: number): number | null => rangeAt(ledger, nominal)?.calendar ?? null;
  const nominals = late.map(({ nominal }) => nominal);
  const overdue = nominals.filter((nominal) =>
    isLate(definitionAt(ledger, definition, calendarAt(nominal)), nominal, now),
  );
  const inTime = nominals.filter((nominal) => !overdue.includes(nominal));
  // What passes after its last run is not late.
  const stretch = runsLeft(definition, row.runs) === 0 ? null : lateStretch(course.cursor, definition, now);
  const next: Course = { ...course, cursor: stretch ? stretch.to + 1 : course.cursor };
  next.settled = [...overdue, ...inTime];
  next.fired = inTime.map((nominal) => ({ nominal, due: now }));
  const singles = overdue.map((nominal) => ({ from: nominal, to: nominal, calendar: calendarAt(nominal) }));
  // What is to be skipped, or fired already by a clock that was ahead, has its fate.
  const open = stretch ? openParts(ledger, definition, { ...stretch, calendar: null }) : [];
  if (!mayCatchUp) {
    // Out of the way of what is live: until it is decided on, it is known to have had no run.
    if (singles.length > 0) next.ledger = withBacklog(ledger, definition, [...ledger.backlog, ...singles]);
    for (const part of open) next.ledger = postpone(next.ledger, definition, part);
    return next;
  }
  const passed = [...ledger.backlog, ...singles, ...open];
  if (passed.length === 0) return next;
  const stretches = passed.map(({ from, to, calendar, ...more }) => ({
    ...{ from, to, calendar, chosen: 'chosen' in more },
    definition: definitionAt(ledger, definition, calendar),
  }));
  const left = runsLeft(definition, row.runs - overdue.length);
  if (left === 0) return atLimit(next, definition, stretches);
  const { perMinute } = definition.catchUp;
  const room = Math.min(Math.ceil(most / 2), left, granted);
  const { starts } = paced(perMinute, ledger.pace ?? 0, now, room);
  if (starts === 0 && stretches.every(({ chosen }) => chosen)) return next;
  const decision = decide(definition, stretches, now, starts);
  const { at } = paced(perMinute, ledger.pace ?? 0, now, decision.fired.length);
  return decided(next, definition, decision, now, Math.max(at, now));
}

/** It has had its runs: nothing late fires any more. */
function atLimit(course: Course, definition: ScheduleDefinition, stretches: readonly Stretch[]): Course {
  let ledger: Ledger = withBacklog(course.ledger, definition, []);
  for (const { definition: asked, from, to } of stretches) {
    ledger = except(ledger, asked, { from, to, word: 'limit' });
  }
  return { ...course, ledger };
}

/** `pace`: before this time nothing more of it fires. */
function decided(
  course: Course,
  definition: ScheduleDefinition,
  { fired, missed, rest }: Decision<Placed>,
  now: number,
  pace: number,
): Course {
  let ledger = course.ledger;
  for (const { definition: asked, from, to } of missed) {
    ledger = except(ledger, asked, { from, to, word: 'missed' });
  }
  const waiting = rest.map(({ from, to, calendar }): Undecided => ({ from, to, calendar, chosen: true }));
  // Also where no pace is set: who waits for the pace of all together has its turn behind those that waited longer.
  if (waiting.length > 0 || (fired.length > 0 && definition.catchUp.perMinute !== undefined))
    ledger = { ...ledger, pace };
  return {
    ...course,
    ledger: ledger.backlog.length + waiting.length > 0 ? withBacklog(ledger, definition, waiting) : ledger,
    fired: [...fired.map((nominal) => ({ nominal, due: now })), ...course.fired],
    caughtUp: fired.length,
  };
}

/** Late instants that nobody planned. */
function lateStretch(cursor: number | null, definition: ScheduleDefinition, now: number): Stretch | null {
  if (cursor === null) return null;
  const start = firstAfter(definition, cursor - 1);
  if (start === null || !isLate(definition, start, now)) return null;
  return { definition, from: cursor, to: lateUntil(definition, start, now) - 1 };
}

/** A schedule that rests runs nothing, whatever waited to be judged. */
function rested({ schedule, runs }: ScheduleRow, course: Course, late: readonly LateRun[]): Course {
  let { ledger } = course;
  const word: Word = wordOf(schedule, runs);
  for (const { nominal } of late) {
    const asked = definitionAt(ledger, schedule.definition, rangeAt(ledger, nominal)?.calendar);
    ledger = except(ledger, asked, { from: nominal, to: nominal, word });
  }
  ledger = givenUp(ledger, schedule.definition, word);
  return { ...course, ledger, settled: late.map(({ nominal }) => nominal) };
}

function limitAt(at: number, definition: ScheduleDefinition): Parameters<typeof turn>[1] {
  return { at, word: 'limit', before: definition, after: definition, tz: timezoneData() };
}
