/** Cursors that lie where a wrong clock put them: they are pulled back to now, and what fired there stays as it is. */

import { firstAfter } from '../domain/schedule/expand.js';
import { except, type Ledger, type LedgerException } from '../domain/schedule/ledger.js';
import type { ScheduleDefinition } from '../domain/schedule/schedule.js';
import { ledgerOf, ledgerWrite } from '../schedules/ledger-of.js';
import { isLive } from '../schedules/planned-ahead.js';
import type { PlanEntry, ScheduleRow } from '../store/contract/index.js';

/** What to write of a schedule whose cursor lies beyond the first instant that is not planned yet; null: it does not. */
export function pulledBack(row: ScheduleRow, now: number, until: number): PlanEntry | null {
  const { schedule, cursor } = row;
  const { definition, revision } = schedule;
  if (cursor === null || cursor <= until || !isLive(schedule)) return null;
  const first = firstOf(definition, until);
  if (first === null || cursor <= first) return null;
  const ledger = asOf(ledgerOf(row), definition, cursor, now);
  return {
    schedule: definition.id,
    revision,
    cursor,
    next: now + 1,
    occurrences: [],
    ledger: ledgerWrite(row, ledger, definition, now),
  };
}

/** The planner tells of a spec that this release refuses, or stumbles over. */
function firstOf(definition: ScheduleDefinition, after: number): number | null {
  try {
    return firstAfter(definition, after);
  } catch {
    return null;
  }
}

/** Nothing beyond now is missed or undecided; what was planned there has fired, and is passed over. */
function asOf(ledger: Ledger, definition: ScheduleDefinition, cursor: number, now: number): Ledger {
  const dropped = ledger.exceptions.filter((one) => one.word === 'missed' && one.to > now);
  const exceptions = ledger.exceptions.flatMap((one): LedgerException[] => {
    if (!dropped.includes(one)) return [one];
    const { count: _, ...rest } = one;
    return one.from > now ? [] : [{ ...rest, to: now }];
  });
  const backlog = ledger.backlog.flatMap((one) =>
    one.from > now ? [] : [{ ...one, to: Math.min(one.to, now) }],
  );
  const ranges = ledger.ranges.filter(({ from }, i) => from <= now || i === ledger.ranges.length - 1);
  const last = ranges.at(-1);
  if (last && last.from > now) ranges[ranges.length - 1] = { ...last, from: now + 1 };
  let next: Ledger = { ...ledger, ranges, exceptions, backlog };
  let from = now + 1;
  const holes = [...dropped, ...ledger.backlog].sort((a, b) => a.from - b.from);
  for (const hole of holes) {
    if (hole.from > from) next = except(next, definition, { from, to: hole.from - 1, word: 'fired' });
    from = Math.max(from, hole.to + 1);
  }
  return from >= cursor ? next : except(next, definition, { from, to: cursor - 1, word: 'fired' });
}
