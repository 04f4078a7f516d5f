/** Runs by hand in the model. */

import type { ScheduleStore, TriggeredRun } from '../store/contract/index.js';
import { addTask, depthLeft, type Partition } from './model-partition.js';
import { cameDue, unfinished } from './model-runs.js';

export function trigger(
  partition: Partition,
  now: number,
  { schedule, revision, draft, alone }: TriggeredRun,
): Awaited<ReturnType<ScheduleStore['trigger']>> {
  if (partition.tasks.has(draft.id)) return 'ok';
  if (partition.schedules.get(schedule)?.schedule.revision !== revision) return 'stale';
  const [other] = alone ? unfinished(partition, schedule) : [];
  if (other) return { behind: other.draft.id };
  const away = partition.elsewhere.find((one) => alone && one.blocks && one.schedule === schedule);
  if (away) return { behind: `>${away.revision} ${away.until} ${away.from}` };
  if (depthLeft(partition) <= 0) return 'full';
  const task = addTask(partition, draft);
  if (task) cameDue(partition, task, now);
  return 'ok';
}
