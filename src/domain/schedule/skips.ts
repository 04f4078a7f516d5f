/** *Skip next*: the instants to come that a person passes over stand in the ledger as exceptions beyond now. */

import { askedAt } from './askers.js';
import { expand } from './expand.js';
import { decidedFrom } from './fates.js';
import { type Asked, definitionAt, except, type Ledger, type LedgerException, rangeAt } from './ledger.js';
import { instantsOf } from './ledger-bits.js';
import type { ScheduleDefinition } from './schedule.js';

/** So many instants are looked at for each that is to be passed over, and no more. */
const STEP = 1_000;
const MOST_STEPS = 100;

/** Instants behind `after` that are to be passed over, in order. */
export function skipsAhead(ledger: Ledger, definition: ScheduleDefinition, after: number): number[] {
  return ledger.exceptions
    .filter((one) => liesAhead(one, after))
    .flatMap((one) => instantsOf(ledger, definition, one))
    .filter((nominal) => nominal > after);
}

/** Who asked for each of those behind `after`, in order. */
export function whoSkips(
  ledger: Ledger,
  definition: ScheduleDefinition,
  after: number,
): (Asked | undefined)[] {
  return ledger.exceptions
    .filter((one) => liesAhead(one, after))
    .flatMap((one) =>
      instantsOf(ledger, definition, one)
        .filter((nominal) => nominal > after)
        .map((nominal) => askedAt(one, nominal)),
    );
}

/** None behind `after` is passed over any more; those before stay as they are. */
export function withoutSkips(ledger: Ledger, definition: ScheduleDefinition, after: number): Ledger {
  const going = ledger.exceptions.filter((one) => liesAhead(one, after));
  if (going.length === 0) return ledger;
  let next: Ledger = { ...ledger, exceptions: ledger.exceptions.filter((one) => !going.includes(one)) };
  for (const one of going) {
    for (const nominal of instantsOf(ledger, definition, one)) {
      if (nominal > after) break;
      const asked = definitionAt(ledger, definition, rangeAt(ledger, nominal)?.calendar);
      const who = askedAt(one, nominal);
      const by = who ? { asked: who } : {};
      next = except(next, asked, { from: nominal, to: nominal, word: 'skipNext', ...by });
    }
  }
  return next;
}

/**
 * The next instants behind `after` that have no fate yet are passed over, one for each that was asked for; fewer where the
 * calendar ends.
 */
export function skipAhead(
  ledger: Ledger,
  definition: ScheduleDefinition,
  after: number,
  asked: readonly (Asked | undefined)[],
): Ledger {
  let next = ledger;
  let left = asked.length;
  let from: number | null = after + 1;
  for (let steps = 0; from !== null && left > 0 && steps < MOST_STEPS; steps += 1) {
    const decided = decidedFrom(ledger, definition, from);
    const part = expand(definition, from - 1, Number.POSITIVE_INFINITY, Math.min(STEP, left));
    for (const { nominal } of part.occurrences) {
      if (decided?.(nominal)) continue;
      const who = asked[asked.length - left];
      const one = { from: nominal, to: nominal, word: 'skipNext', ...(who ? { asked: who } : {}) } as const;
      next = except(next, definition, one);
      left -= 1;
    }
    from = part.next;
  }
  return next;
}

function liesAhead({ word, to, calendar }: LedgerException, after: number): boolean {
  return word === 'skipNext' && to > after && calendar === undefined;
}
