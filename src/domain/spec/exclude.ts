/** Which instants a schedule leaves out: dates and crons, by the wall clock of its zone. */

import type { ExcludedCron, ExcludedDates, Exclusions } from '../schedule.js';
import { CENTURY, DAY, dayNumber, END_OF_TIME, MINUTE, SECOND } from './civil.js';
import { readCron } from './grammar.js';
import type { Pattern } from './pattern.js';
import { compileWall, type WallClock } from './wall.js';
import { type Zone, zoneOf } from './zone.js';

/** The same instant when it is not left out, else the first later one that is not; null: none within 100 years. */
export type SkipExcluded = (instant: number) => number | null;

/** Steps from one instant to the next that is not left out; only crons down to the second need many. */
const MOST_STEPS = 100_000;

const MINUTES = 1_440;

/** Clocks are set back by less than this, so that a wall time this far away is not shown twice. */
const MARGIN = 2 * DAY;

/** Throws `invalid_cron`. `id`: what `H` is hashed by. */
export function compileExclusions({ timezone, items }: Exclusions, id: string): SkipExcluded {
  const zone = zoneOf(timezone);
  const calendar = compileCalendar(
    items.flatMap((item) => ('calendar' in item ? item.items : [item])),
    id,
  );
  return (instant) => {
    const limit = Math.min(instant + CENTURY, END_OF_TIME);
    let at = instant;
    for (let steps = 0; at <= limit && steps < MOST_STEPS; steps += 1) {
      const wall = zone.wall(at);
      const free = calendar(wall);
      if (free === wall) return at;
      at = firstShowing(zone, at, Math.min(free, wall + CENTURY + DAY));
    }
    return null;
  };
}

/**
 * The first instant after `at` whose wall clock shows `wall` or later, given that everything in between is left out;
 * where the clocks change on the way, the change itself: what they show then has to be asked again.
 */
function firstShowing(zone: Zone, at: number, wall: number): number {
  let from = at;
  for (;;) {
    const span = zone.span(from);
    const shown = wall - span.offset;
    if (shown < span.to) return Math.max(shown, from);
    if (span.after !== span.offset) return span.to;
    from = Math.max(span.to, shown - MARGIN);
  }
}

/** The same wall time when it is not left out, else the next one that may not be. */
type Calendar = (wall: number) => number;

function compileCalendar(items: readonly (ExcludedDates | ExcludedCron)[], id: string): Calendar {
  const ranges = items.flatMap((item) => ('from' in item ? [rangeOf(item)] : []));
  const crons = items.flatMap((item) => ('cron' in item ? [readExcluded(item.cron, id)] : []));
  const whole = compileMinutes(crons.filter((cron) => cron.wholeMinutes).map(({ pattern }) => pattern));
  const single = crons.filter((cron) => !cron.wholeMinutes).map(({ pattern }) => compileWall(pattern));
  const lastExcluded = (day: number): number => {
    let last = day - 1;
    for (const range of ranges) if (range.from <= day && day <= range.to) last = Math.max(last, range.to);
    return last;
  };
  return (wall) => {
    const day = Math.floor(wall / DAY);
    const last = lastExcluded(day);
    if (last >= day) return firstOpenDay(last + 1, lastExcluded, whole) * DAY;
    const minutes = whole(day);
    if (minutes) {
      const minute = Math.floor((wall - day * DAY) / MINUTE);
      if (minutes[minute] === 1) {
        const open = minutes.indexOf(0, minute);
        return open < 0 ? firstOpenDay(day + 1, lastExcluded, whole) * DAY : day * DAY + open * MINUTE;
      }
    }
    return single.some((clock) => shows(clock, wall)) ? (Math.floor(wall / SECOND) + 1) * SECOND : wall;
  };
}

/** The first day from `day` on that is not left out as a whole; looks no further than 100 years. */
function firstOpenDay(day: number, lastExcluded: (day: number) => number, whole: MinutesOfDay): number {
  const limit = day + CENTURY / DAY;
  for (let at = day; at <= limit; ) {
    const last = lastExcluded(at);
    if (last < at && whole(at)?.includes(0) !== false) return at;
    at = Math.max(last, at) + 1;
  }
  return limit + 1;
}

/** For each minute of a day 1 when it is left out; null when none is. */
type MinutesOfDay = (day: number) => Uint8Array | null;

/** Days that the same patterns ask for share one table. */
function compileMinutes(patterns: readonly Pattern[]): MinutesOfDay {
  if (patterns.length === 0) return () => null;
  const clocks = patterns.map(compileWall);
  const tables = patterns.map(minutesOf);
  const shared = new Map<string, Uint8Array>();
  let lastAsking = '';
  let lastTable: Uint8Array | null = null;
  return (day) => {
    let asking = '';
    clocks.forEach((clock, index) => {
      if (clock.asksForDay(day)) asking += `${index},`;
    });
    if (asking === '') return null;
    if (asking === lastAsking) return lastTable;
    let table = shared.get(asking);
    if (!table) {
      const parts = asking
        .split(',')
        .slice(0, -1)
        .map((index) => tables[Number(index)] as Uint8Array);
      table = Uint8Array.from({ length: MINUTES }, (_, minute) =>
        parts.some((part) => part[minute] === 1) ? 1 : 0,
      );
      if (shared.size >= 64) shared.clear();
      shared.set(asking, table);
    }
    lastAsking = asking;
    lastTable = table;
    return table;
  };
}

function minutesOf({ hours, minutes }: Pattern): Uint8Array {
  const table = new Uint8Array(MINUTES);
  for (const hour of hours) for (const minute of minutes) table[hour * 60 + minute] = 1;
  return table;
}

/** Five fields (and nicknames, which stand for five) say nothing of seconds: they leave out the whole minute. */
function readExcluded(cron: string, id: string): { pattern: Pattern; wholeMinutes: boolean } {
  const { pattern } = readCron(cron, id);
  const hasSeconds = cron.trim().split(/[ \t]+/).length === 6;
  return { pattern, wholeMinutes: !hasSeconds || pattern.seconds.length === 60 };
}

function shows(clock: WallClock, wall: number): boolean {
  const second = Math.floor(wall / SECOND) * SECOND;
  return clock.next(second - 1) === second;
}

function rangeOf({ from, to }: ExcludedDates): { from: number; to: number } {
  return { from: dayOfDate(from), to: dayOfDate(to) };
}

function dayOfDate(date: string): number {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  return dayNumber(year, month, day);
}
