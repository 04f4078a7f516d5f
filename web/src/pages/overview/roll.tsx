/** The roll: one lane per schedule, from five minutes ago over now to five minutes ahead. */

import { effect, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { timeNow } from '../../core/clock.js';
import { schedulePlace, taskPlace } from '../../core/places.js';
import { navigate } from '../../core/router.js';
import { theme } from '../../core/settings.js';
import { tip } from '../../core/tip.js';
import { watching } from '../../core/visible.js';
import { plural } from '../../core/words.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Section } from '../../parts/page.js';
import { AXIS, type Colours, drawRoll, instantAt, LANE, rollColours, type View } from './roll-drawing.js';
import { RollHint } from './roll-hint.js';
import { followLanes, hidden, known, lanes } from './roll-lanes.js';

/** Two pixels a second need no more pictures than this, ms between two. */
const PICTURE = 45;
const CALM = 1_000;

export function Roll() {
  useEffect(followLanes, []);
  const shown = lanes.value;
  if (known.value && shown.length === 0) {
    return (
      <Section title="The roll">
        <EmptyState title="Nothing runs in these ten minutes." command="carillon schedules list" />
      </Section>
    );
  }
  return (
    <Section
      title="The roll"
      beside={
        hidden.value > 0
          ? `${plural(shown.length, 'schedule')} of ${shown.length + hidden.value} that run within five minutes`
          : 'five minutes back, five ahead'
      }
    >
      <div class="roll">
        <ul class="roll-names" style={{ paddingTop: `${AXIS}px` }}>
          {shown.map(({ id }) => (
            <li key={id} style={{ height: `${LANE}px` }}>
              <a href={schedulePlace(id)} title={id}>
                {id}
              </a>
            </li>
          ))}
        </ul>
        <Picture count={Math.max(3, shown.length)} />
      </div>
    </Section>
  );
}

function Picture({ count }: { count: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const pointed = useSignal<View['pointed']>(null);
  const height = AXIS + count * LANE;

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return undefined;
    let colours: Colours = rollColours(element.parentElement ?? document.body);
    let width = 0;
    let drawnAt = 0;
    let frame = 0;
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const recolour = (): void => {
      colours = rollColours(element.parentElement ?? document.body);
    };
    const resize = (): void => {
      width = element.parentElement?.clientWidth ?? 0;
      const scale = devicePixelRatio || 1;
      element.width = Math.round(width * scale);
      element.height = Math.round(height * scale);
      context.setTransform(scale, 0, 0, scale, 0, 0);
      drawnAt = 0;
    };
    const font = `11px ${getComputedStyle(element).fontFamily}`;
    const draw = (at: number): void => {
      frame = requestAnimationFrame(draw);
      if (at - drawnAt < (isCalm ? CALM : PICTURE)) return;
      drawnAt = at;
      drawRoll(context, lanes.value, {
        width,
        height,
        now: timeNow(),
        colours,
        font,
        pointed: pointed.value,
      });
    };
    const watcher = new ResizeObserver(resize);
    watcher.observe(element.parentElement ?? element);
    resize();
    dark.addEventListener('change', recolour);
    const unwatch = effect(() => {
      void theme.value;
      recolour();
      cancelAnimationFrame(frame);
      // Held still, it shows the moment at which it was.
      if (watching.value) frame = requestAnimationFrame(draw);
    });
    return () => {
      unwatch();
      cancelAnimationFrame(frame);
      watcher.disconnect();
      dark.removeEventListener('change', recolour);
    };
  }, [height]);

  const find = (event: MouseEvent): View['pointed'] => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const lane = Math.floor((event.clientY - box.top - AXIS) / LANE);
    const found = lanes.value[lane];
    const instant = found && instantAt(found, event.clientX - box.left, { width: box.width, now: timeNow() });
    return instant ? { lane, instant } : null;
  };
  const onLeave = (): void => {
    pointed.value = null;
    tip.value = null;
  };
  return (
    <div class="roll-picture" style={{ height: `${height}px` }}>
      <canvas
        ref={canvas}
        role="img"
        aria-label="Runs of each schedule, from five minutes ago to five minutes ahead"
        class={pointed.value ? 'pointed' : undefined}
        onMouseMove={(event) => {
          const found = find(event);
          if (found?.instant === pointed.value?.instant) return;
          pointed.value = found;
          const lane = found && lanes.value[found.lane];
          const box = event.currentTarget.getBoundingClientRect();
          tip.value =
            found && lane
              ? {
                  x: event.clientX,
                  y: box.top + AXIS + found.lane * LANE,
                  content: (
                    <RollHint
                      key={lane.id + found.instant.nominalAt}
                      id={lane.id}
                      zone={lane.zone}
                      instant={found.instant}
                    />
                  ),
                }
              : null;
        }}
        onMouseLeave={onLeave}
        onClick={(event) => {
          const found = find(event);
          const lane = found && lanes.value[found.lane];
          if (!found || !lane) return;
          onLeave();
          navigate(found.instant.taskId ? taskPlace(found.instant.taskId) : schedulePlace(lane.id));
        }}
      />
    </div>
  );
}
