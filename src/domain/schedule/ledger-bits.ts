/** Many single exceptions of one word become one with a bit for each instant, so that nothing grows by a row each. */

import { askedAt, askersOf } from './askers.js';
import { countBetween } from './calendar.js';
import { expand } from './expand.js';
import { type Asked, definitionAt, type Ledger, type LedgerException, rangeAt, type Word } from './ledger.js';
import type { ScheduleDefinition } from './schedule.js';

/** So many rows may stand side by side before the older ones are folded, and so many of them stay as they are. */
const ROWS = 24;
const ROWS_KEPT = 4;
/** A row of more instants than this is shorter than its bits. */
const FEW = 64;
/** Instants of one exception with bits. */
const MOST_BITS = 4_096;

/** Instants of the exception, in order; of one without bits every instant of its calendar between its ends. */
export function instantsOf(ledger: Ledger, definition: ScheduleDefinition, one: LedgerException): number[] {
  const calendar = one.calendar ?? rangeAt(ledger, one.from)?.calendar;
  const { occurrences } = expand(definitionAt(ledger, definition, calendar), one.from - 1, one.to, MOST_BITS);
  const { bits } = one;
  if (bits === undefined) return occurrences.map(({ nominal }) => nominal);
  return occurrences.flatMap(({ nominal }, i) => (bitAt(bits, i) ? [nominal] : []));
}

type Instant = readonly [nominal: number, asked: Asked | undefined];

function nominalOf([nominal]: Instant): number {
  return nominal;
}

/** Folds the older rows when there are many. */
export function folded(ledger: Ledger, definition: ScheduleDefinition): Ledger {
  const rows = ledger.exceptions.filter((one) => isSmall(ledger, definition, one));
  if (rows.length <= ROWS) return ledger;
  const older = rows.slice(0, rows.length - ROWS_KEPT);
  const groups = new Map<string, LedgerException[]>();
  for (const one of older) {
    const key = `${one.word} ${rangeAt(ledger, one.from)?.from}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  let exceptions = ledger.exceptions.filter((one) => !older.includes(one));
  for (const group of groups.values()) exceptions = withBits(ledger, definition, exceptions, group);
  return { ...ledger, exceptions: exceptions.sort((a, b) => a.from - b.from) };
}

/** In one range, and of few instants. */
function isSmall(ledger: Ledger, definition: ScheduleDefinition, one: LedgerException): boolean {
  if (one.bits !== undefined || one.calendar !== undefined || one.backfill !== undefined) return false;
  const range = rangeAt(ledger, one.from);
  if (range !== rangeAt(ledger, one.to)) return false;
  const asked = definitionAt(ledger, definition, range?.calendar);
  const count = one.count ?? countBetween(asked, one.from, one.to, FEW);
  return count !== undefined && count <= FEW;
}

/** One group, of one word and one range: behind the bits that are there, as far as they have room. */
function withBits(
  ledger: Ledger,
  definition: ScheduleDefinition,
  exceptions: LedgerException[],
  group: readonly LedgerException[],
): LedgerException[] {
  const [first] = group;
  if (!first) return exceptions;
  const range = rangeAt(ledger, first.from);
  const before = exceptions.findLast(
    ({ bits, word, from, to }) =>
      bits !== undefined && word === first.word && to < first.from && rangeAt(ledger, from) === range,
  );
  const instants = (one: LedgerException): Instant[] =>
    instantsOf(ledger, definition, one).map((nominal) => [nominal, askedAt(one, nominal)]);
  const added = group.flatMap(instants);
  const asked = definitionAt(ledger, definition, range?.calendar);
  const both = before ? [...instants(before), ...added] : added;
  const extended = before && bitsFrom(asked, before.from, both.map(nominalOf));
  if (before && extended) {
    const row = { ...extended, ...askersOf(both), word: first.word };
    return exceptions.map((one) => (one === before ? row : one));
  }
  return [...exceptions, ...inBlocks(asked, added, first.word)];
}

function inBlocks(
  definition: ScheduleDefinition,
  instants: readonly Instant[],
  word: Word,
): LedgerException[] {
  const nominals = instants.map(nominalOf);
  const blocks: LedgerException[] = [];
  for (let at = 0; at < nominals.length; ) {
    let size = nominals.length - at;
    let block = bitsFrom(definition, nominals[at] ?? 0, nominals.slice(at));
    while (!block && size > 1) {
      size = Math.ceil(size / 2);
      block = bitsFrom(definition, nominals[at] ?? 0, nominals.slice(at, at + size));
    }
    if (block) blocks.push({ ...block, ...askersOf(instants.slice(at, at + size)), word });
    at += size;
  }
  return blocks;
}

/** null: they lie too far apart for one exception. */
export function bitsFrom(
  definition: ScheduleDefinition,
  from: number,
  nominals: readonly number[],
): Omit<LedgerException, 'word'> | null {
  const to = nominals.at(-1) ?? from;
  const { occurrences, next } = expand(definition, from - 1, to, MOST_BITS);
  if (next !== null && next <= to) return null;
  const marked = new Set(nominals);
  const bytes = new Uint8Array(Math.ceil(occurrences.length / 8));
  let count = 0;
  for (const [i, { nominal }] of occurrences.entries()) {
    if (!marked.has(nominal)) continue;
    count += 1;
    bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7));
  }
  return { from, to, count, bits: btoa(String.fromCharCode(...bytes)) };
}

const decoded = new Map<string, string>();

function bitAt(bits: string, i: number): boolean {
  let bytes = decoded.get(bits);
  if (bytes === undefined) {
    if (decoded.size > 100) decoded.clear();
    bytes = atob(bits);
    decoded.set(bits, bytes);
  }
  return ((bytes.charCodeAt(i >> 3) >> (i & 7)) & 1) === 1;
}
