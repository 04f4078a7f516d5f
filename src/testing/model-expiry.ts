/** Expiry in the model: what has not begun in time is cancelled. */

import type { ModelTask, Partition } from './model-partition.js';
import { endWaiting } from './model-runs.js';

/** Of a task that a call has made: counted from its due time. */
export function expiresBy({ draft }: ModelTask): number | undefined {
  const { expiresIn } = draft.options ?? {};
  return expiresIn === undefined ? undefined : Math.max(draft.due, draft.createdAt) + expiresIn;
}

export function expire(partition: Partition, now: number): void {
  const overdue = [...partition.tasks.values()]
    .filter(({ expires, place }) => expires !== undefined && expires <= now && place.at !== 'finished')
    .sort((a, b) => (a.expires ?? 0) - (b.expires ?? 0) || (a.draft.id < b.draft.id ? -1 : 1));
  for (const task of overdue) {
    delete task.expires;
    endWaiting(partition, task, now, 'expired');
  }
}
