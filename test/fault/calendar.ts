/** The checker's own arithmetic of nominal instants: no product code, so that both would have to be wrong alike. */

import type { Calendar, ScheduleSeen } from './history.js';

/** Nodes know Redis time to within a few ms: an instant this close to an edit may lie on either side of it. */
const BLUR = 20;

/** Nominal instants in (after, until], wall ms. */
export function instants(calendar: Calendar, after: number, until: number): number[] {
  if ('at' in calendar) return calendar.at > after && calendar.at <= until ? [calendar.at] : [];
  const found: number[] = [];
  for (let second = Math.floor(after / 1000) * 1000; second <= until; second += 1000) {
    if (second > after && falls(calendar, second)) found.push(second);
  }
  return found;
}

function falls(calendar: { every: number } | { seconds: number[] }, second: number): boolean {
  if ('every' in calendar) return second % calendar.every === 0;
  return calendar.seconds.includes((second / 1000) % 60);
}

/** Instants that must fire: surely after it came to life, surely before it ended. */
export function owed({ calendar, live }: ScheduleSeen): number[] {
  return live.flatMap(({ from, to }) => instants(calendar, from.acked + BLUR, to.asked - BLUR));
}

/** Whether the instant is on the calendar at a time when the schedule may have been live. */
export function mayFire({ calendar, live }: ScheduleSeen, nominal: number): boolean {
  return (
    live.some(({ from, to }) => nominal > from.asked - BLUR && nominal <= to.acked + BLUR) &&
    instants(calendar, nominal - 1, nominal).length === 1
  );
}
