/** What becomes of instants that passed with nobody able to plan or promote them: which still fire, which are missed. */

import { countBetween } from './calendar.js';
import { dueOf, expand, firstAfter } from './expand.js';
import type { ScheduleDefinition } from './schedule.js';

/** Late by no more than this is not late at all, ms; and the shortest grace there is. */
export const GRACE = 60_000;
export const SHORTEST_GRACE = 10_000;

/** How many instants more than wanted a search for the latest ones may walk over before it narrows down. */
const SLACK = 256;

/** Instants of [from, to] on the definition's calendar that passed without a run. */
export interface Stretch {
  definition: ScheduleDefinition;
  from: number;
  to: number;
  /** They are decided on already: they fire, and only wait for their turn. */
  chosen?: boolean;
}

export interface Decision<Passed extends Stretch = Stretch> {
  /** What fires nevertheless, in order. */
  fired: number[];
  /** Where nothing fires, in order; one may hold no instant. */
  missed: Passed[];
  /** What fires and has no room yet, in order: chosen. */
  rest: Passed[];
}

/** What came due before this is late: by more than the grace, which is never longer than the catch-up window. */
export function lateBefore({ catchUp }: ScheduleDefinition, now: number): number {
  return now - Math.max(SHORTEST_GRACE, Math.min(catchUp.grace ?? GRACE, catchUp.window));
}

/** Whether the occurrence of this instant should have come due, and that by more than the grace. */
export function isLate(definition: ScheduleDefinition, nominal: number, now: number): boolean {
  const edge = lateBefore(definition, now);
  return nominal < edge && dueOf(definition, nominal) < edge;
}

/** Up to which nominal time occurrences from `start` on are late; `start` itself when none is. */
export function lateUntil(definition: ScheduleDefinition, start: number, now: number): number {
  return Math.max(start, firstDueFrom(definition, start, lateBefore(definition, now)));
}

/**
 * Divides instants that passed by the catch-up policy of `definition`: none fires, the latest within the window, or
 * the `max` most recent within the window. `stretches` are disjoint. At most `room` fire now, the earliest first;
 * what comes behind them waits, and is not asked again whether it fires: it may wait for longer than the window.
 */
export function decide<Passed extends Stretch>(
  definition: ScheduleDefinition,
  stretches: readonly Passed[],
  now: number,
  room: number,
): Decision<Passed> {
  const { policy, max, window } = definition.catchUp;
  const inOrder = [...stretches].sort((a, b) => a.from - b.from);
  let wanted = policy === 'none' ? 0 : policy === 'latest' ? 1 : max;
  for (const one of inOrder) {
    if (one.chosen) wanted -= countOf(one, MOST_CHOSEN);
  }
  const decision: Decision<Passed> = { fired: [], missed: [], rest: [] };
  const chosen = inOrder.reverse().map((one): Passed[] => {
    if (one.chosen) return [one];
    const first = wanted > 0 ? firstOfLatest(one, now - window, wanted) : undefined;
    if (first === undefined) return [{ ...one, chosen: false }];
    const fires = { ...one, from: first, chosen: true };
    wanted -= countOf(fires, wanted);
    return first > one.from ? [{ ...one, to: first - 1, chosen: false }, fires] : [fires];
  });
  for (const one of chosen.reverse().flat()) settle(decision, one, room);
  return decision;
}

/** More instants than any policy lets fire. */
const MOST_CHOSEN = 10_000;

/** A stretch of one instant is that instant, whatever calendar it had; at most `most`. */
function countOf({ definition, from, to }: Stretch, most: number): number {
  return from === to ? 1 : (countBetween(definition, from, to, most) ?? most);
}

/** Where the latest `wanted` instants that come due at `floor` or later begin; undefined: there is none. */
function firstOfLatest({ definition, from, to }: Stretch, floor: number, wanted: number): number | undefined {
  if (from === to) return dueOf(definition, from) >= floor ? from : undefined;
  const start = firstAfter(definition, from - 1);
  if (start === null || start > to) return undefined;
  const begin = Math.max(start, firstDueFrom(definition, start, floor));
  return begin > to ? undefined : nthFromEnd(definition, begin, to + 1, wanted);
}

function settle<Passed extends Stretch>(decision: Decision<Passed>, one: Passed, room: number): void {
  if (!one.chosen) {
    decision.missed.push(one);
    return;
  }
  const left = Math.max(0, room - decision.fired.length);
  const single = { occurrences: left > 0 ? [{ nominal: one.from }] : [], next: left > 0 ? null : one.from };
  const { occurrences, next } =
    one.from === one.to ? single : expand(one.definition, one.from - 1, one.to, left);
  for (const { nominal } of occurrences) decision.fired.push(nominal);
  if (next !== null && next <= one.to) decision.rest.push({ ...one, from: next });
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
