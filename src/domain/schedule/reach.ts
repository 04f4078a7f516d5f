/** Whether a definition can ever yield an instant, as far as that is certain without knowing what time it is. */

import { CarillonError } from '../input/errors.js';
import { formatInstant } from '../input/instants.js';
import type { FieldProblem } from '../input/readers.js';
import { compileSpec } from '../spec/compile.js';
import { firstAfter } from './expand.js';
import type { ScheduleDefinition } from './schedule.js';

/** Where one looks from that says neither when it starts nor when it ends. */
const USUAL_START = Date.UTC(2000, 0, 1);

/** Why it never happens, with the key to change; undefined when it can. */
export function reachProblem(definition: ScheduleDefinition): FieldProblem | undefined {
  const { endAt, ...open } = definition;
  const from = startOf(definition);
  try {
    const first = firstAfter(open, from - 1);
    if (first !== null && (endAt === undefined || first < endAt)) return undefined;
    if (first !== null) {
      const when = `leaves no run (the first would be ${formatInstant(first)})`;
      return { path: ['endAt'], detail: `${when}: this schedule never happens` };
    }
  } catch (error) {
    // A cron of `exclude` that is right for some ids, and not for what `H` is with this one; or too much is left out.
    if (error instanceof CarillonError) return { path: ['exclude'], detail: error.message };
    throw error;
  }
  if (compileSpec(definition.spec, definition.id).next(from - 1) === null) {
    return { path: ['startAt'], detail: 'is after the last run: this schedule never happens' };
  }
  return { path: ['exclude'], detail: 'leaves out every run: this schedule never happens' };
}

function startOf({ spec, startAt, endAt }: ScheduleDefinition): number {
  if (startAt !== undefined) return startAt;
  if (spec.kind === 'at') return spec.at;
  return endAt === undefined ? USUAL_START : 0;
}
