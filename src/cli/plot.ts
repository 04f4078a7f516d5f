/** Starts over time as a plot in text, as wide as there is room. */

import type { LoadStep } from '../domain/schedule/peak-finder.js';

export interface PlotSpan {
  /** ms */
  from: number;
  to: number;
  step: number;
  /** Columns of text. */
  width: number;
}

const ROWS = 6;
/** Steps in a column: of minutes these are the lengths that people count in. */
const ROUND = [1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720, 1_440, 2_880, 10_080];
const EIGHTHS = ' ▁▂▃▄▅▆▇█';

export interface Plot {
  lines: string[];
  /** What one column stands for, ms. */
  column: number;
}

/** Each column shows the busiest step of its time; the highest value stands at the left. No steps: no lines. */
export function plotOf(steps: readonly LoadStep[], { from, to, step, width }: PlotSpan): Plot {
  const [first, last] = [Math.floor(from / step), Math.ceil(to / step)];
  const highest = steps.reduce((most, { count }) => Math.max(most, count), 0);
  const margin = String(highest).length + 1;
  const room = Math.max(10, width - margin - 1);
  const all = Math.max(1, last - first);
  const least = Math.ceil(all / room);
  const each = ROUND.find((count) => count >= least) ?? least;
  if (highest === 0) return { lines: [], column: each * step };
  const columns = new Array<number>(Math.ceil(all / each)).fill(0);
  for (const { at, count } of steps) {
    // What jitter puts beyond the end is shown in the last column.
    const place = Math.min(columns.length - 1, Math.floor((at / step - first) / each));
    columns[place] = Math.max(columns[place] ?? 0, count);
  }
  const height = Math.min(ROWS, highest);
  const rows = Array.from({ length: height }, (_, row) => {
    const below = height - 1 - row;
    const bar = columns.map((count) => cellOf((count / highest) * height - below)).join('');
    const label = row === 0 ? String(highest) : '';
    return `${label.padStart(margin - 1)} │${bar}`.trimEnd();
  });
  const axis = `${'0'.padStart(margin - 1)} └${'─'.repeat(columns.length)}`;
  const times = ' '.repeat(margin + 1) + timesUnder(columns.length, first * step, each * step);
  return { lines: [...rows, axis, times], column: each * step };
}

/** What counts at all is seen. */
function cellOf(filled: number): string {
  if (filled >= 1) return '█';
  return filled <= 0 ? ' ' : (EIGHTHS[Math.max(1, Math.floor(filled * 8))] ?? '█');
}

/** A time under every so many columns, where there is room for it. */
function timesUnder(columns: number, begin: number, column: number): string {
  const days = columns * column > 2 * 86_400_000;
  let text = '';
  for (let at = 0; at < columns; at += 1) {
    if (at < text.length) continue;
    if (at % 12 !== 0) {
      text += ' ';
      continue;
    }
    const iso = new Date(begin + at * column).toISOString();
    const label = days ? iso.slice(5, 10) : iso.slice(11, 16);
    if (at + label.length <= columns) text += label;
  }
  return text.trimEnd();
}
