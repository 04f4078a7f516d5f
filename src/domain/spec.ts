/** A spec compiled once, then asked for its next instant: the only answer anything in Carillon builds on. */

import { CarillonError } from './errors.js';
import type { Spec } from './schedule.js';
import { compileCron } from './spec-cron.js';
import { timezoneProblem } from './timezones.js';

/** The shortest interval of `every`. */
export const SHORTEST_EVERY = 1_000;

export interface CompiledSpec {
  /** The first instant strictly after `after`, or null when there is none ever. */
  next(after: number): number | null;
}

/** Throws `invalid_cron` or `invalid_input`. `id`: the schedule's, which decides what `H` stands for. */
export function compileSpec(spec: Spec, id: string): CompiledSpec {
  switch (spec.kind) {
    case 'at':
      if (!Number.isSafeInteger(spec.at))
        throw new CarillonError('invalid_input', 'at must be a point in time');
      return { next: (after) => (after < spec.at ? spec.at : null) };
    case 'every':
      return compileEvery(spec.every, spec.phase);
    case 'cron':
      return compileUnion(spec.expressions, spec.timezone, id);
  }
}

function compileEvery(every: number, phase: number): CompiledSpec {
  if (!Number.isSafeInteger(every) || every < SHORTEST_EVERY) {
    throw new CarillonError('invalid_input', 'every must be at least 1s');
  }
  if (!Number.isSafeInteger(phase) || phase < 0 || phase >= every) {
    throw new CarillonError('invalid_input', 'phase must be shorter than every');
  }
  return { next: (after) => (Math.floor((after - phase) / every) + 1) * every + phase };
}

/** Several expressions are one set of instants: what two of them share comes once. */
function compileUnion(expressions: readonly string[], timezone: string, id: string): CompiledSpec {
  const wrong = timezoneProblem(timezone);
  if (wrong !== undefined) throw new CarillonError('invalid_input', `timezone ${wrong}`);
  if (expressions.length === 0) throw new CarillonError('invalid_cron', 'cron needs at least one expression');
  const searches = expressions.map((expression) => compileCron(expression, timezone, id));
  return {
    next(after) {
      let earliest: number | null = null;
      for (const search of searches) {
        const found = search(after);
        if (found !== null && (earliest === null || found < earliest)) earliest = found;
      }
      return earliest;
    },
  };
}
