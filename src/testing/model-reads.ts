/** The read side of the model: every fact is derived from a task's one place. */

import type { TaskState } from '../domain/task/task.js';
import type { Page, PlannedRun, QueueFacts, RunQuestion, TaskFacts } from '../store/contract/index.js';
import { dueAtOf, dueTasks, heldBy, type ModelTask, type Partition } from './model-partition.js';

/** Says whether a present worker of the partition's queue has a handler. */
type Routable = (handler: string) => boolean;

export function stateOf(task: ModelTask): TaskState {
  const { place } = task;
  if (place.at === 'due') return task.attempt > 0 ? 'retrying' : 'scheduled';
  if (place.at === 'ready') return 'ready';
  return place.at === 'held' ? 'running' : place.state;
}

export function factsOf(partition: Partition, task: ModelTask, routable: Routable): TaskFacts {
  const { id, handler, priority, createdAt, payload, options = {} } = task.draft;
  const { place } = task;
  const facts: TaskFacts = {
    id,
    queue: partition.queue,
    handler,
    priority,
    state: stateOf(task),
    createdAt,
    dueAt: dueAtOf(task),
    payload,
    options: structuredClone(options),
    attempt: task.attempt,
    failures: task.failures,
    history: structuredClone(task.endings.map(({ record }) => record)),
  };
  if (place.at === 'held') {
    facts.held = { worker: place.worker, attempt: task.attempt, startedAt: place.startedAt };
  }
  if (place.at === 'finished') {
    facts.finishedAt = place.finishedAt;
    if (place.reason !== undefined) facts.reason = place.reason;
  }
  if (place.at === 'ready' && !routable(handler)) facts.unroutable = true;
  return facts;
}

/** The cursor is the number of items already shown. */
export function listTasks(
  partition: Partition,
  state: TaskState,
  limit: number,
  cursor: string | undefined,
  routable: Routable,
): Page<TaskFacts> {
  const tasks = ordered(partition, state);
  const from = Number(cursor ?? 0);
  const items = tasks.slice(from, from + limit).map((task) => factsOf(partition, task, routable));
  const shown = from + items.length;
  return { items, nextCursor: shown < tasks.length ? String(shown) : null };
}

function ordered(partition: Partition, state: TaskState): ModelTask[] {
  if (state === 'scheduled' || state === 'retrying') {
    return dueTasks(partition)
      .map(({ task }) => task)
      .filter((task) => stateOf(task) === state);
  }
  if (state === 'ready') {
    return [...partition.ready.values()].flat().flatMap((id) => partition.tasks.get(id) ?? []);
  }
  if (state === 'running') {
    return [...partition.leases.keys()].flatMap((worker) => heldBy(partition, worker));
  }
  return [...partition.tasks.values()]
    .filter((task) => stateOf(task) === state)
    .sort((a, b) => finishOrder(b) - finishOrder(a));
}

function finishOrder(task: ModelTask): number {
  return task.place.at === 'finished' ? task.place.order : 0;
}

/** `scheduled` counts everything that waits for time, retries included. */
export function queueFacts(partition: Partition, routable: Routable): QueueFacts {
  const facts: QueueFacts = {
    queue: partition.queue,
    scheduled: 0,
    ready: 0,
    running: 0,
    completed: 0,
    dead: 0,
    cancelled: 0,
    paused: partition.paused,
    settings: { ...partition.settings },
    unroutable: {},
  };
  for (const task of partition.tasks.values()) {
    const state = stateOf(task);
    facts[state === 'retrying' ? 'scheduled' : state] += 1;
    const { handler } = task.draft;
    if (state === 'ready' && !routable(handler)) {
      facts.unroutable[handler] = (facts.unroutable[handler] ?? 0) + 1;
    }
  }
  return facts;
}

export function plannedRun(
  partitions: Iterable<Partition>,
  { schedule, nominals }: RunQuestion,
): PlannedRun | null {
  const all = [...partitions];
  for (const nominal of nominals) {
    const partition = all.find(({ ledgers }) => ledgers.get(schedule)?.planned.has(nominal));
    if (!partition) continue;
    const task = partition.tasks.get(`${schedule}@${nominal}`);
    return { nominal, state: task ? stateOf(task) : null };
  }
  return null;
}
