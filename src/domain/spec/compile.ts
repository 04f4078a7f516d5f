/** A spec compiled once, then asked for its next instant: the only answer anything in Carillon builds on. */

import { CarillonError } from '../input/errors.js';
import type { CronNote } from '../input/warnings.js';
import type { CronSpec, Spec } from '../schedule/schedule.js';
import { CENTURY, END_OF_TIME, MINUTE, SECOND } from './civil.js';
import { readCron } from './grammar.js';
import type { Pattern } from './pattern.js';
import { type ClockChangeRules, createSearch, type Search } from './search.js';
import { timezoneProblem } from './timezones.js';
import { compileWall } from './wall.js';
import { zoneOf } from './zone.js';

/** The shortest interval of `every`. */
export const SHORTEST_EVERY = 1_000;

/** Where the search looks once, so that a schedule that never happens is refused when it is written. */
const PROBE = Date.UTC(2000, 0, 1);

export interface CompiledSpec {
  /**
   * The first instant strictly after `after` (ms), a function of nothing else; null when there is none within 100
   * years, or before the year 10000.
   */
  next(after: number): number | null;
  /** What is legal but probably not meant, by the place of the expression. */
  notes(): readonly (CronNote & { expression: number })[];
  /** The wall clock meets one of these at every instant, but for a day after the clocks change; none: not known. */
  patterns: readonly Pattern[];
}

/**
 * Throws `invalid_cron` or `invalid_input`. `id`: the schedule's, which decides what `H` stands for; without one an
 * expression with `H` is refused.
 */
export function compileSpec(spec: Spec, id: string | undefined): CompiledSpec {
  switch (spec.kind) {
    case 'at':
      return compileAt(spec.at);
    case 'every':
      return compileEvery(spec.every, spec.phase);
    case 'cron':
      return knownUnion(spec, id);
    default: {
      // Written by another release, or not by one at all.
      const { kind, fault } = spec as { kind?: unknown; fault?: string };
      const unknown = `this release knows no schedule of the kind ${String(kind)}`;
      throw new CarillonError('invalid_input', fault ?? unknown);
    }
  }
}

function compileAt(at: number): CompiledSpec {
  if (!Number.isSafeInteger(at)) throw new CarillonError('invalid_input', 'at must be a point in time');
  return { next: (after) => (after < at ? at : null), notes: () => [], patterns: [] };
}

/** Counted from 1970-01-01T00:00:00Z, so that no restart moves it. */
function compileEvery(every: number, phase: number): CompiledSpec {
  if (!Number.isSafeInteger(every) || every < SHORTEST_EVERY) {
    throw new CarillonError('invalid_input', 'every must be at least 1s');
  }
  if (!Number.isSafeInteger(phase) || phase < 0 || phase >= every) {
    throw new CarillonError('invalid_input', 'phase must be shorter than every');
  }
  return {
    next(after) {
      const found = (Math.floor((after - phase) / every) + 1) * every + phase;
      return found <= Math.min(after + CENTURY, END_OF_TIME) ? found : null;
    },
    notes: () => [],
    patterns: every % MINUTE === 0 ? [everyMinuteAt(Math.floor(phase / SECOND) % 60)] : [],
  };
}

/** More than what a spec of whole minutes asks for, whatever the zone. */
function everyMinuteAt(second: number): Pattern {
  const { minutes, hours, months, days } = readCron('* * * * *', undefined).pattern;
  return { seconds: [second], minutes, hours, months, days };
}

/** Many schedules share a few texts: each is compiled once, and asked once for instants between two of its own. */
const known = new Map<string, CompiledSpec>();
const MOST_KEPT = 4_096;

function knownUnion(spec: CronSpec, id: string | undefined): CompiledSpec {
  const { expressions, timezone, gap, fold } = spec;
  const hashed = expressions.some((text) => typeof text === 'string' && text.includes('H'));
  const key = JSON.stringify([expressions, timezone, gap, fold, hashed ? id : '']);
  let compiled = known.get(key);
  if (!compiled) {
    const { next, notes, patterns } = compileUnion(spec, id);
    let noted: ReturnType<typeof notes> | undefined;
    compiled = {
      next: remembering(next),
      notes: () => {
        noted ??= notes();
        return noted;
      },
      patterns,
    };
    if (known.size >= MOST_KEPT) known.clear();
    known.set(key, compiled);
  }
  return compiled;
}

/** Whatever lies between a question and its answer has the same answer. */
function remembering(search: Search): Search {
  let [asked, found] = [Number.NaN, Number.NaN];
  return (after) => {
    if (after >= asked && after < found) return found;
    const next = search(after);
    if (next !== null) [asked, found] = [after, next];
    return next;
  };
}

/** Several expressions are one set of instants: what two of them share comes once. */
function compileUnion({ expressions, timezone, gap, fold }: CronSpec, id: string | undefined): CompiledSpec {
  const wrong = timezoneProblem(timezone);
  if (wrong !== undefined) throw new CarillonError('invalid_input', `timezone ${wrong}`);
  const reads = expressions.map((text) => readCron(text, id));
  const patterns = reads.map(({ pattern }) => pattern);
  const searches = patterns.map((pattern, index) => {
    const search = searchFor(pattern, timezone, { gap, fold });
    // Only what is skipped can be skipped every time: `30 2 * 3 SUN#L` in Berlin.
    if (gap === 'skip' && search(PROBE) === null) {
      const why = `never happens in ${timezone} with gap: skip`;
      throw new CarillonError(
        'invalid_cron',
        `cron expression "${expressions[index]}" ${why}; choose another time or gap: shift`,
      );
    }
    return search;
  });
  const [only] = searches;
  if (!only) throw new CarillonError('invalid_cron', 'cron needs at least one expression');
  return {
    next: searches.length === 1 ? only : earliestOf(searches),
    notes: () => reads.flatMap(({ notes }, expression) => notes().map((note) => ({ expression, ...note }))),
    patterns,
  };
}

/** A pattern for every hour of the day follows real time; a fixed local time is looked after by `rules`. */
function searchFor(pattern: Pattern, timezone: string, rules: ClockChangeRules): Search {
  const followsRealTime = pattern.hours.length === 24;
  return createSearch(compileWall(pattern), zoneOf(timezone), followsRealTime ? null : rules);
}

function earliestOf(searches: readonly Search[]): Search {
  return (after) => {
    let earliest: number | null = null;
    for (const search of searches) {
      const found = search(after);
      if (found !== null && (earliest === null || found < earliest)) earliest = found;
    }
    return earliest;
  };
}
