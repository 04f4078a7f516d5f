/** An instant as people in a zone would write it; the one place that knows luxon. */

import { DateTime } from 'luxon';

/** RFC 3339 with the zone's offset, to the second: `2026-03-08T03:30:00-04:00`. */
export function localTime(instant: number, timezone: string): string {
  return DateTime.fromMillis(instant, { zone: timezone }).toISO({ suppressMilliseconds: true }) ?? '';
}
