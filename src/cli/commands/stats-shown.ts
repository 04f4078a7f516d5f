/** How a queue or a schedule went lately, as the command line tells it. */

import { formatDuration } from '../../domain/input/durations.js';
import type { Percentiles, Stats, StatsFigures } from '../../stats/series.js';
import type { Fact } from '../facts.js';
import type { Remote } from '../remote.js';

const HOUR = 3_600_000;

/** The last hour of a queue. */
export async function queueStats(remote: Remote, queue: string): Promise<Fact[]> {
  const { total } = (await remote.get('/v1/stats', { queue, step: '1m' })) as Stats;
  return [
    ['last hour', countsOf(total)],
    ['waits', lengthsOf(total.waitMs)],
    ['runs take', lengthsOf(total.runMs)],
  ];
}

/** The last thirty days of a schedule. */
export async function scheduleStats(remote: Remote, schedule: string): Promise<Fact[]> {
  const { items, total } = (await remote.get('/v1/stats', { schedule, step: '1d' })) as Stats;
  const days = items.length;
  return [
    ['usually takes', lengthsOf(total.runMs)],
    ['late', lengthsOf(total.latenessMs)],
    [`last ${days} days`, countsOf(total)],
  ];
}

/** Nothing of what did not happen; undefined where nothing did. */
function countsOf(figures: StatsFigures): string | undefined {
  const words = ['completed', 'failed', 'dead', 'cancelled', 'skipped', 'missed'] as const;
  const said = words.filter((word) => figures[word] > 0).map((word) => `${figures[word]} ${word}`);
  return said.length > 0 ? said.join(', ') : undefined;
}

function lengthsOf({ p50, p95 }: Percentiles): string | undefined {
  return p50 === null || p95 === null ? undefined : `${lengthText(p50)} (p95 ${lengthText(p95)})`;
}

/** As exactly as it is known: to a tenth below a minute, to seconds below an hour. */
export function lengthText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${Number((ms / 1_000).toPrecision(2))}s`;
  const unit = ms < HOUR ? 1_000 : 60_000;
  return formatDuration(Math.round(ms / unit) * unit);
}
