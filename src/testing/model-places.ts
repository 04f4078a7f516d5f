/** Moves of tasks between places of the model. */

import { laneOfTask, type ModelTask, type Partition } from './model-partition.js';

/** Out of its ready list, where it stands in one. */
export function takeOut(partition: Partition, task: ModelTask): void {
  const ids = (task.place.at === 'ready' && partition.ready.get(laneOfTask(task))) || [];
  if (ids.length > 0) ids.splice(ids.indexOf(task.draft.id), 1);
}
