/** What becomes of instants that passed with nobody able to plan or promote them: which still fire, which are missed. */

import { dueOf, expand, firstAfter } from './expand.js';
import type { ScheduleDefinition } from './schedule.js';

/** Late by no more than this is not late at all, ms; and the shortest grace there is. */
export const GRACE = 60_000;
export const SHORTEST_GRACE = 10_000;

/** How many instants more than wanted a search for the latest ones may walk over before it narrows down. */
const SLACK = 256;

/** Undecided instants: those of [from, to] on the definition's calendar. */
export interface Stretch {
  definition: ScheduleDefinition;
  from: number;
  to: number;
}

export interface Decision {
  /** What fires nevertheless, in order. */
  fired: number[];
  /** Where nothing fires, in order, as closed ranges of nominal times; one may hold no instant. */
  missed: { from: number; to: number }[];
  /** What there was no room for, to be decided on next: the rest of the stretches, by their place. */
  rest: { place: number; from: number; to: number }[];
  /** Single instants that are decided. */
  settled: number[];
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
 * Divides undecided instants by the catch-up policy: none fires, the latest within the window, or the `max` most
 * recent within the window. `stretches` are disjoint; `singles` are further instants, planned once and late by now.
 * At most `room` fire now; what comes behind them waits.
 */
export function decide(
  definition: ScheduleDefinition,
  stretches: readonly Stretch[],
  singles: readonly number[],
  now: number,
  room: number,
): Decision {
  const { policy, max, window } = definition.catchUp;
  let wanted = policy === 'none' ? 0 : policy === 'latest' ? 1 : max;
  const waiting = inOrder(definition, stretches, singles).reverse();
  const divided = waiting.map((one) => {
    const fires = wanted === 0 ? [] : latestOf(one, now - window, wanted);
    wanted -= fires.length;
    return { ...one, fires };
  });
  const decision: Decision = { fired: [], missed: [], rest: [], settled: [] };
  for (const one of divided.reverse()) settle(decision, one, room);
  return decision;
}

type Waiting = Stretch & { place: number | null };

/** A single instant stands here as a stretch of one, without a place. */
function inOrder(
  definition: ScheduleDefinition,
  stretches: readonly Stretch[],
  singles: readonly number[],
): Waiting[] {
  const all: Waiting[] = stretches.map((stretch, place) => ({ ...stretch, place }));
  for (const nominal of singles) all.push({ definition, from: nominal, to: nominal, place: null });
  return all.sort((a, b) => a.from - b.from);
}

/** The latest `wanted` instants that come due at `floor` or later, in order. */
function latestOf({ definition, from, to, place }: Waiting, floor: number, wanted: number): number[] {
  if (place === null) return dueOf(definition, from) >= floor ? [from] : [];
  const start = firstAfter(definition, from - 1);
  if (start === null || start > to) return [];
  const begin = Math.max(start, firstDueFrom(definition, start, floor));
  const first = begin > to ? undefined : nthFromEnd(definition, begin, to + 1, wanted);
  if (first === undefined) return [];
  return expand(definition, first - 1, to, wanted).occurrences.map(({ nominal }) => nominal);
}

function settle(decision: Decision, one: Waiting & { fires: number[] }, room: number): void {
  const { from, to, place, fires } = one;
  const now = fires.slice(0, room - decision.fired.length);
  const later = fires[now.length];
  if (place === null && later !== undefined) return;
  if (place === null) decision.settled.push(from);
  else if (later !== undefined) decision.rest.push({ place, from: later, to });
  decision.fired.push(...now);
  const [first] = fires;
  if (first === undefined) decision.missed.push({ from, to });
  else if (first > from) decision.missed.push({ from, to: first - 1 });
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
