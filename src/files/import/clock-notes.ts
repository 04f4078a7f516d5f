/** What becomes of a fixed time on the days of the next two years on which clocks change. */

import type { Spec } from '../../domain/schedule/schedule.js';
import { readCron } from '../../domain/spec/grammar.js';
import type { Pattern } from '../../domain/spec/pattern.js';
import { compileWall } from '../../domain/spec/wall.js';
import { zoneOf } from '../../domain/spec/zone.js';

type CronSpec = Extract<Spec, { kind: 'cron' }>;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
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
  const notes = expressions.flatMap((expression) => {
    // H stands for nothing here: what is imported has none.
    const { pattern } = readCron(expression, '');
    if (pattern.hours.length > FEW_HOURS) return [];
    const said = [
      notInGap(pattern, changes, gap === 'skip' ? 'it is skipped' : 'it runs as much later'),
      twice(pattern, changes, fold === 'both' ? 'it runs both times' : `it runs the ${fold} time`),
    ].filter((note) => note !== undefined);
    return said.length > 0 ? said : unharmed(pattern, changes, timezone);
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

function notInGap(pattern: Pattern, changes: readonly Change[], what: string): string | undefined {
  for (const { at, before, after } of changes) {
    if (after <= before) continue;
    const found = compileWall(pattern).next(at + before - 1);
    if (found < at + after) return `${timeOf(found)} does not exist on ${dateOf(found)}: ${what}`;
  }
  return undefined;
}

function twice(pattern: Pattern, changes: readonly Change[], what: string): string | undefined {
  for (const { at, before, after } of changes) {
    if (after >= before) continue;
    const found = compileWall(pattern).next(at + after - 1);
    if (found < at + before) return `${timeOf(found)} comes twice on ${dateOf(found)}: ${what}`;
  }
  return undefined;
}

/** Two o'clock is where most zones have their gap; where it lies elsewhere, that is worth a word. */
function unharmed({ hours, minutes }: Pattern, changes: readonly Change[], timezone: string): string[] {
  const change = changes.find(({ before, after }) => after > before);
  if (!change || !hours.includes(USUAL_GAP)) return [];
  const time = timeOf((USUAL_GAP * 60 + (minutes[0] ?? 0)) * 60_000);
  const from = change.at + change.before;
  const until = change.at + change.after;
  if (Number(time.slice(0, 2)) === new Date(from).getUTCHours()) return [];
  return [`${time} exists in ${timezone} on ${dateOf(from)} (the gap is ${timeOf(from)}-${timeOf(until)})`];
}

const timeOf = (wall: number): string => new Date(wall).toISOString().slice(11, 16);
const dateOf = (wall: number): string => new Date(wall).toISOString().slice(0, 10);
