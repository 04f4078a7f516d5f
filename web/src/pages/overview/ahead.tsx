/** The next 24 hours: what runs next of each schedule, with what is left until then. */

import { now } from '../../core/clock.js';
import { schedulePlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import type { Page, ScheduleView } from '../../core/types.js';
import { expressionOf, meaningOf } from '../../core/when.js';
import { countdown, plural } from '../../core/words.js';
import { Section } from '../../parts/page.js';
import { Time } from '../../parts/time.js';
import { REACH } from './roll-lanes.js';

const DAY = 86_400_000;
const SHOWN = 10;

export function Ahead() {
  const { data } = useQuery<Page<ScheduleView>>('v1/schedules?limit=500', {
    every: 10_000,
    wakes: ({ type }) => /^schedule\.(changed|removed|paused|resumed)$/.test(type),
  });
  const all = data?.items ?? [];
  const coming = all
    .flatMap((schedule) => {
      const at = timesOf(schedule).find((one) => one > now.value);
      return at !== undefined && at < now.value + DAY ? [{ schedule, at }] : [];
    })
    .sort((a, b) => a.at - b.at);
  // What runs every few minutes is on the roll all the time; it would hide the rest here.
  const rare = coming.filter(({ schedule }) => !isFrequent(schedule));
  if (rare.length === 0) return null;
  const more = rare.length - SHOWN;
  const frequent = coming.length - rare.length;
  return (
    <Section
      title="Next 24 hours"
      beside={frequent > 0 ? `besides ${plural(frequent, 'schedule')} that run every few minutes` : undefined}
      actions={
        <a class="button small" href="upcoming">
          All that comes
        </a>
      }
    >
      <ol class="ahead">
        {rare.slice(0, SHOWN).map(({ schedule, at }) => (
          <li key={schedule.id}>
            <b class="countdown">{countdown(at - now.value)}</b>
            <a href={schedulePlace(schedule.id)}>{schedule.id}</a>
            <span class="quiet cut">{meaningOf(schedule) ?? expressionOf(schedule)}</span>
            <Time at={at} zone={schedule.timezone} as="clock" />
          </li>
        ))}
      </ol>
      {more > 0 && <p class="quiet pad">and {plural(more, 'more schedule')}</p>}
    </Section>
  );
}

const timesOf = ({ nextDueAt, nextRuns }: ScheduleView): number[] =>
  (nextDueAt ?? nextRuns).map((at) => Date.parse(at));

function isFrequent(schedule: ScheduleView): boolean {
  const [first = 0, second = Number.POSITIVE_INFINITY] = timesOf(schedule);
  return second - first < REACH;
}
