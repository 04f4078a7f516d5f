/** What a task is tied by, as its creation tells Redis (see lua/include/ties.lua): known then, it decides the lane. */

import { readRunId } from '../../domain/schedule/run-id.js';
import type { TaskDraft } from '../contract/index.js';
import type { LaneKind } from './partition.js';

/** '' when nothing must be freed at its end, as with most tasks. */
export function tiesOf({ options }: TaskDraft): string {
  const { uniqueKey: key, retention } = options ?? {};
  const kept = retention === undefined ? '' : `r${String(retention).length}:${retention}`;
  return key === undefined ? kept : `u${Buffer.byteLength(key)}:${key}${kept}`;
}

/**
 * Which lane a task goes through: a plain one, a gated one, one of runs, or one of runs that wait for earlier ones
 * whatever their schedule's policy.
 */
export function laneKind(draft: TaskDraft): LaneKind {
  const run = draft.id.includes('@') ? readRunId(draft.id) : null;
  if (run) return run.kind === 'backfill' || draft.options?.run?.kind === 'catchUp' ? '+' : '@';
  return isTied(draft) ? '_' : '';
}

export function isTied({ options }: TaskDraft): boolean {
  return options?.uniqueKey !== undefined || options?.retention !== undefined;
}
