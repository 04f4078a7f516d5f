/** The next ten runs, by the clock of its zone and in UTC, with a mark where a change of the clocks meets one. */

import { pathTo } from '../../core/api.js';
import { now } from '../../core/clock.js';
import { useQuery } from '../../core/query.js';
import type { Occurrence, ScheduleView } from '../../core/types.js';
import { exactMoment, relative } from '../../core/words.js';
import { Section } from '../../parts/page.js';
import { Explained } from './explained.js';

const MOST = 10;
const MINUTE = 60_000;
const YEAR = 366 * 86_400_000;
const ZONE: Intl.DateTimeFormatOptions = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
};

export function Coming({ schedule }: { schedule: ScheduleView }) {
  const { id, nextRuns, timezone } = schedule;
  const [first, last] = [nextRuns[0], nextRuns.at(-1)];
  const { data } = useQuery<{ items: Occurrence[] }>(first && last ? pathFor(id, first, last) : null, {
    every: 10_000,
    keep: true,
    wakes: ({ type, schedule: which }) => type.startsWith('schedule.') && which === id,
  });
  if (!first) return <Section title="Next runs">{<p class="quiet pad">None is planned.</p>}</Section>;
  const items = data?.items.filter(({ fate }) => fate !== 'none').slice(0, MOST) ?? [];
  return (
    <Section title="Next runs" beside={timezone}>
      <ol class="coming">
        {items.map((one) => (
          <Instant key={one.nominalAt} one={one} zone={timezone ?? 'UTC'} id={id} />
        ))}
      </ol>
    </Section>
  );
}

function Instant({ one, zone, id }: { one: Occurrence; zone: string; id: string }) {
  const at = Date.parse(one.nominalAt);
  const local = new Intl.DateTimeFormat('en-GB', { ...ZONE, timeZone: zone }).format(at);
  return (
    <li>
      <time dateTime={one.nominalAt} title={exactMoment(at, zone)}>
        {local}
      </time>
      <span class="quiet">{zone === 'UTC' ? '' : `${one.nominalAt.slice(11, 19)} UTC`}</span>
      <span class="coming-mark">
        {one.dst && (
          <span class="chip warns">{one.dst === 'gap' ? 'clocks go forward' : 'clocks go back'}</span>
        )}
        {one.fate === 'skipped' && (
          <Explained id={id} at={one.nominalAt} words={`skipped${one.reason ? `: ${one.reason}` : ''}`} />
        )}
      </span>
      <span class="quiet">
        <In at={at} />
      </span>
    </li>
  );
}

const In = ({ at }: { at: number }) => <>{relative(at, now.value)}</>;

/** Far enough for ten of them, going by how far apart the next five are. */
function pathFor(id: string, first: string, last: string): string {
  const [from, to] = [Date.parse(first), Date.parse(last)];
  const reach = Math.min(YEAR, Math.max(MINUTE, (to - from) * 4));
  const until = new Date(from + reach).toISOString();
  return pathTo(['schedules', id, 'occurrences'], { from: first, to: until, limit: MOST * 2 });
}
