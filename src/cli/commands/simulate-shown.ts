/** What `carillon simulate` prints of a timetable: for people a table, a plot, peaks and totals; for programs JSON. */

import { formatDuration } from '../../domain/input/durations.js';
import { formatInstant } from '../../domain/input/instants.js';
import type { Timetable, TimetableItem } from '../../domain/schedule/timetable.js';
import type { Output } from '../output.js';
import { plotOf } from '../plot.js';

export interface Simulated extends Timetable {
  /** ms */
  from: number;
  to: number;
  step: number;
  /** Schedules that start nothing, and why. */
  disabled: number;
  shadow: number;
  elsewhere: number;
}

/** Schedules in the table of totals. */
const MOST_TOTALS = 30;

export function simulationJson(simulated: Simulated): object {
  const { from, to, step, total, items, load, peaks, totals, clockChanges } = simulated;
  const { disabled, shadow, elsewhere } = simulated;
  return {
    ...{ from: formatInstant(from), to: formatInstant(to), total },
    items: items.map(({ at, nominal, definition, clockChange }) => ({
      ...{ at: formatInstant(at), nominalAt: formatInstant(nominal), id: definition.id },
      ...{ handler: definition.handler, queue: definition.queue },
      ...(clockChange ? { dst: clockChange.kind } : {}),
    })),
    more: total - items.length,
    step: formatDuration(step),
    load: load.map(({ at, count }) => ({ at: formatInstant(at), count })),
    peaks: peaks.map((peak) => ({ ...peak, at: formatInstant(peak.at) })),
    schedules: totals.map(({ definition, runs, first, last }) => ({
      ...{ id: definition.id, runs, first: formatInstant(first), last: formatInstant(last) },
    })),
    clockChanges: clockChanges.map(({ at, timezone, before, after }) => ({
      ...{ at: formatInstant(at), timezone, before: offset(before), after: offset(after) },
    })),
    ...{ disabled, shadow, elsewhere },
  };
}

/** `width`: columns of text. */
export function tellSimulation(output: Output, simulated: Simulated, width: number): void {
  const { total, items, totals } = simulated;
  if (items.length > 0) {
    const heading = ['at', 'schedule', 'handler', 'queue', ''];
    output.table(
      heading,
      items.map(({ at, definition, ...rest }) => [
        { time: formatInstant(at) },
        ...[definition.id, definition.handler, definition.queue],
        clockWords({ at, definition, ...rest }),
      ]),
      '',
    );
    if (total > items.length) output.line(`and ${total - items.length} more (--limit)`);
  }
  tellLoad(output, simulated, width);
  if (totals.length > 0) {
    output.line('');
    output.table(
      ['schedule', 'starts', 'first', 'last'],
      totals
        .slice(0, MOST_TOTALS)
        .map(({ definition, runs, first, last }) => [
          ...[definition.id, String(runs)],
          ...[{ time: formatInstant(first) }, { time: formatInstant(last) }],
        ]),
      '',
    );
    if (totals.length > MOST_TOTALS)
      output.line(`and ${totals.length - MOST_TOTALS} more schedules (--json)`);
  }
  output.line('');
  output.line(summary(simulated));
}

function tellLoad(
  output: Output,
  { load, peaks, from, to, step, clockChanges }: Simulated,
  width: number,
): void {
  const { lines, column } = plotOf(load, { from, to, step, width });
  if (lines.length > 0) {
    const of = column === step ? '' : `, the most in each ${formatDuration(column)}`;
    output.line('');
    output.line(`starts in ${formatDuration(step)}${of}, times in UTC`);
    for (const line of lines) output.line(line);
    output.line('');
    output.table(
      ['busiest', 'starts', 'of'],
      peaks.map(({ at, count, ids, more }) => [
        { time: formatInstant(at) },
        String(count),
        `${ids.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
      ]),
      '',
    );
  }
  for (const { at, timezone, before, after } of clockChanges) {
    output.line([
      { time: formatInstant(at) },
      `the clocks change in ${timezone}: ${offset(before)} → ${offset(after)}`,
    ]);
  }
}

/** What a change of the clocks has to do with a start. */
function clockWords({ clockChange }: TimetableItem): string {
  if (!clockChange) return '';
  if (clockChange.kind === 'fold') return `${clockChange.pass} pass of a local time that comes twice`;
  return `in place of ${new Date(clockChange.wall).toISOString().slice(11, 16)}, which is left out`;
}

function offset(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${ms < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function summary({ total, totals, from, to, disabled, shadow, elsewhere }: Simulated): string {
  const starts = `${total} ${total === 1 ? 'start' : 'starts'} of ${totals.length} ${totals.length === 1 ? 'schedule' : 'schedules'}`;
  const left = [
    ...(disabled > 0 ? [`${disabled} disabled`] : []),
    ...(shadow > 0 ? [`${shadow} in the shadow`] : []),
    ...(elsewhere > 0 ? [`${elsewhere} for other environments`] : []),
  ];
  const without = left.length > 0 ? `; left out: ${left.join(', ')}` : '';
  return `${starts} in ${formatDuration(to - from)} from ${formatInstant(from)}${without}`;
}
