/** What became of each past instant, page by page back in time; every one answers why. */

import { type Signal, signal } from '@preact/signals';
import { pathTo } from '../../core/api.js';
import { now } from '../../core/clock.js';
import { taskPlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import { LATE } from '../../core/run-bars.js';
import type { Occurrence, ScheduleView } from '../../core/types.js';
import { dayOf, length, zoneFor } from '../../core/words.js';
import { Section } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { Time } from '../../parts/time.js';
import { Explained } from './explained.js';

const SHOWN = 25;
const DAY = 86_400_000;
/** Nothing is asked for that lies longer ago. */
const OLDEST = 400 * DAY;

interface Stretches {
  items: Occurrence[];
  missed?: { from: string; to: string; count: number }[];
}

/** Instants that did not run are what people look for. */
const onlyUnusual = signal(false);

/** `until`: up to when they are listed, ms; null: up to now. */
export function Past({ schedule, until }: { schedule: ScheduleView; until: Signal<number | null> }) {
  const { id, timezone } = schedule;
  const reach = reachOf(schedule);
  const end = until.value ?? Math.ceil(now.value / 60_000) * 60_000;
  const from = Math.max(end - reach, now.value - OLDEST);
  const path = pathTo(['schedules', id, 'occurrences'], {
    from: new Date(from - (from % 60_000)).toISOString(),
    to: new Date(end).toISOString(),
    limit: 1_000,
  });
  const { data } = useQuery<Stretches>(path, {
    every: until.value === null ? 5_000 : 0,
    keep: true,
    wakes: ({ type, schedule: which }) =>
      until.value === null && type.startsWith('schedule.') && which === id,
  });
  const past = (data?.items ?? []).filter(
    ({ dueAt, fate }) => Date.parse(dueAt) <= now.value && fate !== 'none' && fate !== 'unknown',
  );
  const fitting = onlyUnusual.value ? past.filter(isUnusual) : past;
  const items = fitting.slice(-SHOWN).toReversed();
  const oldest = items.at(-1);
  return (
    <Section
      id="instants"
      title="What became of each instant"
      actions={
        <>
          <label class="check">
            <input
              type="checkbox"
              checked={onlyUnusual.value}
              onChange={() => {
                onlyUnusual.value = !onlyUnusual.value;
              }}
            />
            <span>Only what did not go as usual</span>
          </label>
          <button
            type="button"
            class="button small"
            onClick={() => {
              until.value = oldest ? Date.parse(oldest.nominalAt) - 1 : from;
            }}
          >
            Earlier
          </button>
          <button
            type="button"
            class="button small"
            disabled={until.value === null}
            onClick={() => {
              until.value = null;
            }}
          >
            Latest
          </button>
        </>
      }
    >
      {items.length === 0 && <p class="quiet pad">{data ? 'Nothing in this stretch of time.' : '…'}</p>}
      <ol class="past">
        {items.map((one, i) => (
          <Instant key={one.nominalAt} one={one} before={items[i - 1]} id={id} zone={timezone} />
        ))}
      </ol>
    </Section>
  );
}

function Instant({
  one,
  before,
  id,
  zone,
}: {
  one: Occurrence;
  before: Occurrence | undefined;
  id: string;
  zone: string | undefined;
}) {
  const { nominalAt, fate, reason, state, taskId, latenessMs, dst, asked } = one;
  const day = dayOf(Date.parse(nominalAt), zoneFor(zone));
  const isOther = before === undefined || dayOf(Date.parse(before.nominalAt), zoneFor(zone)) !== day;
  const said = fate === 'fired' && state ? state : fate;
  return (
    <>
      {isOther && (
        <li class="day">
          <h3>{day}</h3>
        </li>
      )}
      <li class="instant">
        <span class="instant-time">
          <Time at={nominalAt} zone={zone} as="clock" />
        </span>
        <span class="instant-fate">
          {taskId && state && state !== 'pruned' ? (
            <a href={taskPlace(taskId)}>
              <StateMark state={said} />
            </a>
          ) : (
            <StateMark state={said} />
          )}
        </span>
        <span class="quiet cut">
          {[
            reason,
            asked?.reason && `“${asked.reason}”`,
            latenessMs !== undefined && latenessMs >= LATE && `${length(latenessMs)} late`,
            dst === 'gap' && 'clocks went forward',
            dst === 'fold' && 'clocks went back',
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <Explained id={id} at={nominalAt} words={fate === 'fired' ? 'Why?' : 'Why did it not run?'} />
      </li>
    </>
  );
}

const isUnusual = ({ fate, state, latenessMs = 0 }: Occurrence): boolean =>
  fate !== 'fired' || state === 'dead' || state === 'cancelled' || latenessMs >= LATE;

/** A stretch with some dozens of instants, by how far apart the next ones are. */
function reachOf({ nextRuns }: ScheduleView): number {
  const [first, last] = [nextRuns[0], nextRuns.at(-1)];
  if (!first || !last || nextRuns.length < 2) return 30 * DAY;
  const apart = (Date.parse(last) - Date.parse(first)) / (nextRuns.length - 1);
  return Math.min(OLDEST, Math.max(60_000, apart * SHOWN * 1.5));
}
