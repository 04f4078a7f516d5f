/** One lane for each schedule over the whole range: a tick for each run, a band where they are closer than can be drawn. */

import { now } from '../../core/clock.js';
import { schedulePlace } from '../../core/places.js';
import { tip } from '../../core/tip.js';
import type { UpcomingItem } from '../../core/types.js';
import {
  countdown,
  exactMoment,
  hourOf,
  length,
  plural,
  relative,
  shortDay,
  zoneFor,
} from '../../core/words.js';
import { Section } from '../../parts/page.js';
import { Time } from '../../parts/time.js';

/** On which ticks are drawn; as wide as the lane is, CSS says. */
const WIDE = 1_000;
/** More lanes are told, not drawn. */
const SHOWN = 100;
const DAY = 86_400_000;

interface Lane {
  id: string;
  handler: string;
  /** When it is due, the earliest first. */
  at: number[];
  /** There may be more behind the last. */
  goesOn: boolean;
}

interface LanesProps {
  items: readonly UpcomingItem[];
  /** The list ends before the range does. */
  isCut: boolean;
  from: number;
  ahead: number;
  /** So many of one schedule are in the list at most. */
  each: number;
}

export function Lanes({ items, isCut, from, ahead, each }: LanesProps) {
  const lanes = lanesOf(items, each).filter(({ at }) => at.some((one) => one > now.value));
  const known = isCut ? Date.parse(items.at(-1)?.at ?? '') : from + ahead;
  return (
    <Section
      title="Calendar"
      beside={
        isCut ? (
          <>
            {plural(lanes.length, 'schedule')}, known up to <Time at={known} as="clock" />
          </>
        ) : (
          plural(lanes.length, 'schedule')
        )
      }
    >
      <ol class="lanes">
        <li class="lanes-scale" aria-hidden="true">
          <span class="lanes-ticks">
            {scaleOf(from, ahead).map(({ at, text }) => (
              <span key={at} style={{ left: `${((at - from) / ahead) * 100}%` }}>
                {text}
              </span>
            ))}
          </span>
        </li>
        {lanes.slice(0, SHOWN).map((lane) => (
          <LaneRow key={lane.id} lane={lane} from={from} ahead={ahead} />
        ))}
      </ol>
      {lanes.length > SHOWN && <p class="quiet pad">and {plural(lanes.length - SHOWN, 'more schedule')}</p>}
    </Section>
  );
}

function LaneRow({
  lane: { id, handler, at, goesOn },
  from,
  ahead,
}: {
  lane: Lane;
  from: number;
  ahead: number;
}) {
  const next = at.find((one) => one > now.value) ?? from;
  const x = (ms: number): number => ((ms - from) / ahead) * WIDE;
  const last = at.at(-1) ?? from;
  const point = (event: { clientX: number; currentTarget: SVGSVGElement }): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const pointed = from + ((event.clientX - box.left) / box.width) * ahead;
    const nearest = at.reduce(
      (best, one) => (Math.abs(one - pointed) < Math.abs(best - pointed) ? one : best),
      last,
    );
    tip.value = {
      x: box.left + (x(nearest) / WIDE) * box.width,
      y: box.top,
      content: (
        <>
          <b>{id}</b> {relative(nearest, now.value)}
          <p class="tip-title">{exactMoment(nearest, zoneFor())}</p>
          {goesOn && <p class="tip-title">It runs more often than can be drawn here.</p>}
        </>
      ),
    };
  };
  const leave = (): void => {
    tip.value = null;
  };
  return (
    <li>
      <a class="lane-name" href={schedulePlace(id)} title={handler}>
        {id}
      </a>
      <b class="lane-left">
        <Left at={next} />
      </b>
      <span class="lane-place">
        {goesOn && <span class="lane-often">{often(at)}</span>}
        <svg
          class="lane"
          viewBox={`0 0 ${WIDE} 16`}
          preserveAspectRatio="none"
          role="img"
          aria-label={goesOn ? `${at.length} runs and more` : plural(at.length, 'run')}
          onPointerMove={point}
          onPointerLeave={leave}
        >
          {goesOn ? (
            <rect x={x(next)} y={6} width={Math.max(0, WIDE - x(next))} height={4} class="band" />
          ) : (
            <path
              d={at.map((one) => `M${x(one).toFixed(1)},1v14`).join('')}
              vector-effect="non-scaling-stroke"
            />
          )}
        </svg>
      </span>
    </li>
  );
}

/** How far apart its runs are, where that is always the same. */
function often(at: readonly number[]): string {
  const gaps = at.slice(1).map((one, i) => one - (at[i] ?? 0));
  const [least, most] = [Math.min(...gaps), Math.max(...gaps)];
  return least === most ? `every ${length(least)}` : `every ${length(least)} to ${length(most)}`;
}

const Left = ({ at }: { at: number }) => {
  const left = at - now.value;
  return <>{left > 2 * DAY ? relative(at, now.value).slice(3) : countdown(left)}</>;
};

function lanesOf(items: readonly UpcomingItem[], each: number): Lane[] {
  const lanes = new Map<string, Lane>();
  for (const { schedule, handler, at } of items) {
    if (!schedule) continue;
    const lane = lanes.get(schedule.id) ?? { id: schedule.id, handler, at: [], goesOn: false };
    lane.at.push(Date.parse(at));
    lane.goesOn = lane.at.length >= each;
    lanes.set(schedule.id, lane);
  }
  return [...lanes.values()].sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
}

/** The rare ones first, by orders of magnitude: a lane keeps its place while time goes on. */
const rank = ({ at }: Lane): number => Math.round(Math.log2(at.length));

const STEPS = [10, 60, 240, 1_440, 2_880, 10_080].map((minutes) => minutes * 60_000);

/** Round times along the range, six or so; days where it is longer than two. */
function scaleOf(from: number, ahead: number): { at: number; text: string }[] {
  const step = STEPS.find((one) => ahead / one <= 8) ?? DAY;
  const zone = zoneFor();
  const shift = offsetAt(from, zone);
  const first = Math.ceil((from + shift) / step) * step - shift;
  const marks: { at: number; text: string }[] = [];
  for (let at = first; at < from + ahead; at += step) {
    marks.push({ at, text: step < DAY ? hourOf(at, zone) : shortDay(at, zone) });
  }
  return marks;
}

/** ms that midnight of a zone is ahead of midnight UTC. */
function offsetAt(at: number, zone: string | undefined): number {
  if (zone === 'UTC') return 0;
  return -new Date(at).getTimezoneOffset() * 60_000;
}
