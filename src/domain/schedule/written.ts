/** A definition as a schedule file writes it: read again it is the same, and what is as usual is left out. */

import { canonical } from '../input/canonical.js';
import { formatDuration } from '../input/durations.js';
import { formatInstant } from '../input/instants.js';
import { DEFAULT_RETRY, type RetryPolicy } from '../task/retry.js';
import { DEFAULT_CATCH_UP, present } from './definition.js';
import { writtenExclusions } from './exclusions.js';
import type { CatchUp, Expectations, ScheduleDefinition, Spec } from './schedule.js';

/** The keys of a schedule file; the calendars that it names stand beside the schedules. */
export function writtenDefinition(definition: ScheduleDefinition): Record<string, unknown> {
  const { formerly, description, owner, handler, payload, spec, startAt, endAt, exclude } = definition;
  const { jitter, maxRuns, queue, priority, retry, timeout, expiresIn, retention } = definition;
  const { catchUp, overlap, expect, heartbeat, pauseAfter, enabled, labels, concurrencyKey } = definition;
  const timezone = exclude?.timezone ?? (spec.kind === 'cron' ? spec.timezone : undefined);
  return present({
    ...{ formerly, description, owner, handler, payload },
    ...whenOf(spec),
    timezone: timezone === 'UTC' ? undefined : timezone,
    startAt: startAt === undefined ? undefined : formatInstant(startAt),
    endAt: endAt === undefined ? undefined : formatInstant(endAt),
    exclude: exclude && writtenExclusions(exclude),
    jitter: lengthOf(jitter),
    maxRuns,
    queue: queue === 'default' ? undefined : queue,
    priority: priority === 'normal' ? undefined : priority,
    retry: retryOf(retry),
    timeout: lengthOf(timeout),
    expiresIn: lengthOf(expiresIn),
    retention: lengthOf(retention),
    catchUp: catchUpOf(catchUp),
    overlap: overlap === 'skip' ? undefined : overlap,
    expect: expect && lengthsOf(expect),
    heartbeat,
    pauseAfter,
    enabled: enabled === true ? undefined : enabled,
    labels: unlessEmpty(labels),
    concurrencyKey,
  });
}

function whenOf(spec: Spec): Record<string, unknown> {
  if (spec.kind === 'at') return { at: formatInstant(spec.at) };
  if (spec.kind === 'every') return { every: lengthOf(spec.every), phase: lengthOf(spec.phase || undefined) };
  const { expressions, gap, fold } = spec;
  const dst = unlessEmpty({
    ...(gap === 'shift' ? {} : { gap }),
    ...(fold === 'first' ? {} : { fold }),
  });
  return { cron: expressions.length === 1 ? expressions[0] : expressions, dst };
}

const lengthOf = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : formatDuration(ms);

/** Without `maxAttempts` a list of delays would say how many there are. */
function retryOf(retry: RetryPolicy): Record<string, unknown> | undefined {
  const { delay, maxDelay, delays, maxElapsed, ...plain } = differing(retry, DEFAULT_RETRY);
  return unlessEmpty({
    ...(delays ? { maxAttempts: retry.maxAttempts } : {}),
    ...plain,
    ...lengthsOf({ delay, maxDelay, maxElapsed }),
    ...(delays ? { delays: delays.map(formatDuration) } : {}),
  });
}

function catchUpOf(catchUp: CatchUp): Record<string, unknown> | undefined {
  const { window, grace, ...plain } = differing(catchUp, DEFAULT_CATCH_UP);
  return unlessEmpty({ ...plain, ...lengthsOf({ window, grace }) });
}

function differing<T extends object>(value: T, usual: Readonly<Partial<T>>): Partial<T> {
  const kept = (Object.keys(value) as (keyof T)[]).filter(
    (key) => canonical(value[key]) !== canonical(usual[key]),
  );
  return Object.fromEntries(kept.map((key) => [key, value[key]])) as Partial<T>;
}

function lengthsOf(lengths: Expectations | Record<string, number | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(lengths).flatMap(([key, ms]: [string, number | undefined]) =>
      ms === undefined ? [] : [[key, formatDuration(ms)]],
    ),
  );
}

function unlessEmpty<T extends object>(value: T): T | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}
