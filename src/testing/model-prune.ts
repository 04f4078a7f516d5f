/** Prune in the model: finished tasks past their retention, by age and by count. */

import { KEPT_STATES, retentionOf } from '../domain/task/retention.js';
import type { PruneHow, Retention } from '../store/contract/index.js';
import { newPace } from './model-pace.js';
import { isAside, type ModelTask, type Partition } from './model-partition.js';

export function prune(
  partition: Partition,
  now: number,
  usual: Retention,
  { limit = Number.POSITIVE_INFINITY, exact }: PruneHow = {},
): { pruned: number; again: number } {
  let pruned = 0;
  let again = Number.POSITIVE_INFINITY;
  const retention = exact ? usual : retentionOf(usual, partition.settings.retention ?? {});
  for (const kind of KEPT_STATES) {
    const { count, age } = retention[kind] ?? retention.completed;
    let newer = 0;
    for (const { task, finishedAt } of newestFirst(partition, kind)) {
      const own = exact ? undefined : task.draft.options?.retention;
      const usually = finishedAt + Math.max(retention.atLeast, newer < count ? age : 0);
      if (!isAside(task)) newer += 1;
      if (own !== undefined && usually <= now) task.aside = true;
      const goes = own === undefined ? usually : finishedAt + own;
      if (goes <= now && pruned < limit) {
        partition.tasks.delete(task.draft.id);
        pruned += 1;
      } else {
        again = Math.min(again, Math.max(0, goes - now));
      }
    }
  }
  if (pruned > 0 && partition.tasks.size === 0) Object.assign(partition.pace, newPace());
  return { pruned, again };
}

function newestFirst(
  partition: Partition,
  kind: (typeof KEPT_STATES)[number],
): { task: ModelTask; finishedAt: number }[] {
  const ended: { task: ModelTask; finishedAt: number; order: number }[] = [];
  for (const task of partition.tasks.values()) {
    if (task.place.at === 'finished' && task.place.state === kind) ended.push({ task, ...task.place });
  }
  return ended.sort((a, b) => b.order - a.order);
}
