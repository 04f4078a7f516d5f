/** The time of Redis, which decides everything, as far as this page knows it; it ticks while somebody looks. */

import { effect, signal } from '@preact/signals';
import { visible } from './visible.js';

/** Redis' clock less this machine's, ms. */
let offset = 0;
let bestTrip = Number.POSITIVE_INFINITY;

/** ms now, as Redis has it. */
export const timeNow = (): number => Date.now() + offset;

/** Once a second, for what says how long ago something was. */
export const now = signal(timeNow());

/** The shortest trip tells the time best; with each answer older ones count less. */
export function learnTime(iso: string, sentAt: number, cameAt: number): void {
  const trip = cameAt - sentAt;
  const told = Date.parse(iso) + trip / 2 - cameAt;
  if (trip <= bestTrip || Math.abs(told - offset) > 1_000) {
    offset = told;
    bestTrip = trip;
  } else {
    bestTrip *= 1.2;
  }
}

effect(() => {
  if (!visible.value) return undefined;
  now.value = timeNow();
  const timer = setInterval(() => {
    now.value = timeNow();
  }, 1_000);
  return () => clearInterval(timer);
});
