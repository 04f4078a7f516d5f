/** How long counts are kept, and how finely: minutes for a day, hours for a month, days for a year and a month. */

const MINUTE = 60_000;
const DAY = 86_400_000;

export interface Tier {
  readonly name: 'minutes' | 'hours' | 'days';
  /** As in its keys. */
  readonly letter: string;
  /** What one cell counts, minutes. */
  readonly minutes: number;
  /** Cells of one subject that are packed together: those of an hour, a day, and 32 days. */
  readonly cells: number;
  /** ms. */
  readonly kept: number;
}

/** The finest first; lua/roll-up.lua has the same table. */
export const TIERS: readonly Tier[] = [
  { name: 'minutes', letter: 'm', minutes: 1, cells: 60, kept: DAY },
  { name: 'hours', letter: 'h', minutes: 60, cells: 24, kept: 30 * DAY },
  { name: 'days', letter: 'd', minutes: 1_440, cells: 32, kept: 400 * DAY },
];

export function lengthOf({ minutes }: Tier): number {
  return minutes * MINUTE;
}

/** What a number of a count belongs to: '' as name of a queue stands for the whole namespace. */
export interface Subject {
  readonly kind: 'queue' | 'handler' | 'schedule';
  readonly name: string;
}

/** Where those are counted for which there is no room of their own. */
export const OTHER = '_other';
