/** A time, relative as the seconds go by or as a clock shows it; pointing at it tells it in full. */

import { now } from '../core/clock.js';
import { exactMoment, moment, relative, zoneFor } from '../core/words.js';

interface TimeProps {
  at: string | number;
  /** Of the schedule it belongs to. */
  zone?: string | undefined;
  /** `relative`: 4 min ago; `clock`: 14:03:07; `both`. */
  as?: 'relative' | 'clock' | 'both';
}

export function Time({ at, zone, as = 'relative' }: TimeProps) {
  const ms = typeof at === 'number' ? at : Date.parse(at);
  return (
    <time dateTime={new Date(ms).toISOString()} title={everywhere(ms, zone)}>
      {as !== 'clock' && <Relative at={ms} />}
      {as === 'both' && <span class="quiet"> · </span>}
      {as !== 'relative' && <Clock at={ms} zone={zone} />}
    </time>
  );
}

/** Draws itself again when its text changes, not each second. */
function Relative({ at }: { at: number }) {
  return <>{relative(at, now.value)}</>;
}

function Clock({ at, zone }: { at: number; zone?: string | undefined }) {
  return <span class={`clock`}>{moment(at, now.value, zoneFor(zone))}</span>;
}

/** In this machine's zone, in UTC, and in its own. */
function everywhere(at: number, zone: string | undefined): string {
  const zones = new Set([undefined, 'UTC', ...(zone && zone !== 'UTC' ? [zone] : [])]);
  return [...zones]
    .map((one) => exactMoment(at, one) + (one === zone && zone ? ` (${zone})` : ''))
    .join('\n');
}
