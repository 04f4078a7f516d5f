/** Which queues may have tasks in some state: one look for each queue at whether there are the keys that would say which. */

import type { TaskState } from '../../domain/task/task.js';
import type { Connection } from './connection.js';
import type { PartitionKeys } from './keys.js';

/** Where tasks of a state stand, in the order in which lists walk them. Which lanes are ready the keys do not tell. */
const KEYS: Record<TaskState, (keys: PartitionKeys) => readonly string[]> = {
  scheduled: (keys) => [keys.due, keys.late, keys.parked, keys.children],
  ready: (keys) => [keys.tasks],
  running: (keys) => [keys.workers],
  retrying: (keys) => [keys.retrying],
  completed: (keys) => [keys.finished, keys.kept('completed')],
  dead: (keys) => [keys.dead, keys.kept('dead')],
  cancelled: (keys) => [keys.cancelled, keys.kept('cancelled')],
};

/** Queues in one batch: others wait for Redis meanwhile. */
const AT_ONCE = 1_000;

export async function holding(
  connection: Connection,
  queues: readonly string[],
  states: readonly TaskState[],
): Promise<string[]> {
  const found: string[] = [];
  for (let at = 0; at < queues.length; at += AT_ONCE) {
    const part = queues.slice(at, at + AT_ONCE);
    const counts = await connection.pipeline((pipeline) => {
      for (const queue of part) {
        const { keys } = connection.partition(queue);
        pipeline.exists(...new Set(states.flatMap((state) => KEYS[state](keys))));
      }
    });
    found.push(...part.filter((_, i) => Number(counts[i]) > 0));
  }
  return found;
}
