/** What is set for a queue in the model, and what that lets run. */

import { PRIORITIES } from '../domain/task/task.js';
import { canTake } from './model-keys.js';
import { LANE_KINDS, laneOf, type Partition } from './model-partition.js';
import { startsLeft } from './model-rates.js';

/** How many more tasks may run now. */
export function roomOf(partition: Partition): number {
  if (partition.paused) return 0;
  const { concurrency = Number.POSITIVE_INFINITY } = partition.settings;
  const running = [...partition.tasks.values()].filter(({ place }) => place.at === 'held').length;
  return Math.max(0, Math.min(concurrency - running, startsLeft(partition)));
}

/** Whether a worker with these handlers would be handed something. */
export function hasReady(partition: Partition, handlers: readonly string[]): boolean {
  if (roomOf(partition) === 0) return false;
  const lanes = handlers.flatMap((handler) =>
    PRIORITIES.flatMap((priority) => LANE_KINDS.map((kind) => laneOf(handler, priority, kind))),
  );
  return lanes.some((lane) => canTake(partition, lane));
}
