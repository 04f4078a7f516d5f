/** Runs by hand in the model. */

import type { ScheduleStore, TriggeredRun } from '../store/contract/index.js';
import { addTask, type Partition } from './model-partition.js';
import { unfinished } from './model-runs.js';

export function trigger(
  partition: Partition,
  now: number,
  { schedule, revision, draft, alone }: TriggeredRun,
): Awaited<ReturnType<ScheduleStore['trigger']>> {
  if (partition.tasks.has(draft.id)) return 'ok';
  if (partition.schedules.get(schedule)?.schedule.revision !== revision) return 'stale';
  const [other] = unfinished(partition, schedule);
  if (alone && other) return { behind: other.draft.id };
  addTask(partition, { ...draft, due: now });
  const task = partition.tasks.get(draft.id);
  if (task && !other) task.counted = true;
  return 'ok';
}
