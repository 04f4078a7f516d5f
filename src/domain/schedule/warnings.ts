/** What a definition asks for and this release does not act on, said out loud instead of passed over. */

import type { FieldProblem, Path } from '../input/readers.js';
import type { ScheduleDefinition } from './schedule.js';

const NOT_YET = 'is accepted and kept, but this version does not act on it';

export function warningsOf(definition: ScheduleDefinition): FieldProblem[] {
  const { later, catchUp, enabled } = definition;
  const asked: [Path, boolean][] = [
    [['overlap'], later['overlap'] !== undefined && later['overlap'] !== 'allow'],
    [['expect'], later['expect'] !== undefined],
    [['concurrencyKey'], later['concurrencyKey'] !== undefined],
    [['catchUp', 'perMinute'], catchUp.perMinute !== undefined],
  ];
  const warnings = asked.flatMap(([path, given]) => (given ? [{ path, detail: NOT_YET }] : []));
  if (enabled === 'shadow') {
    warnings.push({
      path: ['enabled'],
      detail: 'shadow runs are not made by this version: nothing will run',
    });
  }
  return warnings;
}
