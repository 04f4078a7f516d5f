/**
 * Backfill in the ledger: which instants of the past did not fire, and what is written once they have. For the time
 * before a schedule existed the ledger opens a range of its own.
 */

import { countBetween } from './calendar.js';
import { expand, firstAfter } from './expand.js';
import { type Single, wordsBetween } from './fates.js';
import { definitionAt, type Ledger, type LedgerException, rangeAt, type Word } from './ledger.js';
import { bitsFrom, instantsOf } from './ledger-bits.js';
import type { Occurrence, ScheduleDefinition } from './schedule.js';

export interface BackfillQuestion {
  /** [from, to), ms. */
  from: number;
  to: number;
  /** Instants looked at. */
  limit: number;
  /** Instants that fired, or whose fate nobody knows any more, are wanted too. */
  rerun: boolean;
  /** Of the operation that asks: what fired in it is its own. */
  backfill?: string;
  singles?: readonly Single[];
  /** The next undecided instant of a schedule that is planned; null: all that has passed is decided. */
  cursor: number | null;
  /** When it was made, ms. */
  createdAt: number;
}

export interface Candidate extends Occurrence {
  word: Word | 'unknown';
  /** It has fired, or may have: its run is one more, and the ledger stays as it is. */
  again: boolean;
}

export interface Candidates {
  wanted: Candidate[];
  /** Instants that fired in this very backfill. */
  mine: number;
  looked: number;
  /** Where to go on; null: that was all. */
  next: number | null;
}

/** Instants that an earlier definition would have had are on no calendar any more. */
export function candidates(
  ledger: Ledger,
  definition: ScheduleDefinition,
  asked: BackfillQuestion,
): Candidates {
  const { knownFrom } = ledger;
  if (asked.from < knownFrom) return beforeTheLedger(ledger, definition, asked);
  const { from, to, limit, singles = [], rerun, backfill } = asked;
  const page = wordsBetween(ledger, definition, { from, to: to - 1, limit, singles });
  const found: Candidates = { wanted: [], mine: 0, looked: page.instants.length, next: page.next };
  for (const { nominal, due, word, undecided, backfill: by } of page.instants) {
    const open = undecided || (word === 'fired' && asked.cursor !== null && nominal >= asked.cursor);
    if (open || word === 'superseded') continue;
    const again = word === 'fired' || word === 'unknown';
    if (again && by !== undefined && by === backfill) found.mine += 1;
    else if (rerun || !again) found.wanted.push({ nominal, due, word, again });
  }
  if (found.next !== null && found.next >= to) found.next = null;
  return found;
}

/** Whether what lies before the ledger may have fired: it did not where the schedule did not exist. */
function isPruned({ knownFrom, pruned }: Ledger, createdAt: number): boolean {
  return pruned === true || knownFrom > createdAt + 1;
}

function beforeTheLedger(
  ledger: Ledger,
  definition: ScheduleDefinition,
  { from, to, limit, rerun, createdAt }: BackfillQuestion,
): Candidates {
  const pruned = isPruned(ledger, createdAt);
  const end = Math.min(to, ledger.knownFrom);
  const after = end < to ? end : null;
  if (pruned && !rerun) return { wanted: [], mine: 0, looked: 0, next: after };
  const { occurrences, next } = expand(definition, from - 1, end - 1, limit);
  const word = pruned ? 'unknown' : 'none';
  return {
    wanted: occurrences.map((one) => ({ ...one, word, again: pruned })),
    mine: 0,
    looked: occurrences.length,
    next: next !== null && next < end ? next : after,
  };
}

/** These instants, in order and of the definition's calendar or the ledger's, fired in a backfill at `now`. */
export function backfilled(
  ledger: Ledger,
  definition: ScheduleDefinition,
  nominals: readonly number[],
  backfill: string,
  now: number,
): Ledger {
  const [first] = nominals;
  if (first === undefined) return ledger;
  let next = opened(ledger, first);
  next = { ...next, exceptions: next.exceptions.flatMap((one) => cut(next, definition, one, nominals)) };
  for (const nominal of nominals) next = fired(next, definition, { nominal, backfill, at: now });
  return next;
}

/** A range for the time before it existed, on the calendar of the definition in force. */
function opened(ledger: Ledger, from: number): Ledger {
  if (from >= ledger.knownFrom) return ledger;
  const [first, ...others] = ledger.ranges;
  const goesOn = first?.word === 'none' && first.calendar === null;
  const range = { from, word: 'none' as const, calendar: null };
  const ranges = first && !goesOn ? [range, first, ...others] : [range, ...others];
  return { ...ledger, knownFrom: from, ranges };
}

/** What is left of an exception without these instants. */
function cut(
  ledger: Ledger,
  definition: ScheduleDefinition,
  one: LedgerException,
  nominals: readonly number[],
): LedgerException[] {
  if (one.calendar !== undefined) return [one];
  const within = nominals.filter((nominal) => one.from <= nominal && nominal <= one.to);
  if (within.length === 0) return [one];
  const asked = definitionAt(ledger, definition, rangeAt(ledger, one.from)?.calendar);
  if (one.bits === undefined) return pieces(asked, one, within);
  const left = instantsOf(ledger, definition, one).filter((nominal) => !within.includes(nominal));
  if (left.length === 0) return [];
  const { bits: _, count: __, from: ___, to: ____, ...rest } = one;
  const again = bitsFrom(asked, left[0] ?? one.from, left);
  return again ? [{ ...rest, ...again }] : [one];
}

/** The stretches between, each with its count where that is known. */
function pieces(
  definition: ScheduleDefinition,
  { count, ...one }: LedgerException,
  within: readonly number[],
): LedgerException[] {
  const found: LedgerException[] = [];
  let from = one.from;
  let counted = 0;
  for (const nominal of within) {
    const before = nominal > from ? countBetween(definition, from, nominal - 1, FEW) : 0;
    if (before !== 0) found.push(piece(one, from, nominal - 1, before));
    counted = before === undefined ? Number.NaN : counted + before + 1;
    from = nominal + 1;
  }
  const left = count === undefined ? undefined : count - counted;
  const known = Number.isNaN(left) ? undefined : left;
  if (from <= one.to && known !== 0 && countBetween(definition, from, one.to, 1) !== 0) {
    found.push(piece(one, from, one.to, known));
  }
  return found;
}

/** Where a count would take more than this many steps it is left out. */
const FEW = 1_000;

function piece(one: LedgerException, from: number, to: number, count: number | undefined): LedgerException {
  return { ...one, from, to, ...(count === undefined ? {} : { count }) };
}

/** Extends the row of this backfill that ends with the instant before, else begins one. */
function fired(
  ledger: Ledger,
  definition: ScheduleDefinition,
  { nominal, backfill, at }: { nominal: number; backfill: string; at: number },
): Ledger {
  const range = rangeAt(ledger, nominal);
  const asked = definitionAt(ledger, definition, range?.calendar);
  const before = ledger.exceptions.findLast(({ to, backfill: by }) => by === backfill && to < nominal);
  const adjoins =
    before && rangeAt(ledger, before.from) === range && firstAfter(asked, before.to) === nominal;
  if (before && adjoins) {
    const both = { ...before, to: nominal, count: (before.count ?? 0) + 1, at };
    return { ...ledger, exceptions: ledger.exceptions.map((one) => (one === before ? both : one)) };
  }
  const place = ledger.exceptions.findLastIndex(({ from }) => from <= nominal) + 1;
  const row: LedgerException = { from: nominal, to: nominal, word: 'fired', count: 1, backfill, at };
  return { ...ledger, exceptions: ledger.exceptions.toSpliced(place, 0, row) };
}
