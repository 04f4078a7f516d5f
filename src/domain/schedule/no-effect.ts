/** Keys of a schedule that do nothing where they stand, each with why. What `defaults` say is meant for others. */

import type { Path, Values } from '../input/readers.js';
import type { FieldWarning } from '../input/warnings.js';
import { isFixedZone } from '../spec/changed-days.js';
import { compileSpec } from '../spec/compile.js';
import type { SCHEDULE_FIELDS } from './fields.js';
import type { ScheduleDefinition } from './schedule.js';

type Own = Values<typeof SCHEDULE_FIELDS>;

export function withoutEffect(definition: ScheduleDefinition, own: Own): FieldWarning[] {
  return [
    ...zone(definition, own),
    ...clockRules(definition, own),
    ...oneOff(definition, own),
    ...retrying(definition, own),
  ];
}

function nothing(path: Path, why: string): FieldWarning {
  return { path, detail: `has no effect: ${why}`, code: 'no_effect' };
}

/** `exclude` goes by the clock of the zone, whatever the spec is. */
function zone({ spec, exclude }: ScheduleDefinition, { timezone }: Own): FieldWarning[] {
  if (timezone === undefined || spec.kind === 'cron' || exclude) return [];
  const why =
    spec.kind === 'at'
      ? 'at says its own offset; leave it out'
      : 'every counts from 1970-01-01T00:00:00Z (and phase), whatever local clocks show; use cron for local times';
  return [nothing(['timezone'], why)];
}

function clockRules({ id, spec }: ScheduleDefinition, { dst }: Own): FieldWarning[] {
  if (dst === undefined || Object.keys(dst).length === 0) return [];
  if (spec.kind !== 'cron') {
    return [nothing(['dst'], `${spec.kind} does not go by local clocks; leave it out, or use cron`)];
  }
  if (isFixedZone(spec.timezone)) {
    const why = `the clocks of ${spec.timezone} are never changed; leave it out, or write the timezone that was meant`;
    return [nothing(['dst'], why)];
  }
  const realTime = compileSpec(spec, id).patterns.every(({ hours }) => hours.length === 24);
  const why =
    'a cron for every hour of the day follows real time, and has no local time to miss or repeat; leave it out';
  return realTime ? [nothing(['dst'], why)] : [];
}

/** It runs once, whatever these say. */
function oneOff({ spec }: ScheduleDefinition, own: Own): FieldWarning[] {
  if (spec.kind !== 'at') return [];
  const keys = (['startAt', 'endAt', 'maxRuns', 'exclude'] as const).filter((key) => own[key] !== undefined);
  return keys.map((key) => nothing([key], 'at is one run already, at that time; leave it out'));
}

function retrying({ retry }: ScheduleDefinition, own: Own): FieldWarning[] {
  const given = own.retry ?? {};
  const keys = (['backoff', 'delay', 'maxDelay', 'jitter', 'delays', 'maxElapsed'] as const).filter(
    (key) => given[key] !== undefined,
  );
  if (retry.maxAttempts === 1) {
    return keys.map((key) =>
      nothing(['retry', key], 'with maxAttempts: 1 nothing is tried again; leave it out, or allow more'),
    );
  }
  if (retry.delays === undefined) return [];
  const others = keys.filter((key) => key !== 'delays' && key !== 'maxElapsed');
  return others.map((key) =>
    nothing(['retry', key], 'delays say each delay by itself; leave out one of them'),
  );
}
