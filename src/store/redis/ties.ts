/** What a task is tied by, as its creation tells Redis (see lua/include/ties.lua): known then, it decides the lane. */

import { readRunId } from '../../domain/schedule/run-id.js';
import type { TaskDraft } from '../contract/index.js';
import type { LaneKind } from './partition.js';

/** '' when nothing must be freed at its end, as with most tasks. */
export function tiesOf({ options, unique }: TaskDraft): string {
  return (
    tie('k', options?.concurrencyKey) +
    tie(unique?.mode === 'throttle' ? 't' : 'u', options?.uniqueKey) +
    tie('r', options?.retention?.toString())
  );
}

function tie(letter: string, name: string | undefined): string {
  return name === undefined ? '' : `${letter}${Buffer.byteLength(name)}:${name}`;
}

/**
 * Which lane a task goes through: a plain one, a gated one, one of runs, or one of runs that wait for earlier ones
 * whatever their schedule's policy; each with a concurrency key or without.
 */
export function laneKind(draft: TaskDraft): LaneKind {
  const hasKey = draft.options?.concurrencyKey !== undefined;
  const run = draft.id.includes('@') ? readRunId(draft.id) : null;
  if (run) {
    const waits = run.kind === 'backfill' || draft.options?.run?.kind === 'catchUp';
    return runKind(waits, hasKey);
  }
  if (hasKey) return '#';
  return isTied(draft) ? '_' : '';
}

/** Of a run of a schedule. */
export function runKind(waits: boolean, hasKey: boolean): LaneKind {
  if (hasKey) return waits ? '&' : '%';
  return waits ? '+' : '@';
}

export function isTied({ options }: TaskDraft): boolean {
  const { uniqueKey, concurrencyKey, retention } = options ?? {};
  return uniqueKey !== undefined || concurrencyKey !== undefined || retention !== undefined;
}
