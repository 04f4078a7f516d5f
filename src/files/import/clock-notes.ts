/** What becomes of a fixed time on the days of the next two years on which clocks change. */

import type { CronSpec } from '../../domain/schedule/schedule.js';
import { DAY } from '../../domain/spec/civil.js';
import { readCron } from '../../domain/spec/grammar.js';
import type { Pattern } from '../../domain/spec/pattern.js';
import { compileWall } from '../../domain/spec/wall.js';
import { zoneOf } from '../../domain/spec/zone.js';

const AHEAD = 730 * DAY;
/** What runs in more hours of the day than these is no fixed time. */
const FEW_HOURS = 12;
/** Where people expect the gap. */
const USUAL_GAP = 2;

interface Change {
  /** Instant, ms. */
  at: number;
  /** Offsets from UTC on both sides, ms. */
  before: number;
  after: number;
}

export function clockNotes({ expressions, timezone, gap, fold }: CronSpec, now: number): string[] {
  const changes = changesOf(timezone, now);
  if (changes.length === 0) return [];
  const gaps = changes.filter(({ before, after }) => after > before);
  const folds = changes.filter(({ before, after }) => after < before);
  const inGap = gap === 'skip' ? 'it is skipped' : 'it runs as much later';
  const inFold = fold === 'both' ? 'it runs both times' : `it runs the ${fold} time`;
  const notes = expressions.flatMap((expression) => {
    // H stands for nothing here: what is imported has none.
    const { pattern } = readCron(expression, '');
    if (pattern.hours.length > FEW_HOURS) return [];
    const said = [
      touched(pattern, gaps, 'does not exist', inGap),
      touched(pattern, folds, 'comes twice', inFold),
    ].filter((note) => note !== undefined);
    return said.length > 0 ? said : unharmed(pattern, gaps[0], timezone);
  });
  return [...new Set(notes)];
}

function changesOf(timezone: string, now: number): Change[] {
  const zone = zoneOf(timezone);
  const changes: Change[] = [];
  for (let at = now; at < now + AHEAD; ) {
    const { to, offset, after } = zone.span(at);
    if (after !== offset) changes.push({ at: to, before: offset, after });
    at = to;
  }
  return changes;
}

/** Of the first time of the pattern that one of these changes leaves out or repeats. */
function touched(
  pattern: Pattern,
  changes: readonly Change[],
  how: string,
  what: string,
): string | undefined {
  const times = compileWall(pattern);
  for (const { at, before, after } of changes) {
    const found = times.next(at + Math.min(before, after) - 1);
    if (found < at + Math.max(before, after)) return `${timeOf(found)} ${how} on ${dateOf(found)}: ${what}`;
  }
  return undefined;
}

/** Two o'clock is where most zones have their gap; where it lies elsewhere, that is worth a word. */
function unharmed({ hours, minutes }: Pattern, change: Change | undefined, timezone: string): string[] {
  if (!change || !hours.includes(USUAL_GAP)) return [];
  const time = timeOf((USUAL_GAP * 60 + (minutes[0] ?? 0)) * 60_000);
  const from = change.at + change.before;
  const until = change.at + change.after;
  if (Number(time.slice(0, 2)) === new Date(from).getUTCHours()) return [];
  return [`${time} exists in ${timezone} on ${dateOf(from)} (the gap is ${timeOf(from)}-${timeOf(until)})`];
}

const timeOf = (wall: number): string => new Date(wall).toISOString().slice(11, 16);
const dateOf = (wall: number): string => new Date(wall).toISOString().slice(0, 10);
