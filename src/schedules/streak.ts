/** A schedule pauses itself when so many of its runs in a row are dead (`pauseAfter`). */

import { firstAfter } from '../domain/schedule/expand.js';
import { lastFired } from '../domain/schedule/last-fired.js';
import type { ReadStore, ScheduleRow, Term } from '../store/contract/index.js';
import { attempt, type EditResult, type EditStore, edited, write } from './edit-write.js';
import { ledgerOf } from './ledger-of.js';
import { isLive } from './planned-ahead.js';
import { runStatesOf } from './runs-of.js';

/** Runs asked about at a time. */
const AT_ONCE = 20;
/**
 * A streak is told. In case that was not heard it is looked at again this much later, ms, while a run is under way, else
 * once the next instant has passed.
 */
const SOON = 5_000;
const LONGEST = 3_600_000;

export interface Streak {
  /** Runs in a row that are dead, the latest ones that have ended; no more than were asked about. */
  dead: number;
  /** When something else may come of it, ms. */
  again: number;
}

/**
 * Runs of its instants, by their nominal time; one that was cancelled counts neither way. What ran before the schedule
 * was resumed is past. Throws what the spec throws.
 */
export async function streakOf(
  store: Pick<ReadStore, 'runStates'>,
  row: ScheduleRow,
  now: number,
): Promise<Streak> {
  const { definition, resumedAt = 0 } = row.schedule;
  const { pauseAfter = 0 } = definition;
  const next = firstAfter(definition, now) ?? now + LONGEST;
  const found: Streak = { dead: 0, again: Math.min(Math.max(next, now) + SOON, now + LONGEST) };
  for (let until = Math.min(now, (row.cursor ?? Number.POSITIVE_INFINITY) - 1); ; ) {
    const nominals = latest(row, until, resumedAt);
    const states = await runStatesOf(
      store,
      nominals.map((nominal) => ({ schedule: row.schedule, nominal })),
    );
    for (const state of states) {
      if (state === 'dead') found.dead += 1;
      else if (state === null || state === 'completed') return found;
      else if (state !== 'cancelled') found.again = now + SOON;
      if (found.dead === pauseAfter) return found;
    }
    const last = nominals.at(-1);
    if (last === undefined || nominals.length < AT_ONCE) return found;
    until = last - 1;
  }
}

/** The latest first. */
function latest(row: ScheduleRow, until: number, after: number): number[] {
  const { schedule, singles = [] } = row;
  const ledger = ledgerOf(row);
  const nominals: number[] = [];
  for (let end = until; nominals.length < AT_ONCE; ) {
    const nominal = lastFired(ledger, schedule.definition, end, singles);
    if (nominal === null || nominal <= after) break;
    nominals.push(nominal);
    end = nominal - 1;
  }
  return nominals;
}

/** The leader's edit, of the schedule as it was judged. */
export function pauseItself(
  store: EditStore,
  row: ScheduleRow,
  now: number,
  term: Term,
): Promise<EditResult> {
  const { definition, revision } = row.schedule;
  return attempt(store, definition.id, now, { term, row, revision }, async (seen) => {
    if (!seen || !isLive(seen.schedule)) return { word: 'unchanged', row: seen };
    const { pauseAfter: streak = 0 } = definition;
    const reason = streak === 1 ? 'its last run is dead' : `its last ${streak} runs are dead`;
    const paused = { at: now, reason: `${reason} (pauseAfter)`, by: term.node, streak };
    return write(store, seen, { ...edited(seen, now, { term }), paused }, now, 'changed', term);
  });
}
