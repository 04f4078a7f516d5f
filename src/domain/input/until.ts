/** `until`: a time, or how long from now on. */

import { DURATION_SHAPE, LONGEST_DELAY, LONGEST_DELAY_TEXT, parseDuration } from './durations.js';
import { parseInstant } from './instants.js';
import { refuse } from './read-fields.js';
import { type Reader, reader } from './readers.js';

/** ms: a time, or a length. */
export type Until = { at: number } | { after: number };

/** Whether it lies ahead is seen by `untilAt`, where the time is known. */
export const until: Reader<Until, string | Date> = reader(
  'a time such as "2027-01-01T00:00:00Z", or a duration such as "90s" or "2h"',
  (raw) => {
    const after = parseDuration(raw);
    if (after !== undefined) return { after };
    const at = parseInstant(raw);
    return at === undefined ? undefined : { at };
  },
  {
    schema: {
      anyOf: [
        { type: 'string', format: 'date-time' },
        { type: 'string', pattern: DURATION_SHAPE.source },
      ],
    },
    word: 'time|duration',
  },
);

/** The time it means, ms. Throws `invalid_input` when that does not lie ahead of `now`, or too far. */
export function untilAt(value: Until | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const at = 'at' in value ? value.at : now + value.after;
  const detail =
    at <= now
      ? 'must lie ahead: it has passed already'
      : at > now + LONGEST_DELAY
        ? `must be at most ${LONGEST_DELAY_TEXT} ahead`
        : null;
  return detail === null ? at : refuse('invalid_input', [{ path: ['until'], detail }]);
}
