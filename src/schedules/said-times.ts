/** Instants and lengths of time as a sentence says them: by the clock of the schedule's zone, with UTC beside it. */

import { formatDuration } from '../domain/input/durations.js';
import { formatInstant } from '../domain/input/instants.js';
import type { ScheduleDefinition } from '../domain/schedule/schedule.js';
import { localTime } from '../domain/spec/local-time.js';

/** `2026-03-29 03:30 in Europe/Berlin (2026-03-29T01:30:00Z)`, or `2026-03-29 01:30 UTC`. */
export function saidTime(at: number, { spec, exclude }: ScheduleDefinition): string {
  const zone = spec.kind === 'cron' ? spec.timezone : (exclude?.timezone ?? 'UTC');
  const utc = formatInstant(at).replace('.000Z', 'Z');
  if (zone === 'UTC') return `${clockText(utc)} UTC`;
  return `${clockText(localTime(at, zone))} in ${zone} (${utc})`;
}

/** Seconds only where there are some. */
function clockText(iso: string): string {
  const [, day = '', minutes = '', seconds = ''] = /^([^T]+)T(\d\d:\d\d):(\d\d(?:\.\d+)?)/.exec(iso) ?? [];
  return seconds === '00' ? `${day} ${minutes}` : `${day} ${minutes}:${seconds}`;
}

/** A local time, ms as `Date.UTC` counts them. */
export function saidWall(wall: number): string {
  return clockText(formatInstant(wall).replace('.000Z', 'Z'));
}

/** To the second; below one `under a second`. */
export function saidLength(ms: number): string {
  return ms < 1_000 ? 'under a second' : formatDuration(Math.round(ms / 1_000) * 1_000);
}
