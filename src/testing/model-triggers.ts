/** Runs by hand in the model. */

import { readRunId } from '../domain/schedule/run-id.js';
import type { ScheduleStore, TriggeredRun } from '../store/contract/index.js';
import { addTask, type Partition } from './model-partition.js';

export function trigger(
  partition: Partition,
  now: number,
  { schedule, revision, draft, alone }: TriggeredRun,
): Awaited<ReturnType<ScheduleStore['trigger']>> {
  if (partition.tasks.has(draft.id)) return 'ok';
  if (partition.schedules.get(schedule)?.schedule.revision !== revision) return 'stale';
  const behind = alone ? inProgress(partition, schedule) : undefined;
  if (behind !== undefined) return { behind };
  addTask(partition, { ...draft, due: now });
  return 'ok';
}

/** A run of it has come due and not ended. */
function inProgress(partition: Partition, schedule: string): string | undefined {
  const runs = [...partition.tasks.values()].filter(
    ({ draft }) => readRunId(draft.id)?.schedule === schedule,
  );
  const open = runs.find(
    ({ place, attempt }) => place.at !== 'finished' && (place.at !== 'due' || attempt > 0),
  );
  return open?.draft.id;
}
