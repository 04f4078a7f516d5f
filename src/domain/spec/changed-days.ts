/** Days on which a change of the clocks takes a run of a cron away, doubles it or puts it on another day. */

import type { CronSpec } from '../schedule/schedule.js';
import { DAY, HOUR } from './civil.js';
import { compileSpec } from './compile.js';
import type { Pattern } from './pattern.js';
import { compileWall, type WallClock } from './wall.js';
import { zoneOf } from './zone.js';

/** Wall times are ms as `Date.UTC` counts them, of what the clock on the wall shows. */
export interface ChangedDay {
  /** `leftOut`: no run. `twice`: two runs. `moved`: the run comes on the next day. */
  what: 'leftOut' | 'twice' | 'moved';
  /** The local time it is asked for. */
  wall: number;
  /** What the clock shows when a moved one runs. */
  shown?: number;
  /** When it runs, or would if nothing were left out: each time. */
  instants: number[];
}

/** A change of the clocks: how far they were ahead of UTC before it and after it, ms. */
export interface Change {
  at: number;
  before: number;
  after: number;
}

const known = new Map<string, readonly Change[]>();
/** There are 600 zones. */
const MOST_KEPT = 1_000;

/** Changes of the clocks in (from, to]. */
export function changesIn(timezone: string, from: number, to: number): readonly Change[] {
  const key = `${timezone} ${from} ${to}`;
  const before = known.get(key);
  if (before) return before;
  const zone = zoneOf(timezone);
  const changes: Change[] = [];
  for (let at = from; at <= to; ) {
    const span = zone.span(at);
    if (span.after !== span.offset && span.to <= to) {
      changes.push({ at: span.to, before: span.offset, after: span.after });
    }
    at = span.to;
  }
  if (known.size >= MOST_KEPT) known.clear();
  known.set(key, changes);
  return changes;
}

/** Any four years: rules that put clocks forward and back do so every year. */
const SAMPLE = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2030, 0, 1) };

/** Whether the clocks of a zone are never changed, as far as anybody knows now. */
export function isFixedZone(timezone: string): boolean {
  return changesIn(timezone, SAMPLE.from, SAMPLE.to).length === 0;
}

/** In (from, to]; whole days are best, because what is found out about them is kept. */
export function changedDays(spec: CronSpec, id: string, from: number, to: number): ChangedDay[] {
  const days = new Map<string, ChangedDay>();
  const patterns = compileSpec(spec, id).patterns.filter(({ hours }) => hours.length < 24);
  if (patterns.length === 0) return [];
  const changes = changesIn(spec.timezone, from, to).filter((change) => matters(spec, change));
  for (const pattern of patterns) {
    const touching = changes.filter((change) => touches(pattern, change));
    if (touching.length === 0) continue;
    const wall = compileWall(pattern);
    for (const change of touching) {
      const day = change.after > change.before ? inGap(spec, wall, change) : inFold(wall, change);
      if (day) days.set(`${day.what} ${day.wall}`, day);
    }
  }
  return [...days.values()];
}

/** Most crons shift what is left out, within a day, and run once where a time comes twice. */
function matters({ gap, fold }: CronSpec, { at, before, after }: Change): boolean {
  if (after < before) return fold === 'both';
  const [first, last] = [at + before, at + after + (after - before) - 1];
  return gap === 'skip' || Math.floor(first / DAY) !== Math.floor(last / DAY);
}

/** Whether the hours that are left out or come twice are among those asked for: mostly they are not. */
function touches({ hours }: Pattern, { at, before, after }: Change): boolean {
  const first = Math.floor((at + Math.min(before, after)) / HOUR);
  const last = Math.floor((at + Math.max(before, after) - 1) / HOUR);
  const asked = new Set(hours);
  for (let hour = first; hour <= last; hour += 1) if (asked.has(((hour % 24) + 24) % 24)) return true;
  return false;
}

function inGap({ gap }: CronSpec, clock: WallClock, { at, before, after }: Change): ChangedDay | undefined {
  const wall = clock.next(at + before - 1);
  // A day that is left out as a whole never was, and has no run whatever the rule.
  if (wall >= at + after || after - before >= DAY) return undefined;
  const instants = [wall - before];
  if (gap === 'skip') return { what: 'leftOut', wall, instants };
  const shown = wall - before + after;
  if (Math.floor(shown / DAY) === Math.floor(wall / DAY)) return undefined;
  return { what: 'moved', wall, shown, instants };
}

function inFold(clock: WallClock, { at, before, after }: Change): ChangedDay | undefined {
  const wall = clock.next(at + after - 1);
  return wall < at + before ? { what: 'twice', wall, instants: [wall - before, wall - after] } : undefined;
}
