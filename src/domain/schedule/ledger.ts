/**
 * The ledger of a schedule: ranges of time with one word each, and exceptions where single instants differ. An
 * instant before the cursor that lies on the calendar of its range has the range's word, so what always fires needs
 * no row. Pure: a change answers a new ledger.
 */

import { sameAsked } from './askers.js';
import { type Calendar, calendarOf, countBetween, onCalendar, sameCalendar } from './calendar.js';
import { firstAfter, runsLeft } from './expand.js';
import type { ScheduleDefinition, StoredSchedule } from './schedule.js';
import type { Asked, Word } from './words.js';

export { type Asked, REASONS, type Word } from './words.js';

/** Lasts until the next one begins, the last one for the time being. */
export interface LedgerRange {
  from: number;
  word: Word;
  /** Place in `calendars`; null: that of the definition in force. */
  calendar: number | null;
  /** Instants it had, and the time zone data they were counted with; set when it is over. */
  count?: number;
  tz?: string;
  /** Of a pause. */
  asked?: Asked;
}

/** Instants of [from, to] that differ from their range. */
export interface LedgerException {
  from: number;
  to: number;
  word: Word;
  count?: number;
  /** Not all of them: those whose bit is set (see ledger-bits.ts). */
  bits?: string;
  /** Of a calendar that was not in force any more. */
  calendar?: number;
  /** They fired in a backfill: what follows the plus sign in the ids of their tasks, and when it was written, ms. */
  backfill?: string;
  at?: number;
  /** Of what is skipped on request. */
  asked?: Asked;
  /** The same of one with bits: who asked for those from an instant on; null: nobody knows. */
  askers?: [from: number, asked: Asked | null][];
}

/** Instants that passed without a run, [from, to], and are not missed. */
export interface Undecided {
  from: number;
  to: number;
  calendar: number | null;
  /** It is decided that they fire, and not yet when. */
  chosen?: true;
}

export interface Ledger {
  /** Before it every fate is unknown. */
  knownFrom: number;
  /** It was raised because there were too many rows, or too old ones: what lay before may have fired. */
  pruned?: true;
  calendars: Calendar[];
  /** In order, at least one. */
  ranges: LedgerRange[];
  /** By their beginning. */
  exceptions: LedgerException[];
  backlog: Undecided[];
  /** Before this time nothing of the backlog fires, ms; absent: at any time. */
  pace?: number;
  /** Instants that were missed, of those rows that are gone. */
  missed?: number;
  /** The last instant that fired before `knownFrom`. */
  firedBefore?: number;
}

/** How long an exception is kept, ms; and how many ranges and exceptions are. */
const KEPT = 90 * 86_400_000;
const MOST_RANGES = 200;
const MOST_EXCEPTIONS = 200;
/** Where a count would take more than this many steps it is left out. */
const MOST_COUNTED = 10_000;
const MOST_BACKLOG = 16;

/** The word of the instants to come. */
export function wordOf(
  { definition, paused }: Pick<StoredSchedule, 'definition' | 'paused'>,
  runs: number,
): Word {
  if (definition.enabled === false) return 'disabled';
  if (paused) return 'paused';
  if (definition.enabled === 'shadow') return 'shadow';
  return runsLeft(definition, runs) === 0 ? 'limit' : 'fired';
}

/** A schedule has no instants before it was made. */
export function newLedger(from: number, word: Word): Ledger {
  return {
    knownFrom: from,
    calendars: [],
    ranges: [{ from, word, calendar: null }],
    exceptions: [],
    backlog: [],
  };
}

/** What is stored, or what goes without saying for a schedule that was never changed. */
export function readLedger(text: string | null | undefined, schedule: StoredSchedule): Ledger {
  if (text !== null && text !== undefined) return JSON.parse(text) as Ledger;
  return newLedger(schedule.createdAt + 1, wordOf(schedule, 0));
}

export function rangeAt({ ranges }: Ledger, nominal: number): LedgerRange | undefined {
  return ranges.findLast(({ from }) => from <= nominal) ?? ranges[0];
}

/** The definition with the calendar that a place in the ledger names. */
export function definitionAt(
  { calendars }: Ledger,
  definition: ScheduleDefinition,
  calendar: number | null | undefined,
): ScheduleDefinition {
  const other = calendar === null || calendar === undefined ? undefined : calendars[calendar];
  return other ? onCalendar(definition, other) : definition;
}

export interface Turn {
  /** The last instant of what was; what follows has the new word. */
  at: number;
  word: Word;
  /** The definition in force until now, and from now on. */
  before: ScheduleDefinition;
  after: ScheduleDefinition;
  /** Version of the time zone data. */
  tz: string;
  asked?: Asked | undefined;
}

/** From `at` on another word or another calendar counts. Where both stay as they are, the range goes on. */
export function turn(ledger: Ledger, { at, word, before, after, tz, asked }: Turn): Ledger {
  const [oldCalendar, newCalendar] = [calendarOf(before), calendarOf(after)];
  const same = sameCalendar(oldCalendar, newCalendar);
  if (same && ledger.ranges.at(-1)?.word === word) return ledger;
  let { calendars } = ledger;
  let named: number | null = null;
  if (!same) {
    const known = calendars.findIndex((calendar) => sameCalendar(calendar, oldCalendar));
    named = known >= 0 ? known : calendars.length;
    if (known < 0) calendars = [...calendars, oldCalendar];
  }
  const settle = <T extends { calendar: number | null }>(one: T): T =>
    one.calendar === null ? { ...one, calendar: named } : one;
  const ranges = ledger.ranges.filter(({ from }) => from <= at).map(settle);
  const over = ranges.at(-1);
  // A range that had not begun is gone, and the one before it goes on.
  if (over && same && over.word === word) {
    return { ...ledger, ranges: ledger.ranges.slice(0, ranges.length) };
  }
  if (over) {
    const count = countBetween(before, over.from, at, MOST_COUNTED);
    ranges[ranges.length - 1] = { ...over, ...(count === undefined ? {} : { count, tz }) };
  }
  ranges.push({ from: at + 1, word, calendar: null, ...(asked ? { asked } : {}) });
  return { ...ledger, calendars, ranges, backlog: ledger.backlog.map(settle) };
}

/** The instants of [from, to] have a word of their own. A neighbour of the same word is extended in place. */
export function except(
  ledger: Ledger,
  definition: ScheduleDefinition,
  one: { from: number; to: number; word: Word; asked?: Asked },
): Ledger {
  const count = countBetween(definition, one.from, one.to, MOST_COUNTED);
  if (count === 0) return ledger;
  const before = ledger.exceptions.findLast(({ from }) => from <= one.from);
  if (before && adjoins(ledger, before, one, definition)) {
    const both = { ...before, to: Math.max(before.to, one.to) };
    if (before.count !== undefined && count !== undefined) both.count = before.count + count;
    else delete both.count;
    return { ...ledger, exceptions: ledger.exceptions.map((other) => (other === before ? both : other)) };
  }
  return placed(ledger, { ...one, ...(count === undefined ? {} : { count }) });
}

function adjoins(
  ledger: Ledger,
  before: LedgerException,
  one: LedgerException,
  definition: ScheduleDefinition,
): boolean {
  if (before.word !== one.word || before.bits !== undefined || before.calendar !== undefined) return false;
  if (before.backfill !== undefined || !sameAsked(before.asked, one.asked)) return false;
  if (before.to >= one.from || rangeAt(ledger, before.to) !== rangeAt(ledger, one.from)) return false;
  const between = firstAfter(definition, before.to);
  return between !== null && between >= one.from;
}

function placed(ledger: Ledger, one: LedgerException): Ledger {
  const at = ledger.exceptions.findLastIndex(({ from }) => from <= one.from) + 1;
  return { ...ledger, exceptions: ledger.exceptions.toSpliced(at, 0, one) };
}

/** Instants of a calendar that `turn` put aside: they had been planned and were withdrawn. */
export function supersede(ledger: Ledger, before: ScheduleDefinition, from: number, to: number): Ledger {
  const old = calendarOf(before);
  const calendar = ledger.calendars.findIndex((known) => sameCalendar(known, old));
  return calendar < 0 ? ledger : placed(ledger, { from, to, word: 'superseded', calendar });
}

/** [from, to] passed and is to be decided on later; what is too much of it is missed. */
export function postpone(
  ledger: Ledger,
  definition: ScheduleDefinition,
  { from, to, calendar = null }: { from: number; to: number; calendar?: number | null },
): Ledger {
  if (countBetween(definitionAt(ledger, definition, calendar), from, to, 1) === 0) return ledger;
  return withBacklog(ledger, definition, [...ledger.backlog, { from, to, calendar }]);
}

/** The backlog is this: neighbours are one, and of what is too much the oldest is missed. */
export function withBacklog(
  ledger: Ledger,
  definition: ScheduleDefinition,
  stretches: readonly Undecided[],
): Ledger {
  const backlog: Undecided[] = [];
  for (const one of [...stretches].sort((a, b) => a.from - b.from)) {
    const last = backlog.at(-1);
    if (last && isNext(definitionAt(ledger, definition, one.calendar), last, one)) {
      backlog[backlog.length - 1] = { ...last, to: one.to };
    } else backlog.push(one);
  }
  const tooMany = backlog.splice(0, Math.max(0, backlog.length - MOST_BACKLOG));
  let next: Ledger = { ...ledger, backlog };
  for (const { from, to, calendar } of tooMany) {
    next = except(next, definitionAt(ledger, definition, calendar), { from, to, word: 'missed' });
  }
  return next;
}

/** Of the same calendar and kind, with no instant in between. */
function isNext(definition: ScheduleDefinition, before: Undecided, one: Undecided): boolean {
  if (before.calendar !== one.calendar || before.chosen !== one.chosen) return false;
  const between = before.to + 1 === one.from ? one.from : firstAfter(definition, before.to);
  return between !== null && between >= one.from;
}

/** How many instants were missed since it was made; at least so many where rows are too long to be counted. */
export function missedOf({ exceptions, missed = 0 }: Ledger): number {
  return missed + countMissed(exceptions);
}

function countMissed(exceptions: readonly LedgerException[]): number {
  return exceptions.reduce(
    (sum, { word, count }) => sum + (word === 'missed' ? (count ?? MOST_COUNTED) : 0),
    0,
  );
}

/** Bounded by age and number: what goes raises `knownFrom`. Calendars that nothing names any more go with it. */
export function trimmed(ledger: Ledger, now: number): Ledger {
  const tooMany = ledger.exceptions.length - MOST_EXCEPTIONS;
  const going = ledger.exceptions.filter(({ to, at = to }, i) => at < now - KEPT || i < tooMany);
  let knownFrom = Math.max(ledger.knownFrom, ...going.map(({ to }) => to + 1));
  const firstKept = ledger.ranges[Math.max(0, ledger.ranges.length - MOST_RANGES)];
  knownFrom = Math.max(knownFrom, ledger.ranges.length > MOST_RANGES ? (firstKept?.from ?? 0) : 0);
  const ranges = ledger.ranges.filter(
    (_, i) => (ledger.ranges[i + 1]?.from ?? Number.POSITIVE_INFINITY) > knownFrom,
  );
  const exceptions = ledger.exceptions.filter((one) => !going.includes(one));
  const places = [...ranges, ...exceptions, ...ledger.backlog].flatMap(({ calendar }) => calendar ?? []);
  const kept = [...new Set(places)].sort((a, b) => a - b);
  const moved = <T extends { calendar?: number | null }>(one: T): T =>
    typeof one.calendar === 'number' ? { ...one, calendar: kept.indexOf(one.calendar) } : one;
  const missed = (ledger.missed ?? 0) + countMissed(going);
  return {
    ...ledger,
    ...(missed > 0 ? { missed } : {}),
    knownFrom,
    ...(ledger.pruned || knownFrom > ledger.knownFrom ? { pruned: true as const } : {}),
    calendars: ledger.calendars.filter((_, i) => kept.includes(i)),
    ranges: ranges.map(moved),
    exceptions: exceptions.map(moved),
    backlog: ledger.backlog.map(moved),
  };
}
