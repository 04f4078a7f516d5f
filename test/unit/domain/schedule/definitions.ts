/** Definitions for tests: read by the product, so that they are what it would store. */

import { readDefinition } from '../../../../src/domain/schedule/definition.js';
import type { ScheduleDefinition } from '../../../../src/domain/schedule/schedule.js';

export function define(fields: Record<string, unknown>, id = 'sample'): ScheduleDefinition {
  const reading = readDefinition(id, { handler: 'demo.report', ...fields });
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  return reading.definition;
}

export const instant = (text: string): number => Date.parse(text);
