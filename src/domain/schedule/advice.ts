/** What is legal in a schedule but probably not meant, as far as it needs more than one key or the time of day. */

import { formatDuration } from '../input/durations.js';
import { CarillonError } from '../input/errors.js';
import { formatInstant } from '../input/instants.js';
import type { FieldProblem } from '../input/readers.js';
import { firstAfter } from './expand.js';
import type { ScheduleDefinition } from './schedule.js';

/** `timezoneGiven`: with the schedule itself, not by `defaults`. `now`: null where nobody can say. */
export function adviceOn(
  definition: ScheduleDefinition,
  timezoneGiven: boolean,
  now: number | null,
): FieldProblem[] {
  return [
    ...passed(definition, now),
    ...(timezoneGiven ? zoneWithoutEffect(definition) : []),
    ...offPhase(definition),
    ...jitterPastEnd(definition),
  ];
}

function passed({ spec, endAt }: ScheduleDefinition, now: number | null): FieldProblem[] {
  if (now === null) return [];
  if (spec.kind === 'at' && spec.at <= now) {
    return [{ path: ['at'], detail: `${formatInstant(spec.at)} has passed: a schedule made now has no run` }];
  }
  if (endAt === undefined || endAt > now) return [];
  return [{ path: ['endAt'], detail: `${formatInstant(endAt)} has passed: no run comes any more` }];
}

/** `exclude` goes by the clock of the zone, whatever the spec is. */
function zoneWithoutEffect({ spec, exclude }: ScheduleDefinition): FieldProblem[] {
  if (spec.kind === 'cron' || exclude) return [];
  const detail =
    spec.kind === 'at'
      ? 'has no effect: at says its own offset'
      : 'has no effect: every counts from 1970-01-01T00:00:00Z (and phase), whatever local clocks show; use cron for local times';
  return [{ path: ['timezone'], detail }];
}

/** People expect the first run of `every` at `startAt`. */
function offPhase({ spec, startAt }: ScheduleDefinition): FieldProblem[] {
  if (spec.kind !== 'every' || startAt === undefined) return [];
  const { every, phase } = spec;
  const wanted = ((startAt % every) + every) % every;
  if (wanted === phase) return [];
  const first = formatInstant(startAt + ((((phase - wanted) % every) + every) % every));
  const detail = `is not on the phase of every, so the first run is ${first}; to run from startAt on write phase: ${formatDuration(wanted)}`;
  return [{ path: ['startAt'], detail }];
}

/** `endAt` looks at nominal times. */
function jitterPastEnd(definition: ScheduleDefinition): FieldProblem[] {
  const { jitter, endAt } = definition;
  if (jitter === undefined || endAt === undefined) return [];
  const late = firstRunAfter(definition, endAt - jitter);
  if (late === null) return [];
  const detail = `lets the run of ${formatInstant(late)} come due after endAt (${formatInstant(endAt)}), up to ${formatDuration(jitter)} late`;
  return [{ path: ['jitter'], detail }];
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
