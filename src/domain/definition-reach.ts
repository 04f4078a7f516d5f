/** Whether a definition can ever yield an instant, as far as that is certain without knowing what time it is. */

import { CarillonError } from './errors.js';
import { firstAfter } from './expand.js';
import type { FieldProblem } from './fields.js';
import { formatInstant } from './instants.js';
import type { ScheduleDefinition } from './schedule.js';
import { compileSpec } from './spec.js';

/** Where one looks from that says neither when it starts nor when it ends. */
const USUAL_START = Date.UTC(2000, 0, 1);

/** Why it never happens, with the key to change; undefined when it can. */
export function reachProblem(definition: ScheduleDefinition): FieldProblem | undefined {
  const { spec, exclude, endAt } = definition;
  const { endAt: _, exclude: __, ...bare } = definition;
  const from = startOf(definition);
  try {
    if (compileSpec(spec, definition.id).next(from - 1) === null) {
      return { path: ['startAt'], detail: 'is after the last run: this schedule never happens' };
    }
    if (exclude && firstAfter({ ...bare, exclude }, from - 1) === null) {
      return { path: ['exclude'], detail: 'leaves out every run: this schedule never happens' };
    }
  } catch (error) {
    // A cron of `exclude` that is right for some ids, and not for what `H` is with this one.
    if (error instanceof CarillonError) return { path: ['exclude'], detail: error.message };
    throw error;
  }
  if (endAt !== undefined && firstAfter(definition, from - 1) === null) {
    const first = firstAfter({ ...bare, ...(exclude ? { exclude } : {}) }, from - 1);
    const when = first === null ? '' : ` (the first would be ${formatInstant(first)})`;
    return { path: ['endAt'], detail: `is before the first run${when}: this schedule never happens` };
  }
  return undefined;
}

function startOf({ spec, startAt, endAt }: ScheduleDefinition): number {
  if (startAt !== undefined) return startAt;
  if (spec.kind === 'at') return spec.at;
  return endAt === undefined ? USUAL_START : 0;
}
