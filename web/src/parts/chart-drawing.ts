/** What uPlot is told: quiet axes, our colours, and a hint that tells the values under the pointer. */

import uPlot from 'uplot';
import { tip } from '../core/tip.js';
import { exactMoment } from '../core/words.js';
import type { Line } from './chart.js';
import { ChartHint } from './chart-hint.js';

export interface Drawn {
  lines: readonly Line[];
  height: number;
  tell: (value: number) => string;
  zone: string | undefined;
  data: (number | null | undefined)[][];
}

export function draw(place: HTMLElement, { lines, height, tell, zone, data }: Drawn): uPlot {
  const style = getComputedStyle(place);
  const colour = (name: string): string => resolved(place, name);
  const [quiet, line] = [colour('--quiet'), colour('--line')];
  const font = `11px ${style.fontFamily}`;
  const axis = { stroke: quiet, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  const bars = uPlot.paths.bars?.({ size: [0.8, 24], gap: 1 });
  const chart: uPlot = new uPlot(
    {
      width: place.clientWidth,
      height,
      padding: [8, 4, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
      scales: { y: { range: (_, __, top) => [0, Math.max(top, 1e-9) * 1.08] } },
      ...(zone ? { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1_000), zone) } : {}),
      axes: [
        { ...axis, grid: { show: false }, size: 24 },
        { ...axis, size: 52, values: (_, ticks) => ticks.map(tell), splits: threeSteps },
      ],
      series: [
        {},
        ...lines.map(({ label, colour: name, isArea, isBars }) => {
          const stroke = colour(name);
          return {
            label,
            stroke,
            width: 1.5,
            points: { show: false },
            ...(isArea || isBars ? { fill: isBars ? stroke : faded(stroke) } : {}),
            ...(isBars && bars ? { paths: bars } : {}),
          };
        }),
      ],
      hooks: {
        setCursor: [
          ({ cursor: { idx, left = -1 }, data: now }) => {
            const at = idx === null || idx === undefined ? undefined : now[0][idx];
            if (at === undefined || left < 0) {
              tip.value = null;
              return;
            }
            const box = chart.over.getBoundingClientRect();
            const rows = lines.map(({ label, colour: name }, i) => {
              const value = now[i + 1]?.[idx as number];
              return { label, colour: name, text: value === null || value === undefined ? '–' : tell(value) };
            });
            tip.value = {
              x: box.left + left,
              y: box.top + 8,
              content: ChartHint({ title: exactMoment(at * 1_000, zone), rows }),
            };
          },
        ],
      },
    },
    data as uPlot.AlignedData,
    place,
  );
  chart.over.addEventListener('mouseleave', () => {
    tip.value = null;
  });
  return chart;
}

/** Zero, a half and nearly all: more lines tell no more. */
function threeSteps(_: uPlot, __: number, ___: number, top: number): number[] {
  const rough = top / 2.4;
  const power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = [1, 2, 2.5, 5, 10].map((by) => by * power).findLast((by) => by <= rough) ?? power;
  return [0, step, 2 * step];
}

/** A canvas knows no custom properties. */
function resolved(place: HTMLElement, name: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(${name})`;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const faded = (colour: string): string =>
  colour.replace(/\)$/, ' / 0.14)').replace(/^rgb\((\d+), (\d+), (\d+)/, 'rgb($1 $2 $3');
