/** Prune in the model: finished tasks past their retention, by age and by count. */

import type { PruneHow, Retention } from '../store/contract/index.js';
import type { ModelTask, Partition } from './model-partition.js';

export function prune(
  partition: Partition,
  now: number,
  retention: Retention,
  { limit = Number.POSITIVE_INFINITY }: PruneHow = {},
): { pruned: number; again: number } {
  let pruned = 0;
  let again = Number.POSITIVE_INFINITY;
  for (const kind of ['completed', 'dead', 'cancelled'] as const) {
    const { count, age } = retention[kind] ?? retention.completed;
    newestFirst(partition, kind).forEach(({ task, finishedAt }, index) => {
      const goes = finishedAt + Math.max(retention.atLeast, index < count ? age : 0);
      if (goes <= now && pruned < limit) {
        partition.tasks.delete(task.draft.id);
        pruned += 1;
      } else {
        again = Math.min(again, Math.max(0, goes - now));
      }
    });
  }
  return { pruned, again };
}

function newestFirst(
  partition: Partition,
  kind: 'completed' | 'dead' | 'cancelled',
): { task: ModelTask; finishedAt: number }[] {
  const ended: { task: ModelTask; finishedAt: number; order: number }[] = [];
  for (const task of partition.tasks.values()) {
    if (task.place.at === 'finished' && task.place.state === kind) ended.push({ task, ...task.place });
  }
  return ended.sort((a, b) => b.order - a.order);
}
