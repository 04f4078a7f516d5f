/** Reading a ledger: the word of each instant between two times, and the instants that are not to be planned again. */

import { askedAt } from './askers.js';
import { countBetween } from './calendar.js';
import { expand } from './expand.js';
import { type Asked, definitionAt, type Ledger, type LedgerException, rangeAt, type Word } from './ledger.js';
import { instantsOf } from './ledger-bits.js';
import type { Occurrence, ScheduleDefinition } from './schedule.js';

/** A single exception that was written where nobody knows the calendar. */
export type Single = readonly [nominal: number, word: Word];

export interface Recorded extends Occurrence {
  word: Word | 'unknown';
  /** Passed, and not decided yet. */
  undecided: boolean;
  /** It fired in this backfill. */
  backfill?: string;
  /** Who asked to skip it, or for the pause it fell into. */
  asked?: Asked;
}

export interface Question {
  from: number;
  to: number;
  limit: number;
  singles?: readonly Single[];
}

/** The instants of [from, to] with the word each has once it lies before the cursor, and where to go on. */
export function wordsBetween(
  ledger: Ledger,
  definition: ScheduleDefinition,
  { from, to, limit, singles = [] }: Question,
): { instants: Recorded[]; next: number | null } {
  const toldOf = lookUp(ledger, definition, from, to, singles);
  const found: Recorded[] = [];
  let next: number | null = null;
  for (const [i, range] of ledger.ranges.entries()) {
    const begin = i === 0 ? from : Math.max(from, range.from);
    const end = Math.min(to, (ledger.ranges[i + 1]?.from ?? Number.POSITIVE_INFINITY) - 1);
    if (begin > end) continue;
    const asked = definitionAt(ledger, definition, range.calendar);
    const part = expand(asked, begin - 1, end, limit + 1 - found.length);
    for (const one of part.occurrences) {
      const undecided = isUndecided(ledger, one.nominal);
      const {
        word,
        backfill,
        asked: by,
      }: Told = toldOf(one.nominal) ?? { word: range.word, ...(range.asked ? { asked: range.asked } : {}) };
      const known = one.nominal >= ledger.knownFrom;
      const more = { ...(backfill === undefined ? {} : { backfill }), ...(by ? { asked: by } : {}) };
      found.push({ ...one, word: known ? word : 'unknown', undecided, ...(known ? more : {}) });
    }
    if (i === ledger.ranges.length - 1) next = part.next;
    if (found.length > limit) break;
  }
  const all = withSuperseded(ledger, definition, found, from, to, limit);
  if (all.length <= limit) return { instants: all, next };
  return { instants: all.slice(0, limit), next: all[limit]?.nominal ?? null };
}

/** Of one instant. */
export function wordAt(
  ledger: Ledger,
  definition: ScheduleDefinition,
  nominal: number,
  singles: readonly Single[] = [],
): Word {
  return toldAt(ledger, definition, nominal, singles).word;
}

export function toldAt(
  ledger: Ledger,
  definition: ScheduleDefinition,
  nominal: number,
  singles: readonly Single[],
): Told {
  const exception = lookUp(ledger, definition, nominal, nominal, singles)(nominal);
  return exception ?? { word: rangeAt(ledger, nominal)?.word ?? 'fired' };
}

/** Whether an instant from the cursor on has its word already: then it is passed over. null: none has. */
export function decidedFrom(
  ledger: Ledger,
  definition: ScheduleDefinition,
  cursor: number,
): ((nominal: number) => boolean) | null {
  if (!ledger.exceptions.some(({ to, calendar }) => to >= cursor && calendar === undefined)) return null;
  const toldOf = lookUp(ledger, definition, cursor, Number.POSITIVE_INFINITY, []);
  return (nominal) => toldOf(nominal) !== undefined;
}

/** The parts of [from, to] with instants, on the calendar in force, of which the ledger says nothing yet. */
export function openParts<Part extends { from: number; to: number }>(
  ledger: Ledger,
  definition: ScheduleDefinition,
  stretch: Part,
): Part[] {
  const told = ledger.exceptions
    .filter((one) => one.calendar === undefined && touches(one, stretch.from, stretch.to))
    .flatMap((one): { from: number; to: number }[] =>
      one.bits === undefined
        ? [one]
        : instantsOf(ledger, definition, one).map((at) => ({ from: at, to: at })),
    );
  let parts = [stretch];
  for (const { from, to } of told) {
    parts = parts.flatMap((part) => {
      if (!touches(part, from, to)) return [part];
      const before = part.from < from ? [{ ...part, to: from - 1 }] : [];
      return part.to > to ? [...before, { ...part, from: to + 1 }] : before;
    });
  }
  return parts.filter(({ from, to }) => countBetween(definition, from, to, 1) !== 0);
}

export function isUndecided({ backlog }: Ledger, nominal: number): boolean {
  return backlog.some(({ from, to }) => from <= nominal && nominal <= to);
}

/** What the ledger says of an instant; `backfill`: in which it fired. */
export interface Told {
  word: Word;
  backfill?: string;
  asked?: Asked;
}

function lookUp(
  ledger: Ledger,
  definition: ScheduleDefinition,
  from: number,
  to: number,
  singles: readonly Single[],
): (nominal: number) => Told | undefined {
  const single = new Map(singles.map(([nominal, word]): [number, Told] => [nominal, { word }]));
  const touched = ledger.exceptions
    .filter((one) => one.calendar === undefined && one.to >= from && one.from <= to)
    .map((one) => ({
      ...one,
      only: one.bits === undefined ? null : new Set(instantsOf(ledger, definition, one)),
    }));
  return (nominal) => {
    const known = single.get(nominal);
    if (known) return known;
    const one = touched.find(
      ({ from, to, only }) => from <= nominal && nominal <= to && (only?.has(nominal) ?? true),
    );
    const asked = one?.askers && askedAt(one, nominal);
    return asked ? { ...one, asked } : one;
  };
}

/** What an edit withdrew is told beside the instants of the calendar that followed. */
function withSuperseded(
  ledger: Ledger,
  definition: ScheduleDefinition,
  found: readonly Recorded[],
  from: number,
  to: number,
  limit: number,
): Recorded[] {
  const withdrawn = ledger.exceptions.filter((one) => one.calendar !== undefined && touches(one, from, to));
  if (withdrawn.length === 0) return [...found];
  const last = found.length > limit ? (found.at(-1)?.nominal ?? to) : to;
  const present = new Set(found.map(({ nominal }) => nominal));
  const others = withdrawn.flatMap((one): Recorded[] => {
    const old = definitionAt(ledger, definition, one.calendar);
    const [begin, end] = [Math.max(from, one.from), Math.min(last, one.to)];
    return expand(old, begin - 1, end, limit + 1).occurrences.flatMap((occurrence) =>
      present.has(occurrence.nominal) ? [] : [{ ...occurrence, word: one.word, undecided: false }],
    );
  });
  return [...found, ...others].sort((a, b) => a.nominal - b.nominal);
}

function touches(one: Pick<LedgerException, 'from' | 'to'>, from: number, to: number): boolean {
  return one.to >= from && one.from <= to;
}
