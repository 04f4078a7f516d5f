/** The ledger of a stored schedule, and a new text of it to be stored. */

import {
  definitionAt,
  except,
  type Ledger,
  rangeAt,
  readLedger,
  trimmed,
} from '../domain/schedule/ledger.js';
import { folded } from '../domain/schedule/ledger-bits.js';
import type { ScheduleDefinition } from '../domain/schedule/schedule.js';
import type { LedgerWrite, ScheduleRow } from '../store/contract/index.js';

/** Single exceptions that one write takes in. */
const MOST_TAKEN = 1_000;

export function ledgerOf({ schedule, ledger }: ScheduleRow): Ledger {
  return readLedger(ledger?.text, schedule);
}

/** `definition`: in force from now on. Takes in the single exceptions that stand beside it. */
export function ledgerWrite(
  { ledger: stored, singles = [] }: Pick<ScheduleRow, 'ledger' | 'singles'>,
  ledger: Ledger,
  definition: ScheduleDefinition,
  now: number,
): LedgerWrite {
  const taken = singles.slice(0, MOST_TAKEN);
  let next = ledger;
  for (const [nominal, word] of taken) {
    const asked = definitionAt(next, definition, rangeAt(next, nominal)?.calendar);
    next = except(next, asked, { from: nominal, to: nominal, word });
  }
  next = trimmed(folded(next, definition), now);
  return {
    before: stored?.version ?? 0,
    text: JSON.stringify(next),
    undecided: next.backlog.length > 0,
    taken: taken.map(([nominal]) => nominal),
  };
}
