/** What becomes of instants that passed with nobody able to plan them: which still fire, and which are missed. */

import { dueOf, expand, firstAfter } from './expand.js';
import type { Occurrence, ScheduleDefinition } from './schedule.js';

/** Late by no more than this is not late at all, ms. */
export const GRACE = 60_000;

/** How many instants more than wanted a search for the latest ones may walk over before it narrows down. */
const SLACK = 256;

export interface Division {
  /** Late instants that fire nevertheless, in order; they follow every missed one. */
  fired: Occurrence[];
  /** Late instants that will not fire, as closed ranges of nominal times. */
  missed: { from: number; to: number; count: number }[];
  /** The first instant not decided here; null when none ever follows. Still late: divide again from it. */
  next: number | null;
}

/** What came due before this is late: by more than the grace, which is never longer than the catch-up window. */
export function lateBefore(definition: ScheduleDefinition, now: number, grace: number = GRACE): number {
  return now - Math.min(grace, definition.catchUp.window);
}

/** Whether the occurrence of this instant should have come due, and that by more than the grace. */
export function isLate(
  definition: ScheduleDefinition,
  nominal: number,
  now: number,
  grace: number = GRACE,
): boolean {
  const edge = lateBefore(definition, now, grace);
  return nominal < edge && dueOf(definition, nominal) < edge;
}

/**
 * Divides the late instants from `cursor` on by the catch-up policy: none fires, the latest within the window, or
 * the `max` most recent within the window. What fires is always the end of the range, so the missed ones are its
 * beginning. Walks at most about `limit` instants per call and then answers where to go on.
 */
export function divide(
  definition: ScheduleDefinition,
  cursor: number,
  now: number,
  grace: number,
  limit: number,
): Division {
  const start = firstAfter(definition, cursor - 1);
  if (start === null || !isLate(definition, start, now, grace)) return { fired: [], missed: [], next: start };
  const edge = firstDueFrom(definition, start, lateBefore(definition, now, grace));
  const keepFrom = firstToFire(definition, start, now, edge);
  const { missed, next } = miss(definition, start, keepFrom, limit);
  if (next === null || next < keepFrom || next >= edge) return { fired: [], missed, next };
  const kept = expand(definition, next - 1, edge - 1, limit);
  return { fired: kept.occurrences, missed, next: kept.next };
}

/**
 * From which nominal time on instants come due at `time` or later. Due times stand in the order of their instants
 * and each lies before the next instant, so that only the last instant before `time` can come due after it.
 */
function firstDueFrom(definition: ScheduleDefinition, start: number, time: number): number {
  if (definition.jitter === undefined || start >= time) return time;
  const last = nthFromEnd(definition, start, time, 1);
  return last !== undefined && dueOf(definition, last) >= time ? last : time;
}

/** The earliest late instant that fires, or `edge` when none does. */
function firstToFire(definition: ScheduleDefinition, start: number, now: number, edge: number): number {
  const { policy, window, max } = definition.catchUp;
  if (policy === 'none') return edge;
  const floor = Math.max(start, firstDueFrom(definition, start, now - window));
  return nthFromEnd(definition, floor, edge, policy === 'latest' ? 1 : max) ?? edge;
}

/** Every instant of [from, until] as missed, by arithmetic or by walking at most `limit` of them. */
export function missedBetween(
  definition: ScheduleDefinition,
  from: number,
  until: number,
  limit: number,
): Division['missed'] {
  const start = firstAfter(definition, from - 1);
  return start === null ? [] : miss(definition, start, until + 1, limit).missed;
}

/**
 * The `wanted`-last instant of [floor, edge), or the first one when there are fewer. Specs only look forward, so
 * it starts close to the edge, doubles its distance until it sees enough, and halves back when it sees too many.
 */
export function nthFromEnd(
  definition: ScheduleDefinition,
  floor: number,
  edge: number,
  wanted: number,
): number | undefined {
  const { spec } = definition;
  let low = floor;
  let high = edge;
  let narrowing = false;
  let from = Math.max(floor, edge - (spec.kind === 'every' ? spec.every : 1_000) * wanted);
  for (;;) {
    const seen = expand(definition, from - 1, edge - 1, wanted + SLACK);
    const found = seen.occurrences;
    const tooMany = seen.next !== null && seen.next < edge;
    if ((!tooMany && (found.length >= wanted || from <= floor)) || high - low <= 1) {
      return found[Math.max(0, found.length - wanted)]?.nominal;
    }
    if (tooMany) {
      low = from;
      narrowing = true;
    } else {
      high = from;
    }
    from = narrowing ? Math.floor((low + high) / 2) : Math.max(floor, edge - 2 * (edge - from));
  }
}

/** Counts the instants of [start, end): by arithmetic where that is possible, else by walking at most `limit`. */
function miss(
  definition: ScheduleDefinition,
  start: number,
  end: number,
  limit: number,
): Pick<Division, 'missed' | 'next'> {
  if (start >= end) return { missed: [], next: start };
  if (definition.spec.kind === 'every' && !definition.exclude) {
    const { every } = definition.spec;
    const last = Math.min(end, definition.endAt ?? end) - 1;
    const count = Math.floor((last - start) / every) + 1;
    const to = start + (count - 1) * every;
    return { missed: [{ from: start, to, count }], next: firstAfter(definition, to) };
  }
  const { occurrences, next } = expand(definition, start - 1, end - 1, Math.max(1, limit));
  const to = occurrences.at(-1)?.nominal ?? start;
  return { missed: [{ from: start, to, count: occurrences.length }], next };
}
