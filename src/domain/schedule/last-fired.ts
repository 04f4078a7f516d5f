/** The latest instant that became a task, by the ledger. Specs only look forward, so the search begins close to the end. */

import { nthFromEnd } from './catch-up.js';
import { isUndecided, type Single, wordAt } from './fates.js';
import { definitionAt, type Ledger } from './ledger.js';
import type { ScheduleDefinition } from './schedule.js';

/** Instants looked at before the search gives up; whole ranges and exceptions are passed over in one. */
const MOST_LOOKS = 5_000;

/** Up to and including `until`; null when none did, as far as the ledger goes back. */
export function lastFired(
  ledger: Ledger,
  definition: ScheduleDefinition,
  until: number,
  singles: readonly Single[],
): number | null {
  let end = until;
  let looks = 0;
  for (let i = ledger.ranges.length - 1; i >= 0; i -= 1) {
    const range = ledger.ranges[i];
    if (!range || range.from > end) continue;
    const from = Math.max(range.from, ledger.knownFrom);
    const asked = definitionAt(ledger, definition, range.calendar);
    while (range.word === 'fired' && end >= from && looks < MOST_LOOKS) {
      looks += 1;
      const nominal = nthFromEnd(asked, from, end + 1, 1);
      if (nominal === undefined) break;
      const word = wordAt(ledger, definition, nominal, singles);
      if (!isUndecided(ledger, nominal) && (word === 'fired' || word === 'cancelled')) return nominal;
      end = before(ledger, nominal) - 1;
    }
    end = Math.min(end, range.from - 1);
  }
  return null;
}

/** Where the exception that covers all of its instants begins; else the instant itself. */
function before({ exceptions }: Ledger, nominal: number): number {
  const whole = exceptions.find(
    ({ from, to, bits, calendar }) =>
      bits === undefined && calendar === undefined && from <= nominal && nominal <= to,
  );
  return Math.min(nominal, whole?.from ?? nominal);
}
