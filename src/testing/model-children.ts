/** In the model: children ask for their parents, and are told that a task is over. */

import type { ParentName } from '../store/contract/index.js';
import type { ModelTask, Partition } from './model-partition.js';

/** A child that waits for a task of whatever partition. */
export interface Asker {
  queue: string;
  child: string;
  /** It goes on whatever its parents come to. */
  runs: boolean;
}

/** A child's question to a parent, or that a parent is over. */
export type Message = { asks: ParentName; asker: Asker } | { parent: string; died: boolean; asker: Asker };

/** A new task that has parents waits for them, and asks each what became of it. */
export function awaitParents(partition: Partition, task: ModelTask): boolean {
  const { id, parents = [], options } = task.draft;
  if (parents.length === 0) return false;
  task.place = { at: 'child', awaited: parents.map((parent) => parent.id) };
  const asker = { queue: partition.queue, child: id, runs: options?.onParentDeath === 'run' };
  for (const asks of parents) partition.outbox.push({ asks, asker });
  return true;
}

export function tellChildren(partition: Partition, parent: string, died: boolean): void {
  for (const asker of partition.asked.get(parent) ?? []) partition.outbox.push({ parent, died, asker });
  partition.asked.delete(parent);
}

/** Of a task that had not ended: to its children it is cancelled. */
export function tellOfDeleted(partition: Partition, id: string): void {
  if (!partition.tasks.has(id)) tellChildren(partition, id, true);
}

export function deleteTask(partition: Partition, id: string): void {
  if (partition.tasks.delete(id)) partition.pace.totals.enqueued -= 1;
  tellOfDeleted(partition, id);
}
