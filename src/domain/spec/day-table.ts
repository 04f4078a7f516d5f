/** What several patterns together ask for of one day, down to the second; the days that the same ones ask for share it. */

import { dateOf, dayOf, lowestBit, monthOf, type PackedDate, yearOf } from './civil.js';
import type { Pattern } from './pattern.js';
import { compileWall } from './wall.js';

/** Half minutes of a day; the 30 seconds of one fit the bits of a number. */
const HALVES = 2_880;
const FULL = 0x3fff_ffff;

/** Tables kept for one list of patterns, 17 kB each. */
const KEPT = 64;

/** Patterns that one list may have: which of them ask for a day is one bit each. */
export const MOST_PATTERNS = 32;

export interface DayTable {
  /** For each half minute the seconds asked for, one bit each. */
  seconds: Int32Array;
  /** For each half minute the first one from it on with a second that is not asked for; HALVES when there is none. */
  freeFrom: Int16Array;
}

/** null: none of the patterns asks for that day (days since 1970-01-01). */
export type TableOf = (day: number) => DayTable | null;

export function compileTables(patterns: readonly Pattern[]): TableOf {
  const clocks = patterns.map(compileWall);
  const tables = new Map<number, DayTable>();
  const asking = new Int32Array(32);
  let known = Number.NaN;
  const lookAtMonth = (date: PackedDate): void => {
    asking.fill(0);
    clocks.forEach((clock, index) => {
      for (let days = clock.daysOf(yearOf(date), monthOf(date)); days !== 0; days &= days - 1) {
        const day = lowestBit(days) + 1;
        asking[day] = (asking[day] ?? 0) | (1 << index);
      }
    });
    known = date >> 5;
  };
  return (day) => {
    const date = dateOf(day);
    if (date >> 5 !== known) lookAtMonth(date);
    const who = asking[dayOf(date)] ?? 0;
    if (who === 0) return null;
    let table = tables.get(who);
    if (!table) {
      table = tableOf(patterns.filter((_, index) => ((who >>> index) & 1) === 1));
      if (tables.size >= KEPT) tables.clear();
      tables.set(who, table);
    }
    return table;
  };
}

function tableOf(patterns: readonly Pattern[]): DayTable {
  const seconds = new Int32Array(HALVES);
  for (const pattern of patterns) {
    const [early, late] = [bitsOf(pattern.seconds, 0), bitsOf(pattern.seconds, 30)];
    for (const hour of pattern.hours) {
      for (const minute of pattern.minutes) {
        const half = (hour * 60 + minute) * 2;
        seconds[half] = (seconds[half] ?? 0) | early;
        seconds[half + 1] = (seconds[half + 1] ?? 0) | late;
      }
    }
  }
  const freeFrom = new Int16Array(HALVES + 1).fill(HALVES);
  for (let half = HALVES - 1; half >= 0; half -= 1) {
    freeFrom[half] = seconds[half] === FULL ? (freeFrom[half + 1] ?? HALVES) : half;
  }
  return { seconds, freeFrom };
}

/** Of the 30 seconds from `from` on. */
function bitsOf(seconds: readonly number[], from: number): number {
  let bits = 0;
  for (const second of seconds) if (second >= from && second < from + 30) bits |= 1 << (second - from);
  return bits;
}

/** The first second of the day at or after `second` that is not asked for, or -1. */
export function firstFree({ seconds, freeFrom }: DayTable, second: number): number {
  const half = Math.floor(second / 30);
  const here = free(seconds, half) & (-1 << (second % 30));
  if (here !== 0) return half * 30 + lowestBit(here);
  const next = freeFrom[half + 1] ?? HALVES;
  return next === HALVES ? -1 : next * 30 + lowestBit(free(seconds, next));
}

function free(seconds: Int32Array, half: number): number {
  return ~(seconds[half] ?? 0) & FULL;
}

/** Is every second of the one asked for by the other, too? Answers are kept for as long as the tables are. */
export function compileCovers(): (asked: DayTable, by: DayTable) => boolean {
  const known = new WeakMap<DayTable, WeakMap<DayTable, boolean>>();
  return (asked, by) => {
    const answers = known.get(asked) ?? new WeakMap<DayTable, boolean>();
    known.set(asked, answers);
    const answer =
      answers.get(by) ?? asked.seconds.every((bits, half) => (bits & free(by.seconds, half)) === 0);
    answers.set(by, answer);
    return answer;
  };
}
