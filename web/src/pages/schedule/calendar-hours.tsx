/** Days and hours of a schedule that runs often: how many ran in each, and the worst that became of one. */

import { type Signal, useSignal } from '@preact/signals';
import { pathTo } from '../../core/api.js';
import { now } from '../../core/clock.js';
import { useQuery } from '../../core/query.js';
import type { LoadView, ScheduleView, Stats } from '../../core/types.js';
import { short, zoneFor } from '../../core/words.js';
import { Section } from '../../parts/page.js';
import { StateMark } from '../../parts/state-mark.js';
import {
  type Cell,
  DAY,
  daysUntil,
  HOUR,
  intoHours,
  inWords,
  placeOf,
  totalOf,
  wordOf,
  worstOf,
} from './calendar-cells.js';
import { dayName, Steps, useInstants } from './calendar-parts.js';

export interface HoursProps {
  schedule: ScheduleView;
  /** Up to when instants are listed below, ms. */
  until: Signal<number | null>;
  /** It runs so often that instants are not asked for one by one. */
  isCounted: boolean;
}

const SHOWN_DAYS = 8;
const COUNTED = ['completed', 'dead', 'cancelled', 'skipped', 'missed'] as const;

export function Hours({ schedule: { id, timezone }, until, isCounted }: HoursProps) {
  const zone = zoneFor(timezone);
  const today = placeOf(now.value, zone).day;
  const back = useSignal(0);
  const last = placeOf(now.value + DAY - back.value * DAY, zone).day;
  const days = daysUntil(last, SHOWN_DAYS);
  const from = Date.parse(`${days[0]}T00:00:00Z`) - DAY;
  const to = Date.parse(`${last}T00:00:00Z`) + 2 * DAY;
  const cells = intoHours(useItems(id, from, to, isCounted), zone);
  const thisHour = placeOf(now.value, zone).hour;
  const words = `${dayName(days[0] ?? '')} – ${dayName(last)}`;
  const move = (by: number) => () => {
    back.value = Math.max(0, back.value - by * (SHOWN_DAYS - 1));
  };
  return (
    <Section
      title="Calendar"
      beside={zone}
      actions={<Steps words={words} onMove={move} isLast={back.value === 0} />}
    >
      <div class="hours-frame" tabIndex={0} role="group" aria-label={`Runs by day and hour, ${words}`}>
        <table class="hours">
          <thead>
            <tr>
              <th scope="col">
                <span class="unseen">Day</span>
              </th>
              {Array.from({ length: 24 }, (_, hour) => (
                <th key={hour} scope="col">
                  {String(hour).padStart(2, '0')}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map((day) => (
              <tr key={day} class={day === today ? 'is-today' : ''}>
                <th scope="row">{dayName(day)}</th>
                {Array.from({ length: 24 }, (_, hour) => (
                  <td key={hour} class={day === today && hour === thisHour ? 'is-now' : ''}>
                    <HourCell
                      cell={cells.get(`${day} ${hour}`)}
                      day={day}
                      hour={hour}
                      isCounted={isCounted}
                      until={until}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="quiet pad">
        Choose an hour: its instants are listed below, and each tells why it ran, or did not.
      </p>
    </Section>
  );
}

function HourCell({
  cell,
  day,
  hour,
  isCounted,
  until,
}: {
  cell: Cell | undefined;
  day: string;
  hour: number;
  isCounted: boolean;
  until: Signal<number | null>;
}) {
  if (!cell) return null;
  const word = worstOf(cell);
  const text = `${dayName(day)} ${String(hour).padStart(2, '0')}:00: ${inWords(cell)}`;
  const mark = (
    <>
      <StateMark state={word} word={false} />
      {inCell(totalOf(cell))}
    </>
  );
  // What is only to come has no list below.
  if (cell.from > now.value) {
    return (
      <span class="hour-cell" title={text}>
        {mark}
      </span>
    );
  }
  return (
    <button
      type="button"
      class="hour-cell"
      title={text}
      aria-label={text}
      onClick={() => {
        until.value = Math.min(now.value, isCounted ? cell.to + HOUR : cell.to + 1_000);
        document.getElementById('instants')?.scrollIntoView({ block: 'start' });
      }}
    >
      {mark}
    </button>
  );
}

/** 999, 3.6k: an hour of 32 pixels has no room for more. */
const inCell = (count: number): string =>
  count < 1_000 || count >= 9_950 ? short(count) : `${(count / 1_000).toFixed(1)}k`;

/** What is in the hours: instants with their fates, or what was counted of each hour, and for a day what is to come. */
function useItems(id: string, from: number, to: number, isCounted: boolean) {
  const half = (from + to) / 2;
  // Every five minutes for ten days are more than one answer has.
  const early = useInstants(id, isCounted ? null : { from, to: half - 1 });
  const late = useInstants(id, isCounted ? null : { from: half, to });
  const counted = useQuery<Stats>(isCounted ? statsPath(id, from, to) : null, { every: 10_000, keep: true });
  const coming = useQuery<LoadView>(isCounted && to > now.value ? loadPath(id) : null, {
    every: 60_000,
    keep: true,
  });
  if (isCounted) {
    return [
      ...(counted.data?.items ?? []).flatMap((item) =>
        COUNTED.map((word) => ({ at: Date.parse(item.at), word: word as string, count: item[word] })),
      ),
      // Of this hour some have run.
      ...(coming.data?.items ?? [])
        .map(({ at, starts }) => ({ at: Date.parse(at), word: 'preview', count: starts }))
        .filter(({ at }) => at > now.value && at < to),
    ];
  }
  return [...(early.data?.items ?? []), ...(late.data?.items ?? [])]
    .filter(({ fate }) => fate !== 'none' && fate !== 'unknown')
    .map((one) => ({ at: Date.parse(one.nominalAt), word: wordOf(one), count: 1 }));
}

const loadPath = (schedule: string): string =>
  pathTo(['upcoming', 'load'], {
    schedule,
    to: new Date(Math.ceil(now.value / HOUR) * HOUR + DAY).toISOString(),
    step: '1h',
  });

const statsPath = (schedule: string, from: number, to: number): string =>
  pathTo(['stats'], {
    schedule,
    from: new Date(from).toISOString(),
    to: new Date(Math.min(to, Math.ceil(now.value / HOUR) * HOUR)).toISOString(),
    step: '1h',
  });
