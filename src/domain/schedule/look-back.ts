/** The instants of a schedule that came last. Specs only look forward, so the search begins close to the end. */

import { nthFromEnd } from './catch-up.js';
import { expand } from './expand.js';
import type { ScheduleDefinition } from './schedule.js';

/** Up to `count` nominal instants of [from, until], the latest first. Throws as `expand` does. */
export function latestInstants(
  definition: ScheduleDefinition,
  from: number,
  until: number,
  count: number,
): number[] {
  if (from > until) return [];
  const first = nthFromEnd(definition, from, until + 1, count);
  if (first === undefined) return [];
  const { occurrences } = expand(definition, first - 1, until, count);
  return occurrences.map(({ nominal }) => nominal).reverse();
}
