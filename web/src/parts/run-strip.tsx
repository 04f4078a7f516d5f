/** The latest runs, one bar each: its colour and height tell how it ended; pointing at one tells more. */

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { navigate } from '../core/router.js';
import { lookOf } from '../core/states.js';
import { tip } from '../core/tip.js';

export interface Bar {
  key: string;
  state: string;
  /** Where a click leads. */
  href?: string;
}

const WIDTH = 4;
const GAP = 1;
const HEIGHT = 16;
/** px of a bar's height by tone, so that colour is not needed. */
const HEIGHTS: Readonly<Record<string, number>> = {
  completed: 12,
  dead: 16,
  running: 9,
  retrying: 9,
  ready: 6,
  scheduled: 4,
  cancelled: 4,
};

/** `bars`: oldest first. Empty places on the left are drawn, too, so that rows line up. */
export function RunStrip<One extends Bar>({
  bars,
  places = 60,
  hint,
}: {
  bars: readonly One[];
  places?: number;
  hint: (bar: One) => ComponentChildren;
}) {
  const pointed = useSignal(-1);
  const shown = bars.slice(-places);
  const empty = places - shown.length;
  const width = places * (WIDTH + GAP) - GAP;
  const under = (event: MouseEvent): number => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return Math.floor(((event.clientX - box.left) / box.width) * places) - empty;
  };
  const onMove = (event: MouseEvent): void => {
    const index = under(event);
    const bar = shown[index];
    if (index === pointed.value) return;
    pointed.value = bar ? index : -1;
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const x = box.left + ((index + empty + 0.5) / places) * box.width;
    tip.value = bar ? { x, y: box.top, content: hint(bar) } : null;
  };
  const onLeave = (): void => {
    pointed.value = -1;
    tip.value = null;
  };
  const one = shown[pointed.value];
  return (
    <svg
      class={`run-strip ${one ? 'pointed' : ''}`}
      viewBox={`0 0 ${width} ${HEIGHT}`}
      width={width}
      height={HEIGHT}
      role="img"
      aria-label={summary(shown)}
      onMouseMove={onMove}
      onMouseLeave={onLeave}
      onClick={(event) => {
        const { href } = shown[under(event)] ?? {};
        if (!href) return;
        event.preventDefault();
        onLeave();
        navigate(href);
      }}
    >
      {empty > 0 && <path class="places" d={Array.from({ length: empty }, (_, i) => rect(i, 2)).join('')} />}
      {[...byTone(shown, empty)].map(([tone, d]) => (
        <path key={tone} class={`tone-${tone}`} d={d} />
      ))}
      {one && <path class={`one tone-${lookOf(one.state).tone}`} d={barOf(one, empty + pointed.value)} />}
    </svg>
  );
}

const rect = (place: number, height: number): string =>
  `M${place * (WIDTH + GAP)} ${HEIGHT - height}h${WIDTH}v${height}h-${WIDTH}z`;

const barOf = ({ state }: Bar, place: number): string => rect(place, HEIGHTS[lookOf(state).tone] ?? 4);

function byTone(bars: readonly Bar[], empty: number): Map<string, string> {
  const paths = new Map<string, string>();
  for (const [i, bar] of bars.entries()) {
    const { tone } = lookOf(bar.state);
    paths.set(tone, (paths.get(tone) ?? '') + barOf(bar, empty + i));
  }
  return paths;
}

function summary(bars: readonly Bar[]): string {
  if (bars.length === 0) return 'no runs yet';
  const counts = new Map<string, number>();
  for (const { state } of bars) counts.set(state, (counts.get(state) ?? 0) + 1);
  return `last ${bars.length} runs: ${[...counts].map(([state, count]) => `${count} ${state}`).join(', ')}`;
}
