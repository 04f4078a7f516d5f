/** A schedule as the API shows it: the definition as a schedule file writes it, and how it stands now. */

import { formatDuration } from '../domain/input/durations.js';
import { formatInstant } from '../domain/input/instants.js';
import { GRACE } from '../domain/schedule/catch-up.js';
import { writtenExclusions } from '../domain/schedule/exclusions.js';
import type { CatchUp, Expectations, Pause, ScheduleDefinition, Spec } from '../domain/schedule/schedule.js';
import type { RetryPolicy } from '../domain/task/retry.js';
import type { ScheduleRow } from '../store/contract/index.js';
import type { Coming } from './coming.js';
import type { LastRun } from './last-runs.js';
import type { RunView } from './latest-runs.js';

export interface ScheduleView {
  /** What every call takes. */
  id: string;
  /** `enabled`, `disabled`, `paused`, `shadow`, `finished` or `faulty`. */
  state: string;
  /** The next five instants, by the calendar. */
  nextRuns: string[];
  /** When they come due, where the schedule has jitter. */
  nextDueAt?: string[];
  /** The run that was made last; null before the first. */
  lastRun: LastRun | null;
  /** The latest ones, where they were asked for. */
  runs?: RunView[];
  /** Instants that have fired, and that were missed, since it was made. */
  counters: { fired: number; missed: number };
  /** Since when, until when, and why. */
  paused?: Record<string, string | number>;
  /** Who paused it. */
  pausedBy?: string;
  /** Why it cannot be planned, of a faulty one. */
  fault?: string;
  /** Why it has finished: its runs, its end, its one instant. */
  finishedReason?: string;
  /** Who declared it: a file with its line, or the API. */
  source: ScheduleRow['schedule']['source'];
  /** Goes up with every change. */
  revision: number;
  /** When it was first declared. */
  createdAt: string;
  /** When it was last changed. */
  updatedAt: string;
  /** The keys of its definition, as a schedule file has them. */
  [key: string]: unknown;
}

export function scheduleView(
  row: ScheduleRow,
  { next, fired, missed, fault, finished }: Coming,
  lastRun: LastRun | null,
  runs?: RunView[],
): ScheduleView {
  const { definition, revision, source, createdAt, updatedAt, paused } = row.schedule;
  const state = fault === undefined ? stateOf(row, next.length === 0 && !isWaiting(lastRun)) : 'faulty';
  return {
    id: definition.id,
    state,
    ...documentOf(definition),
    nextRuns: next.map(({ nominal }) => formatInstant(nominal)),
    ...(definition.jitter === undefined ? {} : { nextDueAt: next.map(({ due }) => formatInstant(due)) }),
    lastRun,
    ...(runs ? { runs } : {}),
    counters: { fired, missed },
    ...(paused ? { paused: pauseView(paused), pausedBy: paused.by ?? 'api' } : {}),
    ...(fault === undefined ? {} : { fault }),
    ...(state === 'finished' && finished !== undefined ? { finishedReason: finished } : {}),
    source,
    revision,
    createdAt: formatInstant(createdAt),
    updatedAt: formatInstant(updatedAt),
  };
}

function pauseView({ at, until, ...plain }: Pause): Record<string, string | number> {
  return { at: formatInstant(at), ...(until === undefined ? {} : { until: formatInstant(until) }), ...plain };
}

/** Its last run is still to come: a schedule has not finished before. */
function isWaiting(run: LastRun | null): boolean {
  return run?.state === 'scheduled' || run?.state === 'ready';
}

function stateOf({ schedule }: ScheduleRow, atItsEnd: boolean): string {
  const { enabled } = schedule.definition;
  if (enabled === false) return 'disabled';
  if (schedule.paused) return 'paused';
  if (enabled === 'shadow') return 'shadow';
  return atItsEnd ? 'finished' : 'enabled';
}

/** The keys of a schedule file, every default filled in. */
export function documentOf(definition: ScheduleDefinition): Record<string, unknown> {
  const {
    id: _,
    spec,
    retry,
    timeout,
    expiresIn,
    retention,
    catchUp,
    startAt,
    endAt,
    exclude,
    jitter,
    expect,
    ...plain
  } = definition;
  return {
    ...plain,
    ...specOf(spec),
    ...(exclude ? { timezone: exclude.timezone, exclude: writtenExclusions(exclude) } : {}),
    ...(jitter === undefined ? {} : { jitter: formatDuration(jitter) }),
    ...(startAt === undefined ? {} : { startAt: formatInstant(startAt) }),
    ...(endAt === undefined ? {} : { endAt: formatInstant(endAt) }),
    retry: retryOf(retry),
    ...(timeout === undefined ? {} : { timeout: formatDuration(timeout) }),
    ...(expiresIn === undefined ? {} : { expiresIn: formatDuration(expiresIn) }),
    ...(retention === undefined ? {} : { retention: formatDuration(retention) }),
    catchUp: catchUpOf(catchUp),
    ...(expect ? { expect: durationsOf(expect) } : {}),
  };
}

function specOf(spec: Spec): Record<string, unknown> {
  if (spec.kind === 'at') return { at: formatInstant(spec.at) };
  if (spec.kind === 'every') {
    return {
      every: formatDuration(spec.every),
      ...(spec.phase === 0 ? {} : { phase: formatDuration(spec.phase) }),
    };
  }
  // Of another release: what it says is shown as it is.
  if (spec.kind !== 'cron') return { spec };
  const { expressions, timezone, gap, fold } = spec;
  return { cron: expressions.length === 1 ? expressions[0] : expressions, timezone, dst: { gap, fold } };
}

function retryOf({ delay, maxDelay, delays, maxElapsed, ...plain }: RetryPolicy): Record<string, unknown> {
  return {
    ...plain,
    delay: formatDuration(delay),
    maxDelay: formatDuration(maxDelay),
    ...(delays ? { delays: delays.map(formatDuration) } : {}),
    ...(maxElapsed === undefined ? {} : { maxElapsed: formatDuration(maxElapsed) }),
  };
}

function catchUpOf({ window, grace = GRACE, ...plain }: CatchUp): Record<string, unknown> {
  return { ...plain, window: formatDuration(window), grace: formatDuration(grace) };
}

function durationsOf(lengths: Expectations): Record<string, string> {
  return Object.fromEntries(
    Object.entries(lengths).map(([key, ms]: [string, number]) => [key, formatDuration(ms)]),
  );
}
