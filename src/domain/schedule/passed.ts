/** What a new ledger says of instants that do not run, and the one before it did not say: one row for each reason. */

import type { Ledger } from './ledger.js';
import { REASONS, type Word } from './words.js';

/** Instants of a schedule that do not run, for one reason: so many of them in [from, to], ms. */
export interface Passed {
  word: Word;
  from: number;
  to: number;
  /** 10,000 stands for as many or more. */
  count: number;
}

/** Where a count was left out there were more. */
const MOST_COUNTED = 10_000;
const TOLD = new Set<Word>(['missed', 'coalesced', ...REASONS]);

export function passedBetween(before: Ledger | null, after: Ledger): Passed[] {
  const rows = new Map<Word, Passed>();
  const add = (word: Word, from: number, to: number, counted: number | undefined): void => {
    const count = counted ?? MOST_COUNTED;
    if (!TOLD.has(word) || count <= 0) return;
    const row = rows.get(word) ?? { word, from, to, count: 0 };
    rows.set(word, {
      word,
      from: Math.min(row.from, from),
      to: Math.max(row.to, to),
      count: Math.min(row.count + count, MOST_COUNTED),
    });
  };
  for (const { from, to, word, count, calendar } of after.exceptions) {
    const known = before?.exceptions.find(
      (one) => one.from === from && one.word === word && one.calendar === calendar,
    );
    if (!known) add(word, from, to, count);
    // Extended in place.
    else if (known.to < to) {
      add(
        word,
        known.to + 1,
        to,
        count === undefined || known.count === undefined ? undefined : count - known.count,
      );
    }
  }
  // A stretch that is over, such as a pause.
  for (const [i, { from, word, count }] of after.ranges.entries()) {
    const next = after.ranges[i + 1];
    const wasOver = before?.ranges.some((one, at) => one.from === from && at < before.ranges.length - 1);
    if (next && !wasOver) add(word, from, next.from - 1, count);
  }
  return [...rows.values()];
}
