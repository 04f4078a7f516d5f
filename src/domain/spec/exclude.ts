/** Which instants a schedule leaves out: dates and crons, by the wall clock of its zone. */

import type { ExcludedCron, ExcludedDates, Exclusions } from '../schedule/schedule.js';
import { CENTURY, DAY, dayNumber, END_OF_TIME, SECOND } from './civil.js';
import { SECOND as SECONDS } from './cron-fields.js';
import { compileCovers, compileTables, firstFree, type TableOf } from './day-table.js';
import { readCron } from './grammar.js';
import type { Pattern } from './pattern.js';
import { MARGIN, type Zone, zoneOf } from './zone.js';

/** The same instant when it is not left out, else a later one before which nothing comes; null: none in 100 years. */
export type SkipExcluded = (instant: number) => number | null;

/**
 * Throws `invalid_cron`. `id`: what `H` is hashed by. `wanted`: patterns that the wall clock meets at every instant of
 * the schedule's spec, as far as they are known: days on which all of that is left out are passed over at once.
 */
export function compileExclusions(
  { timezone, items }: Exclusions,
  id: string,
  wanted: readonly Pattern[] = [],
): SkipExcluded {
  const zone = zoneOf(timezone);
  const all = singleItems(items);
  const tableOf = compileTables(all.flatMap((item) => ('cron' in item ? [readExcluded(item.cron, id)] : [])));
  const calendar = compileCalendar(compileDates(all.filter((item) => 'from' in item)), tableOf);
  const nothingLeft = compileNothingLeft(compileTables(wanted), tableOf);
  return (instant) => {
    const limit = Math.min(instant + CENTURY, END_OF_TIME);
    for (let at = instant; at <= limit; ) {
      const { from, to, offset } = zone.span(at);
      const wall = at + offset;
      const free = calendar(wall);
      if (free === wall) return at;
      const open = firstShowing(zone, at, Math.min(free, wall + CENTURY + DAY));
      const today = Math.floor(wall / DAY);
      // Less than a day after a change of the clocks, a time comes that the wall does not show.
      const calm = from + offset <= (today - 1) * DAY;
      const end = Math.floor((Math.min(to, limit) + offset) / DAY);
      let day = today;
      while (calm && day < end && nothingLeft(day)) day += 1;
      at = day === today ? open : Math.max(open, day * DAY - offset);
    }
    return null;
  };
}

/** Calendars with what they hold in their place. */
export function singleItems(items: Exclusions['items']): (ExcludedDates | ExcludedCron)[] {
  return items.flatMap((item) => ('calendar' in item ? item.items : [item]));
}

/** Is all that is wanted of a day left out? */
function compileNothingLeft(wanted: TableOf, leftOut: TableOf): (day: number) => boolean {
  const covers = compileCovers();
  return (day) => {
    const asked = wanted(day);
    const by = asked && leftOut(day);
    return by !== null && asked !== null && covers(asked, by);
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

/** The same wall time when it is not left out, else the first later one that is not; looks 100 years ahead. */
type Calendar = (wall: number) => number;

function compileCalendar(lastExcluded: (day: number) => number, tableOf: TableOf): Calendar {
  return (wall) => {
    let day = Math.floor(wall / DAY);
    let second = Math.floor((wall - day * DAY) / SECOND);
    for (const limit = day + CENTURY / DAY; day <= limit; second = 0) {
      const last = lastExcluded(day);
      if (last < day) {
        const table = tableOf(day);
        const free = table ? firstFree(table, second) : second;
        if (free >= 0) return Math.max(wall, day * DAY + free * SECOND);
      }
      day = Math.max(last, day) + 1;
    }
    return day * DAY;
  };
}

/** For a day the last one of the range that holds it, or the day before where none does. */
function compileDates(dates: readonly ExcludedDates[]): (day: number) => number {
  const ranges: { from: number; to: number }[] = [];
  for (const range of dates.map(rangeOf).sort((a, b) => a.from - b.from)) {
    const before = ranges.at(-1);
    if (before && range.from <= before.to + 1) before.to = Math.max(before.to, range.to);
    else ranges.push(range);
  }
  return (day) => {
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ranges[middle]?.to ?? day) < day) low = middle + 1;
      else high = middle;
    }
    const range = ranges[low];
    return range && range.from <= day ? range.to : day - 1;
  };
}

/** Five fields (and nicknames, which stand for five) say nothing of seconds: they leave out the whole minute. */
function readExcluded(cron: string, id: string): Pattern {
  const { pattern } = readCron(cron, id);
  return cron.trim().split(/[ \t]+/).length === 6 ? pattern : { ...pattern, seconds: SECONDS.all };
}

function rangeOf({ from, to }: ExcludedDates): { from: number; to: number } {
  return { from: dayOfDate(from), to: dayOfDate(to) };
}

function dayOfDate(date: string): number {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  return dayNumber(year, month, day);
}
