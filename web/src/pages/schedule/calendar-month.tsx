/** A month of a schedule that runs seldom: every instant is a mark, and says why it ran, or did not. */

import { type Signal, useSignal } from '@preact/signals';
import { pathTo } from '../../core/api.js';
import { now } from '../../core/clock.js';
import { taskPlace } from '../../core/places.js';
import { useQuery } from '../../core/query.js';
import type { Explanation, Occurrence, ScheduleView } from '../../core/types.js';
import { hourOf, zoneFor } from '../../core/words.js';
import { Section } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import { Time } from '../../parts/time.js';
import { DAY, intoDays, monthDays, monthLater, placeOf, wordOf } from './calendar-cells.js';
import { Steps, titleOf, useInstants } from './calendar-parts.js';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
/** A day that has more of them says how many. */
const SHOWN = 12;

export function Month({ schedule: { id, timezone } }: { schedule: ScheduleView }) {
  const zone = zoneFor(timezone);
  const today = placeOf(now.value, zone).day;
  const month = useSignal(today.slice(0, 7));
  const chosen = useSignal<Occurrence | null>(null);
  const { days, before } = monthDays(month.value);
  const first = Date.parse(`${days[0]}T00:00:00Z`);
  // A day more at both ends: zones are up to 14 hours away.
  const { data } = useInstants(id, { from: first - DAY, to: first + (days.length + 1) * DAY });
  const found = intoDays(data?.items ?? [], zone);
  const move = (by: number) => () => {
    month.value = monthLater(month.value, by);
    chosen.value = null;
  };
  return (
    <Section title="Calendar" beside={zone} actions={<Steps words={titleOf(month.value)} onMove={move} />}>
      <div class="month" role="group" aria-label={titleOf(month.value)}>
        {WEEKDAYS.map((name) => (
          <span key={name} class="month-head">
            {name}
          </span>
        ))}
        {days.map((day, i) => {
          const instants = found.get(day) ?? [];
          return (
            <div
              key={day}
              class={`month-day ${day === today ? 'is-today' : ''} ${day > today ? 'is-ahead' : ''}`}
              style={i === 0 ? { gridColumnStart: before + 1 } : undefined}
            >
              <span class="month-number">{Number(day.slice(8))}</span>
              <span class="month-instants">
                {instants.slice(0, SHOWN).map((one) => (
                  <InstantButton
                    key={one.nominalAt}
                    one={one}
                    zone={zone}
                    chosen={chosen}
                    isAlone={instants.length === 1}
                  />
                ))}
                {instants.length > SHOWN && <small>+{instants.length - SHOWN}</small>}
              </span>
            </div>
          );
        })}
      </div>
      {chosen.value ? (
        <Why key={chosen.value.nominalAt} id={id} one={chosen.value} zone={timezone} />
      ) : (
        <p class="quiet pad">Each mark is an instant: choose one to read why it ran, or did not.</p>
      )}
    </Section>
  );
}

function InstantButton({
  one,
  zone,
  chosen,
  isAlone,
}: {
  one: Occurrence;
  zone: string | undefined;
  chosen: Signal<Occurrence | null>;
  isAlone: boolean;
}) {
  const at = Date.parse(one.nominalAt);
  const clocks = one.dst === 'gap' ? ', clocks went forward' : one.dst === 'fold' ? ', clocks went back' : '';
  const text = `${hourOf(at, zone)} ${wordOf(one)}${one.reason ? `: ${one.reason}` : ''}${clocks}`;
  return (
    <button
      type="button"
      class={`instant-button ${one.dst ? 'is-shifted' : ''}`}
      aria-pressed={chosen.value?.nominalAt === one.nominalAt}
      title={text}
      aria-label={text}
      onClick={() => {
        chosen.value = chosen.value?.nominalAt === one.nominalAt ? null : one;
      }}
    >
      <StateMark state={wordOf(one)} word={false} />
      {isAlone && <span class="instant-hour">{hourOf(at, zone)}</span>}
    </button>
  );
}

/** The sentence of one instant. */
function Why({ id, one, zone }: { id: string; one: Occurrence; zone: string | undefined }) {
  const { data, problem } = useQuery<Explanation>(
    pathTo(['schedules', id, 'explain'], { at: one.nominalAt }),
    {
      every: 0,
    },
  );
  return (
    <div class="why-box" role="status">
      <p>
        <StateMark state={wordOf(one)} /> <Time at={one.nominalAt} zone={zone} as="both" />
        {one.taskId && one.state && one.state !== 'pruned' && (
          <>
            {' '}
            <a href={taskPlace(one.taskId)}>Show the task</a>
          </>
        )}
      </p>
      <p>{data?.sentence ?? problem?.message ?? '…'}</p>
    </div>
  );
}
