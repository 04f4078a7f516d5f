/** What uPlot is told: quiet axes, our colours, and a hint that tells the values under the pointer. */

import uPlot from 'uplot';
import { coloursIn, faded } from '../core/colours.js';
import { tip } from '../core/tip.js';
import { exactMoment, hourOf, length, shortDay } from '../core/words.js';
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
  const names = ['--quiet', '--line', ...lines.map(({ colour: name }) => name)];
  const colours = coloursIn(place, names);
  const colour = (name: string): string => colours[name] ?? '';
  const [quiet, line] = [colour('--quiet'), colour('--line')];
  const font = `11px ${style.fontFamily}`;
  const axis = { stroke: quiet, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  const bars = uPlot.paths.bars?.({ size: [0.8, 24], gap: 1 });
  const chart: uPlot = new uPlot(
    {
      width: place.clientWidth,
      height,
      // On the right half a label of the time below: the last one is not cut.
      padding: [8, 18, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
      scales: { y: { range: (_, __, top) => [0, Math.max(top, 1e-9) * 1.08] } },
      ...(zone ? { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1_000), zone) } : {}),
      axes: [
        { ...axis, grid: { show: false }, size: 24, values: (_, ticks) => oneLine(ticks, zone) },
        {
          ...axis,
          size: widest,
          values: (_, ticks) => ticks.map(tell),
          splits: tell === length ? stepsOfTime : threeSteps,
        },
      ],
      series: [
        {},
        ...lines.map(({ label, colour: name, isArea, isBars }) => {
          const stroke = colour(name);
          return {
            label,
            stroke,
            width: 1.5,
            // A line cannot show a value that has none beside it.
            points: {
              show: false,
              size: 5,
              fill: stroke,
              filter: (u: uPlot, i: number) => alone(u.data[i] ?? []),
            },
            ...(isArea || isBars ? { fill: isBars ? stroke : faded(stroke, 0.14) } : {}),
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

/** Where there is a value, and none on either side; null where each has one beside it. */
function alone(values: ArrayLike<number | null | undefined>): number[] | null {
  const found: number[] = [];
  for (let i = 0; i < values.length; i += 1) {
    if (values[i] != null && values[i - 1] == null && values[i + 1] == null) found.push(i);
  }
  return found.length > 0 ? found : null;
}

/** Days where they change, hours otherwise, and seconds where ticks stand within one minute. */
function oneLine(ticks: readonly number[], zone: string | undefined): string[] {
  const apart = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  return ticks.map((seconds, i) => {
    const ms = seconds * 1_000;
    if (apart >= 43_200) return shortDay(ms, zone);
    const before = ticks[i - 1];
    const isOther = before !== undefined && shortDay(before * 1_000, zone) !== shortDay(ms, zone);
    if (isOther) return shortDay(ms, zone);
    return apart < 60 ? (seconds % 60 === 0 ? hourOf(ms, zone) : '') : hourOf(ms, zone);
  });
}

/** As wide as the widest of its labels. */
function widest(_: uPlot, labels: readonly string[] | null): number {
  return Math.max(36, ...(labels ?? []).map((label) => label.length * 6.4 + 14));
}

/** ms at which lengths of time are round. */
const ROUND = [1, 2, 5, 10, 20, 50, 100, 200, 500].concat(
  [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400].map(
    (seconds) => seconds * 1_000,
  ),
);

function stepsOfTime(_: uPlot, __: number, ___: number, top: number): number[] {
  const step = ROUND.findLast((one) => one <= top / 2.1);
  return step === undefined ? [0] : [0, step, 2 * step];
}

/** Zero, a half and nearly all: more lines tell no more. */
function threeSteps(_: uPlot, __: number, ___: number, top: number): number[] {
  // Nothing was counted, or at most one.
  if (top < 1.2) return top < 1 ? [0] : [0, 1];
  const rough = top / 2.4;
  const power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = [1, 2, 2.5, 5, 10].map((by) => by * power).findLast((by) => by <= rough) ?? power;
  return [0, step, 2 * step];
}
