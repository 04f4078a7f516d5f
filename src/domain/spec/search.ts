/** The next instant of a pattern in a zone: walks the spans between clock changes and asks the wall clock in each. */

import { CENTURY, DAY, END_OF_TIME } from './civil.js';
import type { WallClock } from './wall.js';
import { MARGIN, type Span, type Zone } from './zone.js';

/** What becomes of a fixed local time that a change of the clocks leaves out, or shows twice. */
export interface ClockChangeRules {
  gap: 'shift' | 'skip';
  fold: 'first' | 'second' | 'both';
}

/** The first instant strictly after the given one; null when there is none within 100 years. */
export type Search = (after: number) => number | null;

/** `rules`: null for a pattern that follows real time, which takes the wall clock as it is. */
export function createSearch(wall: WallClock, zone: Zone, rules: ClockChangeRules | null): Search {
  return (after) => {
    const limit = Math.min(after + CENTURY, END_OF_TIME);
    let from = after + 1;
    while (from <= limit) {
      const span = zone.span(from);
      const found = rules ? fixedIn(wall, span, from, rules) : realIn(wall, span, from);
      if (found < span.to) return found <= limit ? found : null;
      if (found === Number.POSITIVE_INFINITY && span.to === found) return null;
      // Where the clock does not change at its end, a hit far away needs no look at the spans in between.
      from = span.after === span.offset ? Math.max(span.to, Math.min(found, limit + 1) - MARGIN) : span.to;
    }
    return null;
  };
}

/** The first hit at or after `from`; one beyond the span stands for "not in here", and says how far it may be. */
function realIn(wall: WallClock, span: Span, from: number): number {
  return wall.next(from - 1 + span.offset) - span.offset;
}

/**
 * The same for fixed local times. For the length of a gap after the clocks were set forward the old time counts as
 * well: what it would have shown is what the gap left out. A local day that lies in the gap as a whole never was, and
 * has no run. For the length of a fold around the moment they were set back, one of the two passes does not count. No
 * zone changes its clocks again within either.
 */
function fixedIn(wall: WallClock, span: Span, from: number, { gap, fold }: ClockChangeRules): number {
  const { offset, before, after } = span;
  const start = before > offset && fold === 'first' ? Math.max(from, span.from + before - offset) : from;
  const found = wall.next(start - 1 + offset) - offset;
  const end = after < offset && fold === 'second' ? span.to - (offset - after) : span.to;
  const counted = found < end || found >= span.to ? found : span.to;
  if (before >= offset || gap === 'skip' || from >= span.from + offset - before) return counted;
  const shifted = inGap(wall, from - 1 + before, span.from + before, span.from + offset) - before;
  return shifted < span.from + offset - before ? Math.min(shifted, counted) : counted;
}

/** The first hit after `after` that is not on a day that lies wholly between the wall times `start` and `end`. */
function inGap(wall: WallClock, after: number, start: number, end: number): number {
  const found = wall.next(after);
  const firstDay = Math.ceil(start / DAY) * DAY;
  const lastDay = Math.floor(end / DAY) * DAY;
  return found >= firstDay && found < lastDay ? wall.next(lastDay - 1) : found;
}
