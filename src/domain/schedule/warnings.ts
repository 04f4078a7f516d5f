/** What a definition asks for and this release does not act on, said out loud instead of passed over. */

import type { FieldProblem, Path } from '../input/readers.js';
import type { ScheduleDefinition } from './schedule.js';

const NOT_YET = 'is accepted and kept, but this version does not act on it';

export function warningsOf(definition: ScheduleDefinition): FieldProblem[] {
  const { later } = definition;
  const asked: [Path, boolean][] = [[['concurrencyKey'], later['concurrencyKey'] !== undefined]];
  return asked.flatMap(([path, given]) => (given ? [{ path, detail: NOT_YET }] : []));
}
