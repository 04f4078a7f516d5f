/** The ledger of a stored schedule, and a new text of it to be stored. */

import type { Single } from '../domain/schedule/fates.js';
import { lastFired } from '../domain/schedule/last-fired.js';
import {
  definitionAt,
  except,
  type Ledger,
  rangeAt,
  readLedger,
  trimmed,
} from '../domain/schedule/ledger.js';
import { folded } from '../domain/schedule/ledger-bits.js';
import { passedBetween } from '../domain/schedule/passed.js';
import type { ScheduleDefinition } from '../domain/schedule/schedule.js';
import type { LedgerWrite, ScheduleRow } from '../store/contract/index.js';

/** Single exceptions that one write takes in. */
const MOST_TAKEN = 1_000;

export function ledgerOf({ schedule, ledger }: ScheduleRow): Ledger {
  return readLedger(ledger?.text, schedule);
}

/** What goes leaves behind the last instant that fired in it: the next run's interval begins there. */
function remembering(ledger: Ledger, definition: ScheduleDefinition, now: number): Ledger {
  const next = trimmed(ledger, now);
  if (next.knownFrom === ledger.knownFrom) return next;
  const fired = lastFired(ledger, definition, next.knownFrom - 1, [], ['fired']) ?? ledger.firedBefore;
  return fired === undefined ? next : { ...next, firedBefore: fired };
}

/** With the single exceptions that stand beside it, as many as one write takes in. */
export function withSingles(
  ledger: Ledger,
  singles: readonly Single[],
  definition: ScheduleDefinition,
): Ledger {
  let next = ledger;
  for (const [nominal, word] of singles.slice(0, MOST_TAKEN)) {
    const asked = definitionAt(next, definition, rangeAt(next, nominal)?.calendar);
    next = except(next, asked, { from: nominal, to: nominal, word });
  }
  return next;
}

/**
 * `definition`: in force from now on. Takes in the single exceptions that stand beside the ledger, unless `taken` says
 * that they are in it already.
 */
export function ledgerWrite(
  { ledger: stored, singles = [] }: Pick<ScheduleRow, 'ledger' | 'singles'>,
  ledger: Ledger,
  definition: ScheduleDefinition,
  now: number,
  taken?: 'taken',
): LedgerWrite {
  const full = taken ? ledger : withSingles(ledger, singles, definition);
  const next = remembering(folded(full, definition), definition, now);
  return {
    before: stored?.version ?? 0,
    text: JSON.stringify(next),
    undecided: next.backlog.length > 0 ? (next.pace ?? 0) : null,
    taken: singles.slice(0, MOST_TAKEN).map(([nominal]) => nominal),
    ...toldOf(stored?.text, ledger),
  };
}

/** Single exceptions beside it were told when they were written. */
function toldOf(stored: string | undefined, ledger: Ledger): Pick<LedgerWrite, 'told'> {
  const told = passedBetween(stored === undefined ? null : (JSON.parse(stored) as Ledger), ledger);
  return told.length > 0 ? { told } : {};
}
