/** The latest instant that became a task, by the ledger. Specs only look forward, so the search begins close to the end. */

import { nthFromEnd } from './catch-up.js';
import { isUndecided, type Single, toldAt, wordsBetween } from './fates.js';
import { definitionAt, type Ledger, type Word } from './ledger.js';
import type { ScheduleDefinition } from './schedule.js';

/** Instants looked at before the search gives up; whole ranges and exceptions are passed over in one. */
const MOST_LOOKS = 5_000;

/** A run that was cancelled has its task still. What a backfill made later is no run of its time. */
const HAVE_A_TASK: readonly Word[] = ['fired', 'cancelled'];

/** Up to and including `until`, of these words; null when none did, as far as the ledger goes back. */
export function lastFired(
  ledger: Ledger,
  definition: ScheduleDefinition,
  until: number,
  singles: readonly Single[],
  words: readonly Word[] = HAVE_A_TASK,
): number | null {
  let end = until;
  let looks = 0;
  for (let i = ledger.ranges.length - 1; i >= 0; i -= 1) {
    const range = ledger.ranges[i];
    if (!range || range.from > end) continue;
    const from = Math.max(range.from, ledger.knownFrom);
    const asked = definitionAt(ledger, definition, range.calendar);
    if (range.word !== 'fired' && words !== HAVE_A_TASK) {
      const later = lastBackfilled(ledger, asked, Math.max(range.from, ledger.knownFrom), end);
      if (later !== undefined) return later;
    }
    while (range.word === 'fired' && end >= from && looks < MOST_LOOKS) {
      looks += 1;
      const nominal = nthFromEnd(asked, from, end + 1, 1);
      if (nominal === undefined) break;
      const { word, backfill } = toldAt(ledger, definition, nominal, singles);
      const asRun = words !== HAVE_A_TASK || backfill === undefined;
      if (asRun && !isUndecided(ledger, nominal) && words.includes(word)) return nominal;
      end = before(ledger, nominal) - 1;
    }
    end = Math.min(end, range.from - 1);
  }
  return null;
}

/** The latest `count` instants that became tasks at their time, latest first: many of them in few looks. */
export function latestFired(
  ledger: Ledger,
  definition: ScheduleDefinition,
  until: number,
  singles: readonly Single[],
  count: number,
): number[] {
  const found: number[] = [];
  let end = until;
  let looks = 0;
  for (let i = ledger.ranges.length - 1; i >= 0 && found.length < count; i -= 1) {
    const range = ledger.ranges[i];
    if (!range || range.from > end) continue;
    const from = Math.max(range.from, ledger.knownFrom);
    const asked = definitionAt(ledger, definition, range.calendar);
    while (range.word === 'fired' && end >= from && found.length < count && looks < MOST_LOOKS) {
      looks += 1;
      const wanted = count - found.length;
      const first = nthFromEnd(asked, from, end + 1, wanted);
      if (first === undefined) break;
      const { instants } = wordsBetween(ledger, definition, { from: first, to: end, limit: wanted, singles });
      const fired = instants.filter(
        ({ word, backfill, undecided }) =>
          HAVE_A_TASK.some((one) => one === word) && backfill === undefined && !undecided,
      );
      found.push(...fired.map(({ nominal }) => nominal).reverse());
      end = before(ledger, first) - 1;
    }
    end = Math.min(end, range.from - 1);
  }
  return found.slice(0, count);
}

/** In a range in which nothing fired at its time. */
function lastBackfilled(
  { exceptions }: Ledger,
  asked: ScheduleDefinition,
  from: number,
  until: number,
): number | undefined {
  const rows = exceptions.filter(
    (one) => one.word === 'fired' && one.calendar === undefined && one.from <= until && one.to >= from,
  );
  const nominals = rows.flatMap((one) =>
    one.to <= until ? one.to : (nthFromEnd(asked, Math.max(one.from, from), until + 1, 1) ?? []),
  );
  return nominals.length === 0 ? undefined : Math.max(...nominals);
}

/** Where the exception or the part of the backlog that covers all of its instants begins; else the instant itself. */
function before({ exceptions, backlog }: Ledger, nominal: number): number {
  const covers = ({ from, to }: { from: number; to: number }): boolean => from <= nominal && nominal <= to;
  const whole = exceptions.find((one) => one.bits === undefined && one.calendar === undefined && covers(one));
  return Math.min(nominal, whole?.from ?? nominal, backlog.find(covers)?.from ?? nominal);
}
