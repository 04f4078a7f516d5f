/** All instants of a cron expression within a window, by trying every matching wall-clock time: slow and plain. */

import { type NaiveCron, wallFields } from './naive-cron.js';
import { day, minute, type Span, spansOf } from './zone-facts.js';

export interface Settings {
  gap: 'shift' | 'skip';
  fold: 'first' | 'second' | 'both';
}

export const defaults: Settings = { gap: 'shift', fold: 'first' };

export const allSettings: readonly Settings[] = (['shift', 'skip'] as const).flatMap((gap) =>
  (['first', 'second', 'both'] as const).map((fold) => ({ gap, fold })),
);

/** The instants at which a clock that obeys these spans shows the wall time, in order. */
function showing(spans: readonly Span[], wall: number): number[] {
  const instants: number[] = [];
  for (const { from, until, offset } of spans) {
    const instant = wall - offset;
    if (from <= instant && instant < until) instants.push(instant);
  }
  return instants.sort((a, b) => a - b);
}

/** Whether a clock ever shows any minute of the day that a wall time belongs to. */
function dayIsShown(spans: readonly Span[], wall: number): boolean {
  const midnight = Math.floor(wall / day) * day;
  for (let time = midnight; time < midnight + day; time += 15 * minute) {
    if (showing(spans, time).length > 0) return true;
  }
  return false;
}

/** A fixed wall-clock time under the rules for gap and fold. */
function resolve(spans: readonly Span[], wall: number, { gap, fold }: Settings): number[] {
  const shown = showing(spans, wall);
  const [first, last] = [shown[0], shown.at(-1)];
  if (first === undefined || last === undefined) {
    const skippedBy = spans.find(({ until, offset }, index) => {
      const next = spans[index + 1];
      return next !== undefined && until + offset <= wall && wall < until + next.offset;
    });
    if (gap === 'skip' || skippedBy === undefined || !dayIsShown(spans, wall)) return [];
    return [wall - skippedBy.offset];
  }
  if (fold === 'both') return shown;
  return [fold === 'first' ? first : last];
}

/** The instants in (after, upTo], sorted, each once. */
export function instantsOf(
  cron: NaiveCron,
  zone: string,
  settings: Settings,
  after: number,
  upTo: number,
): number[] {
  // No clock is more than a day from UTC and no gap is longer than a day.
  const margin = 3 * day;
  const spans = spansOf(zone).filter((span) => span.until > after - margin && span.from < upTo + margin);
  const found = new Set<number>();
  const firstDay = Math.floor((after - margin) / day) * day;
  for (let midnight = firstDay; midnight <= upTo + margin; midnight += day) {
    if (!cron.matchesDay(wallFields(midnight))) continue;
    for (const time of cron.times) {
      const wall = midnight + time;
      const instants = cron.followsRealTime ? showing(spans, wall) : resolve(spans, wall, settings);
      for (const instant of instants) if (instant > after && instant <= upTo) found.add(instant);
    }
  }
  return [...found].sort((a, b) => a - b);
}
