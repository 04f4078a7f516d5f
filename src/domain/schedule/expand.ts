/** From a definition and a range of time to its occurrences: planning, catch-up, preview and tests all ask here. */

import { CarillonError } from '../input/errors.js';
import { CENTURY } from '../spec/civil.js';
import { type CompiledSpec, compileSpec } from '../spec/compile.js';
import { compileExclusions, type SkipExcluded } from '../spec/exclude.js';
import { jitterOffset } from '../spec/jitter.js';
import type { Occurrence, ScheduleDefinition } from './schedule.js';

interface Compiled {
  spec: CompiledSpec;
  /** Absent when nothing is left out. */
  skip?: SkipExcluded;
}

/** Instants left out one by one in a row, after which the search gives up; whole days count as one. */
const MOST_LEFT_OUT = 100_000;

const compiled = new WeakMap<ScheduleDefinition, Compiled>();

/** Compiled once per definition object. Throws `invalid_cron` or `invalid_input`. */
function compiledOf(definition: ScheduleDefinition): Compiled {
  let known = compiled.get(definition);
  if (!known) {
    const { id, spec, exclude } = definition;
    const read = compileSpec(spec, id);
    known = { spec: read, ...(exclude ? { skip: compileExclusions(exclude, id, read.patterns) } : {}) };
    compiled.set(definition, known);
  }
  return known;
}

export interface Expansion {
  occurrences: Occurrence[];
  /** The first nominal instant beyond those returned; null when none ever follows. */
  next: number | null;
}

/**
 * Nominal instants strictly after `after`, up to and including `until`, within [startAt, endAt), at most `limit`.
 * `enabled`, `maxRuns` and a runtime pause are not looked at: that they yield nothing is the caller's decision,
 * because an edit must still be able to name what the old definition had planned.
 */
export function expand(
  definition: ScheduleDefinition,
  after: number,
  until: number,
  limit: number,
): Expansion {
  const occurrences: Occurrence[] = [];
  let next = firstAfter(definition, after);
  while (next !== null && next <= until && occurrences.length < limit) {
    const nominal = next;
    next = firstAfter(definition, nominal);
    occurrences.push({ nominal, due: dueBefore(definition, nominal, next) });
  }
  return { occurrences, next };
}

/**
 * The first nominal instant strictly after `after` that is not left out; null when none comes in 100 years. Throws
 * `invalid_input` when it gives up, because an end that is none would be worse.
 */
export function firstAfter(definition: ScheduleDefinition, after: number): number | null {
  const { startAt, endAt } = definition;
  const { spec, skip } = compiledOf(definition);
  let from = startAt === undefined ? after : Math.max(after, startAt - 1);
  const limit = from + CENTURY;
  for (let leftOut = 0; from <= limit; leftOut += 1) {
    if (leftOut > MOST_LEFT_OUT) {
      const detail = `leaves out more than ${MOST_LEFT_OUT} runs one by one; leave out dates or whole days`;
      throw new CarillonError('invalid_input', `exclude ${detail}`);
    }
    const next = spec.next(from);
    if (next === null || (endAt !== undefined && next >= endAt)) return null;
    const kept = skip ? skip(next) : next;
    if (kept === null || kept === next) return kept;
    // Only a place to search on from: the spec need not yield it.
    from = kept - 1;
  }
  return null;
}

/** When the occurrence of a nominal instant comes due. */
export function dueOf(definition: ScheduleDefinition, nominal: number): number {
  if (definition.jitter === undefined) return nominal;
  return dueBefore(definition, nominal, firstAfter(definition, nominal));
}

/** `next`: the following instant, which a due time never reaches. */
function dueBefore({ id, jitter }: ScheduleDefinition, nominal: number, next: number | null): number {
  if (jitter === undefined) return nominal;
  const most = next === null ? jitter : Math.min(jitter, next - nominal - 1);
  return nominal + jitterOffset(id, nominal, most);
}

/** How many more occurrences may be planned when `runs` have been. */
export function runsLeft({ maxRuns }: ScheduleDefinition, runs: number): number {
  return maxRuns === undefined ? Number.POSITIVE_INFINITY : Math.max(0, maxRuns - runs);
}

/** The next `count` occurrences after `after`, in the shadow too; none for a definition that is not enabled. */
export function nextRuns(definition: ScheduleDefinition, after: number, count: number): Occurrence[] {
  if (definition.enabled === false) return [];
  return expand(definition, after, Number.POSITIVE_INFINITY, count).occurrences;
}
