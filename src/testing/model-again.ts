/** Redrive and reschedule in the model. */

import type {
  AgainState,
  RedriveRequest,
  RedriveWord,
  RescheduleRequest,
  RescheduleWord,
} from '../store/contract/index.js';
import { ownerOf } from './model-asks.js';
import { noteMoved } from './model-moved.js';
import type { ModelTask, Partition } from './model-partition.js';
import { stateOf } from './model-reads.js';
import { cameDue } from './model-runs.js';

export function redrive(partition: Partition, now: number, request: RedriveRequest): RedriveWord {
  const { id, attempt, payload } = request;
  const task = partition.tasks.get(id);
  if (!task) return 'unknown';
  const { draft, place } = task;
  const isDead = place.at === 'finished' && place.state === 'dead' && task.attempt === attempt;
  if (!isDead) {
    const same = payload === undefined || payload === draft.payload;
    return same && task.redriven === attempt ? 'ok' : wordOf(task);
  }
  const key = draft.options?.uniqueKey;
  const owner = key === undefined ? undefined : ownerOf(partition, key);
  if (owner) return { taken: owner.draft.id };
  if (payload !== undefined) draft.payload = payload;
  task.failures = 0;
  task.redriven = attempt;
  delete task.counted;
  delete task.aside;
  delete task.firstStartedAt;
  cameDue(partition, task, now);
  noteMoved(partition, task);
  return 'ok';
}

export function reschedule(partition: Partition, now: number, request: RescheduleRequest): RescheduleWord {
  const { id, attempt, due } = request;
  const task = partition.tasks.get(id);
  if (!task) return 'unknown';
  const { draft, place } = task;
  if (place.at !== 'due' || task.attempt !== attempt) {
    const settled = place.at === 'held' ? task.attempt - 1 : task.attempt;
    const came = place.at === 'ready' || place.at === 'held';
    const same = Math.max(draft.due, draft.createdAt) === Math.max(due, draft.createdAt);
    return came && settled === attempt && same ? 'ok' : wordOf(task);
  }
  if (task.expires !== undefined)
    task.expires += Math.max(due, draft.createdAt) - Math.max(draft.due, draft.createdAt);
  draft.due = due;
  task.place = { at: 'due', due };
  if (due <= now) cameDue(partition, task, now);
  // A run that met an earlier one may not be there any more.
  if ((due <= now || due !== place.due) && partition.tasks.has(id)) noteMoved(partition, task);
  return 'ok';
}

function wordOf(task: ModelTask): AgainState {
  return ['late', 'parked', 'child'].includes(task.place.at) ? 'waiting' : stateOf(task);
}
