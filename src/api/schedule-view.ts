/** A schedule as the API shows it: the definition as a schedule file writes it, and how it stands now. */

import { formatDuration } from '../domain/durations.js';
import { nextRuns } from '../domain/expand.js';
import { formatInstant } from '../domain/instants.js';
import type { RetryPolicy } from '../domain/retry.js';
import type { CatchUp, ScheduleDefinition, Spec } from '../domain/schedule.js';
import type { ScheduleRow } from '../store/contract.js';

export type ScheduleView = ReturnType<typeof scheduleView>;

const NEXT_RUNS = 5;
/** Schedules whose next runs are kept; beyond this they are worked out again. */
const KEPT = 5_000;

/** Next runs by schedule, worked out again only after an edit or when the first of them has passed. */
export type RunsOf = (row: ScheduleRow, now: number) => number[];

export function createRuns(): RunsOf {
  const kept = new Map<string, { revision: number; runs: number[] }>();
  return ({ schedule }, now) => {
    const { definition, revision } = schedule;
    if (schedule.paused || schedule.fault !== undefined) return [];
    const known = kept.get(definition.id);
    if (known?.revision === revision && (known.runs[0] ?? now) > now) return known.runs;
    const runs = nextRuns(definition, now, NEXT_RUNS);
    if (kept.size >= KEPT) kept.clear();
    kept.set(definition.id, { revision, runs });
    return runs;
  };
}

export function scheduleView(row: ScheduleRow, runs: readonly number[]) {
  const { definition, revision, source, createdAt, updatedAt, paused, fault } = row.schedule;
  return {
    id: definition.id,
    state: stateOf(row, runs),
    ...documentOf(definition),
    nextRuns: runs.map(formatInstant),
    ...(paused ? { paused: { ...paused, at: formatInstant(paused.at) } } : {}),
    ...(fault === undefined ? {} : { fault }),
    source,
    revision,
    createdAt: formatInstant(createdAt),
    updatedAt: formatInstant(updatedAt),
  };
}

function stateOf({ schedule }: ScheduleRow, runs: readonly number[]): string {
  const { enabled } = schedule.definition;
  if (schedule.fault !== undefined) return 'faulty';
  if (enabled === false) return 'disabled';
  if (schedule.paused) return 'paused';
  if (enabled === 'shadow') return 'shadow';
  return runs.length === 0 ? 'finished' : 'enabled';
}

/** The keys of interface §4, every default filled in. */
function documentOf(definition: ScheduleDefinition): Record<string, unknown> {
  const { id: _, spec, retry, timeout, catchUp, startAt, endAt, later, ...plain } = definition;
  return {
    ...plain,
    ...specOf(spec),
    ...(startAt === undefined ? {} : { startAt: formatInstant(startAt) }),
    ...(endAt === undefined ? {} : { endAt: formatInstant(endAt) }),
    retry: retryOf(retry),
    ...(timeout === undefined ? {} : { timeout: formatDuration(timeout) }),
    catchUp: catchUpOf(catchUp),
    ...laterOf(later),
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
  const { expressions, timezone, gap, fold } = spec;
  return { cron: expressions.length === 1 ? expressions[0] : expressions, timezone, dst: { gap, fold } };
}

function retryOf({ delay, maxDelay, delays, ...plain }: RetryPolicy): Record<string, unknown> {
  return {
    ...plain,
    delay: formatDuration(delay),
    maxDelay: formatDuration(maxDelay),
    ...(delays ? { delays: delays.map(formatDuration) } : {}),
  };
}

function catchUpOf({ window, ...plain }: CatchUp): Record<string, unknown> {
  return { ...plain, window: formatDuration(window) };
}

/** Kept for later releases in ms; shown as people wrote them. */
function laterOf({ jitter, expect, ...plain }: Record<string, unknown>): Record<string, unknown> {
  const shown = { ...plain };
  if (typeof jitter === 'number') shown['jitter'] = formatDuration(jitter);
  if (typeof expect === 'object' && expect !== null) {
    shown['expect'] = Object.fromEntries(
      Object.entries(expect).map(([key, value]) => [
        key,
        typeof value === 'number' ? formatDuration(value) : value,
      ]),
    );
  }
  return shown;
}
