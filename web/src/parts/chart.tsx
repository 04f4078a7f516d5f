/** A chart over time; the library that draws it is loaded when the first one is shown. */

import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import { theme } from '../core/settings.js';
import { zoneFor } from '../core/words.js';

export interface Line {
  label: string;
  /** A custom property: --completed. */
  colour: string;
  /** undefined and null: a gap. */
  values: readonly (number | null | undefined)[];
  /** Filled down to zero. */
  isArea?: boolean;
  /** Not drawn through, but as steps of bars. */
  isBars?: boolean;
}

interface ChartProps {
  label: string;
  /** ms, ascending. */
  times: readonly number[];
  lines: readonly Line[];
  height?: number;
  /** How a value is told: 12 ms. */
  tell: (value: number) => string;
  /** Zero is an answer, not the want of one. */
  zeroIsTold?: boolean;
}

export function Chart({ label, times, lines, height = 180, tell, zeroIsTold }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const shape =
    lines.map(({ label: name, isArea, isBars }) => `${name}${isArea}${isBars}`).join() + theme.value;
  const zone = zoneFor();
  const data = [times.map((ms) => ms / 1_000), ...lines.map(({ values }) => [...values])];
  const latest = useRef(data);
  latest.current = data;

  useEffect(() => {
    let isOver = false;
    let made: uPlot | undefined;
    let watcher: ResizeObserver | undefined;
    void import('./chart-drawing.js').then(({ draw }) => {
      const element = place.current;
      if (isOver || !element) return;
      made = draw(element, { lines, height, tell, zone, data: latest.current });
      chart.current = made;
      watcher = new ResizeObserver(() => made?.setSize({ width: element.clientWidth, height }));
      watcher.observe(element);
    });
    return () => {
      isOver = true;
      watcher?.disconnect();
      made?.destroy();
      chart.current = null;
    };
  }, [shape, zone, height]);

  useEffect(() => {
    chart.current?.setData(latest.current as uPlot.AlignedData);
  }, [times, lines]);

  const isEmpty = !zeroIsTold && lines.every(({ values }) => values.every((value) => !value));
  return (
    <div ref={place} class="chart" style={{ height: `${height}px` }} role="img" aria-label={label}>
      {isEmpty && <span class="chart-empty">nothing in this time</span>}
    </div>
  );
}
