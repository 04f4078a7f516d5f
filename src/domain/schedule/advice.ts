/** What is legal in a schedule but probably not meant, as far as it needs more than one key or the time of day. */

import { formatDuration } from '../input/durations.js';
import { CarillonError } from '../input/errors.js';
import { formatInstant } from '../input/instants.js';
import type { Values } from '../input/readers.js';
import type { FieldWarning } from '../input/warnings.js';
import { clockChangeAdvice } from './clock-change-advice.js';
import { firstAfter } from './expand.js';
import type { SCHEDULE_FIELDS } from './fields.js';
import { withoutEffect } from './no-effect.js';
import type { ScheduleDefinition } from './schedule.js';

/** `own`: what is written with the schedule itself, not by `defaults`. `now`: null where nobody can say. */
export function adviceOn(
  definition: ScheduleDefinition,
  own: Values<typeof SCHEDULE_FIELDS>,
  now: number | null,
): FieldWarning[] {
  return [
    ...passed(definition, now),
    ...withoutEffect(definition, own),
    ...offPhase(definition),
    ...jitterPastEnd(definition),
    ...(now === null ? [] : clockChangeAdvice(definition, now)),
  ];
}

function passed({ spec, endAt }: ScheduleDefinition, now: number | null): FieldWarning[] {
  if (now === null) return [];
  const warn = (key: string, detail: string): FieldWarning[] => [{ path: [key], detail, code: 'past' }];
  if (spec.kind === 'at' && spec.at <= now) {
    return warn(
      'at',
      `${formatInstant(spec.at)} has passed: a schedule made now has no run; write a later time, or remove it`,
    );
  }
  if (endAt === undefined || endAt > now) return [];
  return warn(
    'endAt',
    `${formatInstant(endAt)} has passed: no run comes any more; write a later time, or remove the schedule`,
  );
}

/** People expect the first run of `every` at `startAt`. */
function offPhase({ spec, startAt }: ScheduleDefinition): FieldWarning[] {
  if (spec.kind !== 'every' || startAt === undefined) return [];
  const { every, phase } = spec;
  const wanted = ((startAt % every) + every) % every;
  if (wanted === phase) return [];
  const first = formatInstant(startAt + ((((phase - wanted) % every) + every) % every));
  const detail = `is not on the phase of every, so the first run is ${first}; to run from startAt on write phase: ${formatDuration(wanted)}`;
  return [{ path: ['startAt'], detail, code: 'off_phase' }];
}

/** `endAt` looks at nominal times. */
function jitterPastEnd(definition: ScheduleDefinition): FieldWarning[] {
  const { jitter, endAt } = definition;
  if (jitter === undefined || endAt === undefined) return [];
  const late = firstRunAfter(definition, endAt - jitter);
  if (late === null) return [];
  const detail = `lets the run of ${formatInstant(late)} come due after endAt (${formatInstant(endAt)}), up to ${formatDuration(jitter)} late; end earlier, or write less jitter`;
  return [{ path: ['jitter'], detail, code: 'past_end' }];
}

/** A search that gives up has nothing to warn of. */
function firstRunAfter(definition: ScheduleDefinition, after: number): number | null {
  try {
    return firstAfter(definition, after);
  } catch (error) {
    if (error instanceof CarillonError) return null;
    throw error;
  }
}
