/** Prune in the model: finished tasks past their retention, by age and by count. */

import type { Retention } from '../store/contract/index.js';
import type { ModelTask, Partition } from './model-partition.js';

export function prune(
  partition: Partition,
  now: number,
  retention: Retention,
): { pruned: number; again: number } {
  let pruned = 0;
  let again = Number.POSITIVE_INFINITY;
  for (const kind of ['completed', 'dead'] as const) {
    const { count, age } = retention[kind];
    newestFirst(partition, kind).forEach(({ task, finishedAt }, index) => {
      const goes = finishedAt + Math.max(retention.atLeast, index < count ? age : 0);
      if (goes <= now) {
        partition.tasks.delete(task.draft.id);
        pruned += 1;
      } else {
        again = Math.min(again, goes - now);
      }
    });
  }
  return { pruned, again };
}

/** Dead tasks have a retention of their own; completed and cancelled ones share one. */
function newestFirst(
  partition: Partition,
  kind: 'completed' | 'dead',
): { task: ModelTask; finishedAt: number }[] {
  const ended: { task: ModelTask; finishedAt: number; order: number }[] = [];
  for (const task of partition.tasks.values()) {
    if (task.place.at !== 'finished') continue;
    if ((task.place.state === 'dead') === (kind === 'dead')) ended.push({ task, ...task.place });
  }
  return ended.sort((a, b) => b.order - a.order);
}
