/** The stretch of time a run stands for: from the run before it to its own instant. */

import { countBetween } from './calendar.js';
import { decide, nthFromEnd } from './catch-up.js';
import type { Single } from './fates.js';
import { lastFired } from './last-fired.js';
import { definitionAt, type Ledger, rangeAt } from './ledger.js';
import { instantsOf } from './ledger-bits.js';
import type { ScheduleDefinition } from './schedule.js';

/** The instant before one is looked for in so many years, ms: 29 February comes every eight at the latest. */
const LOOK_BACK = 10 * 365 * 86_400_000;
/** A row of more missed instants than this counts as so many. */
const MOST_COUNTED = 10_000;

export interface Interval {
  from: number;
  to: number;
  /** Instants in between that were missed. */
  missed: number;
}

export interface IntervalQuestion {
  nominal: number;
  /** When the schedule was made: where the first run begins. */
  since: number;
  /** Where planning goes on: nothing has fired behind it; null: it does not go on. */
  cursor: number | null;
  singles: readonly Single[];
  now: number;
}

/**
 * From the nearest earlier instant that fired, or that passed and by the definition in force still fires, to the
 * nominal time. As things stand now: whoever asks when the run begins is told of every run before it that was taken
 * back, skipped or decided on until then.
 */
export function intervalOf(
  ledger: Ledger,
  definition: ScheduleDefinition,
  { nominal, since, cursor, singles, now }: IntervalQuestion,
): Interval {
  const until = Math.min(nominal, cursor ?? Number.POSITIVE_INFINITY) - 1;
  const before = lastFired(ledger, definition, until, singles, ['fired']);
  const from = Math.max(
    since <= nominal ? since : instantBefore(definition, nominal),
    before ?? ledger.firedBefore ?? Number.NEGATIVE_INFINITY,
    lastWaiting(ledger, definition, nominal, now),
  );
  return { from, to: nominal, missed: missedBetween(ledger, definition, from, nominal, singles) };
}

/** Of a run for the time before the schedule was made; its own time where it is the first on its calendar. */
function instantBefore(definition: ScheduleDefinition, nominal: number): number {
  return nthFromEnd(definition, nominal - LOOK_BACK, nominal, 1) ?? nominal;
}

function lastWaiting(ledger: Ledger, definition: ScheduleDefinition, nominal: number, now: number): number {
  const passed = ledger.backlog.filter(({ from }) => from < nominal);
  if (passed.length === 0) return Number.NEGATIVE_INFINITY;
  const stretches = passed.map(({ from, to, calendar, chosen = false }) => ({
    ...{ from, to: Math.min(to, nominal - 1), chosen },
    definition: definitionAt(ledger, definition, calendar),
  }));
  const last = decide(definition, stretches, now, 0).rest.at(-1);
  if (!last) return Number.NEGATIVE_INFINITY;
  return last.from === last.to
    ? last.from
    : (nthFromEnd(last.definition, last.from, last.to + 1, 1) ?? Number.NEGATIVE_INFINITY);
}

function missedBetween(
  ledger: Ledger,
  definition: ScheduleDefinition,
  after: number,
  before: number,
  singles: readonly Single[],
): number {
  const within = (nominal: number): boolean => nominal > after && nominal < before;
  let missed = singles.filter(([nominal, word]) => word === 'missed' && within(nominal)).length;
  for (const one of ledger.exceptions) {
    if (one.word !== 'missed' || one.to <= after || one.from >= before) continue;
    if (one.bits !== undefined) {
      missed += instantsOf(ledger, definition, one).filter(within).length;
      continue;
    }
    const asked = definitionAt(ledger, definition, rangeAt(ledger, one.from)?.calendar);
    const [from, to] = [Math.max(one.from, after + 1), Math.min(one.to, before - 1)];
    const whole = from === one.from && to === one.to ? one.count : undefined;
    missed += whole ?? countBetween(asked, from, to, MOST_COUNTED) ?? MOST_COUNTED;
  }
  return missed;
}
