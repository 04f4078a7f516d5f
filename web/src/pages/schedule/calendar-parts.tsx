/** What the two kinds of calendars share: how instants are asked for, steps in time, names of days. */

import { pathTo } from '../../core/api.js';
import { useQuery } from '../../core/query.js';
import type { Occurrence } from '../../core/types.js';

/** Of a stretch of time; null: none is asked for. */
export const useInstants = (id: string, span: { from: number; to: number } | null) =>
  useQuery<{ items: Occurrence[] }>(
    span &&
      pathTo(['schedules', id, 'occurrences'], {
        from: new Date(span.from).toISOString(),
        to: new Date(span.to).toISOString(),
        limit: 1_000,
      }),
    {
      every: 15_000,
      keep: true,
      wakes: ({ type, schedule }) => type.startsWith('schedule.') && schedule === id,
    },
  );

/** `onMove`: by so many steps. */
export function Steps({
  words,
  onMove,
  isLast = false,
}: {
  words: string;
  onMove: (by: number) => () => void;
  isLast?: boolean;
}) {
  return (
    <>
      <span class="steps-words">{words}</span>
      <button type="button" class="button small" onClick={onMove(-1)}>
        Earlier
      </button>
      <button type="button" class="button small" disabled={isLast} onClick={onMove(1)}>
        Later
      </button>
    </>
  );
}

const format = (text: string, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }).format(Date.parse(`${text}T00:00:00Z`));
/** November 2026 */
export const titleOf = (month: string): string => format(`${month}-01`, { month: 'long', year: 'numeric' });
/** Mon 30 Nov */
export const dayName = (day: string): string =>
  format(day, { weekday: 'short', day: 'numeric', month: 'short' });
