/** How a calendar of a schedule is laid out: which scale fits how often it runs, and which cell each instant falls into. Pure. */

import type { Occurrence } from '../../core/types.js';

export const DAY = 86_400_000;
export const HOUR = 3_600_000;

/** `month`: a day is a cell of instants. `hours`: an hour is a cell of numbers. `counts`: as `hours`, from what was counted. */
export type Scale = 'month' | 'hours' | 'counts';

/** Beyond that a day has no room for each instant, or a week too many to be asked for one by one, ms between two. */
const MONTH_FROM = 2 * HOUR;
const HOURS_FROM = 5 * 60_000;

/** By how far apart its coming runs are; ISO times. */
export function scaleFor(nextRuns: readonly string[]): Scale {
  const [first, last] = [nextRuns[0], nextRuns.at(-1)];
  if (!first || !last || nextRuns.length < 2) return 'month';
  const apart = (Date.parse(last) - Date.parse(first)) / (nextRuns.length - 1);
  return apart >= MONTH_FROM ? 'month' : apart >= HOURS_FROM ? 'hours' : 'counts';
}

/** Where an instant stands by the clock of a zone. */
export interface Place {
  /** 2026-11-30 */
  day: string;
  hour: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

export function placeOf(at: number, zone: string | undefined): Place {
  let format = formats.get(zone ?? '');
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', {
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', hourCycle: 'h23' },
      ...(zone ? { timeZone: zone } : {}),
    });
    formats.set(zone ?? '', format);
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return { day: `${parts['year']}-${parts['month']}-${parts['day']}`, hour: Number(parts['hour']) };
}

/** The days of a month, and how many cells stand before the first where a week begins on Monday. `month`: 2026-11. */
export function monthDays(month: string): { days: string[]; before: number } {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const before = (new Date(Date.UTC(year, number - 1, 1)).getUTCDay() + 6) % 7;
  const days = Array.from({ length: count }, (_, i) => `${month}-${String(i + 1).padStart(2, '0')}`);
  return { days, before };
}

/** So many months later: 2026-12 and 1 is 2027-01. */
export function monthLater(month: string, by: number): string {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}

/** `count` days that end with `last`; of a calendar, so that none is left out where clocks change. */
export function daysUntil(last: string, count: number): string[] {
  const end = Date.parse(`${last}T00:00:00Z`);
  return Array.from({ length: count }, (_, i) =>
    new Date(end - (count - 1 - i) * DAY).toISOString().slice(0, 10),
  );
}

/** What an instant came to: the state of its run, or its fate. */
export const wordOf = ({ fate, state }: Pick<Occurrence, 'fate' | 'state'>): string =>
  fate === 'fired' && state ? state : fate;

/** The worst first: what a cell of many is shown as. */
const RANK = [
  ...['dead', 'missed', 'skipped', 'cancelled', 'coalesced', 'retrying', 'running', 'ready', 'scheduled'],
  ...['completed', 'fired', 'pruned', 'shadow', 'planned', 'preview', 'superseded', 'unknown'],
];

export interface Cell {
  /** Word → how many. */
  counts: Map<string, number>;
  /** The first and the last instant in it, ms. */
  from: number;
  to: number;
}

export function worstOf({ counts }: Cell): string {
  return RANK.find((word) => counts.has(word)) ?? [...counts.keys()][0] ?? 'none';
}

export const totalOf = ({ counts }: Cell): number => [...counts.values()].reduce((sum, one) => sum + one, 0);

/** 59 completed, 1 dead; the worst first. */
export const inWords = ({ counts }: Cell): string =>
  [...counts]
    .sort(([a], [b]) => RANK.indexOf(a) - RANK.indexOf(b))
    .map(([word, count]) => `${count} ${word}`)
    .join(', ');

/** By day and hour: `2026-11-30 14`. */
export function intoHours(
  items: readonly { at: number; word: string; count: number }[],
  zone: string | undefined,
): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const { at, word, count } of items) {
    if (count === 0) continue;
    const { day, hour } = placeOf(at, zone);
    const key = `${day} ${hour}`;
    const cell = cells.get(key) ?? { counts: new Map<string, number>(), from: at, to: at };
    cell.counts.set(word, (cell.counts.get(word) ?? 0) + count);
    cell.from = Math.min(cell.from, at);
    cell.to = Math.max(cell.to, at);
    cells.set(key, cell);
  }
  return cells;
}

/** By day. */
export function intoDays(items: readonly Occurrence[], zone: string | undefined): Map<string, Occurrence[]> {
  const days = new Map<string, Occurrence[]>();
  for (const one of items) {
    if (one.fate === 'none' || one.fate === 'unknown') continue;
    const { day } = placeOf(Date.parse(one.nominalAt), zone);
    days.set(day, [...(days.get(day) ?? []), one]);
  }
  return days;
}
