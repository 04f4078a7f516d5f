/** From a definition and a range of time to its occurrences: planning, catch-up, preview and tests all ask here. */

import type { Occurrence, ScheduleDefinition } from './schedule.js';
import { type CompiledSpec, compileSpec } from './spec.js';

const compiled = new WeakMap<ScheduleDefinition, CompiledSpec>();

/** Compiled once per definition object. */
export function specOf(definition: ScheduleDefinition): CompiledSpec {
  let spec = compiled.get(definition);
  if (!spec) {
    spec = compileSpec(definition.spec, definition.id);
    compiled.set(definition, spec);
  }
  return spec;
}

export interface Expansion {
  occurrences: Occurrence[];
  /** The first nominal instant beyond those returned; null when none ever follows. */
  next: number | null;
}

/**
 * Nominal instants strictly after `after`, up to and including `until`, within [startAt, endAt), at most `limit`.
 * `enabled` and a runtime pause are not looked at: that they yield nothing is the caller's decision, because an
 * edit must still be able to name what the old definition had planned.
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
    occurrences.push({ nominal: next, due: next });
    next = firstAfter(definition, next);
  }
  return { occurrences, next };
}

/** The first nominal instant strictly after `after`; null when there is none. */
export function firstAfter(definition: ScheduleDefinition, after: number): number | null {
  const { startAt, endAt } = definition;
  const next = specOf(definition).next(startAt === undefined ? after : Math.max(after, startAt - 1));
  return next === null || (endAt !== undefined && next >= endAt) ? null : next;
}

/** The next `count` nominal instants after `after`; none for a definition that is not enabled. */
export function nextRuns(definition: ScheduleDefinition, after: number, count: number): number[] {
  if (definition.enabled !== true) return [];
  return expand(definition, after, Number.POSITIVE_INFINITY, count).occurrences.map(({ nominal }) => nominal);
}
