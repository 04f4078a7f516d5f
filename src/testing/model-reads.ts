/** The read side of the model: every fact is derived from a task's one place. */

import { CarillonError } from '../domain/input/errors.js';
import { readRunId } from '../domain/schedule/run-id.js';
import type { TaskState } from '../domain/task/task.js';
import type { Glance, ListPage, ListRange, QueueFacts, TaskFacts } from '../store/contract/index.js';
import { paceOf } from './model-pace.js';
import { dueAtOf, dueTasks, heldBy, isAside, type ModelTask, type Partition } from './model-partition.js';
import { parkedOf, unfinished } from './model-runs.js';

/** Says whether a present worker of the partition's queue has a handler. */
type Routable = (handler: string) => boolean;

export function stateOf(task: ModelTask): TaskState {
  const { place } = task;
  if (place.at === 'late' || place.at === 'parked' || place.at === 'child') return 'scheduled';
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
    if (place.stop) Object.assign(facts, { cancelRequested: true }, place.stop);
  }
  if (task.progress !== undefined) facts.progress = task.progress;
  if (place.at === 'finished') {
    facts.finishedAt = place.finishedAt;
    if (place.reason !== undefined) facts.reason = place.reason;
  }
  if (place.at === 'parked') {
    const others = unfinished(partition, readRunId(id)?.schedule ?? '').map((one) => one.draft.id);
    facts.waitingFor = others.sort().slice(0, 10);
  }
  if (place.at === 'child') facts.waitingFor = [...place.awaited].sort().slice(0, 10);
  if (place.at === 'ready' && !routable(handler)) facts.unroutable = true;
  return facts;
}

/** Where a page stands: in which state, at what due time, rank or index there, and behind which task. */
type ModelPlace = [state: TaskState, number: number, id: string];

export function listTasks(
  partition: Partition,
  states: readonly TaskState[],
  limit: number,
  cursor: string | undefined,
  range: ListRange,
  routable: Routable,
): ListPage {
  const place = cursor === undefined ? null : placeOf(cursor, states);
  const { handler, schedules, scan = Number.POSITIVE_INFINITY } = range;
  const page: ListPage = { items: [], cursors: [], nextCursor: null, scanned: 0 };
  for (const state of states.slice(place ? states.indexOf(place[0]) : 0)) {
    for (const { task, at } of following(partition, state, place?.[0] === state ? place : null)) {
      const { id } = task.draft;
      const fits =
        (handler === undefined || task.draft.handler === handler) &&
        (schedules === undefined || schedules.some((schedule) => id.startsWith(`${schedule}@`)));
      if (page.scanned >= scan || (fits && page.items.length === limit)) {
        page.nextCursor ??= cursor ?? JSON.stringify([state, 0, '']);
        return page;
      }
      page.scanned += 1;
      page.nextCursor = JSON.stringify([state, at, id] satisfies ModelPlace);
      if (!fits) continue;
      page.items.push(factsOf(partition, task, routable));
      page.cursors.push(page.nextCursor);
    }
  }
  return { ...page, nextCursor: null };
}

function placeOf(cursor: string, states: readonly TaskState[]): ModelPlace {
  try {
    const [state, number, id] = JSON.parse(cursor) as ModelPlace;
    if (states.includes(state) && Number.isSafeInteger(number) && typeof id === 'string') {
      return [state, number, id];
    }
  } catch {
    // Refused below.
  }
  throw new CarillonError('invalid_input', 'The cursor is none of this list.', [
    { pointer: '/cursor', detail: 'must be the nextCursor of a page of the same list' },
  ]);
}

/** Apart enough for the ready tasks of one lane, each of which has a number. */
const LANE = 1e9;

interface Listed {
  task: ModelTask;
  at: number;
}

/** The tasks of a state that stand behind a place, in their order. */
function following(partition: Partition, state: TaskState, place: ModelPlace | null): Listed[] {
  const all = ordered(partition, state);
  if (!place || place[2] === '') return all;
  const [, number, id] = place;
  const index = all.findIndex(({ task, at }) => task.draft.id === id && at === number);
  if (index >= 0) return all.slice(index + 1);
  // The task is gone, and has left a gap.
  if (state === 'running') return all.filter(({ task }) => task.draft.id > id);
  const descends = state === 'completed' || state === 'dead' || state === 'cancelled';
  return all.filter(
    ({ at, task }) => (descends ? at < number : at > number) || (at === number && task.draft.id > id),
  );
}

/** Those that wait to be judged stand behind all that have a time. */
function judgedLater(partition: Partition): Listed[] {
  return [...partition.tasks.values()]
    .filter(({ place }) => place.at === 'late')
    .sort((a, b) => (a.draft.id < b.draft.id ? -1 : 1))
    .map((task) => ({ task, at: Number.MAX_SAFE_INTEGER }));
}

/** And those that wait for an earlier run behind them, schedule by schedule. */
function parkedLast(partition: Partition): Listed[] {
  const parked = [...partition.tasks.values()].filter(({ place }) => place.at === 'parked');
  const schedules = new Set(parked.map(({ draft }) => readRunId(draft.id)?.schedule ?? ''));
  return [...schedules]
    .sort()
    .flatMap((schedule) => parkedOf(partition, schedule))
    .map((task) => ({ task, at: Number.MAX_SAFE_INTEGER }));
}

/** And children behind them all, by due time. */
function childrenLast(partition: Partition): Listed[] {
  return [...partition.tasks.values()]
    .filter(({ place }) => place.at === 'child')
    .sort((a, b) => a.draft.due - b.draft.due || (a.draft.id < b.draft.id ? -1 : 1))
    .map((task) => ({ task, at: Number.MAX_SAFE_INTEGER }));
}

function ordered(partition: Partition, state: TaskState): Listed[] {
  if (state === 'scheduled' || state === 'retrying') {
    const waiting = dueTasks(partition)
      .filter(({ task }) => stateOf(task) === state)
      .map(({ task, due }) => ({ task, at: due }));
    return state === 'scheduled'
      ? [...waiting, ...judgedLater(partition), ...parkedLast(partition), ...childrenLast(partition)]
      : waiting;
  }
  if (state === 'ready') {
    return [...partition.ready.values()].flatMap((ids, lane) =>
      ids.flatMap((id) => {
        const task = partition.tasks.get(id);
        return task?.place.at === 'ready' ? [{ task, at: lane * LANE + task.place.order }] : [];
      }),
    );
  }
  if (state === 'running') {
    return [...partition.leases.keys()]
      .flatMap((worker) => heldBy(partition, worker))
      .sort((a, b) => (a.draft.id < b.draft.id ? -1 : 1))
      .map((task) => ({ task, at: 0 }));
  }
  return [...partition.tasks.values()]
    .filter((task) => stateOf(task) === state)
    .map((task) => ({ task, at: finishOrder(task) }))
    .sort((a, b) => b.at - a.at);
}

/** Those that stand aside come behind all others. */
function finishOrder(task: ModelTask): number {
  return task.place.at === 'finished' ? task.place.order - (isAside(task) ? LANE : 0) : 0;
}

export function queueFacts(partition: Partition, routable: Routable): QueueFacts {
  const facts: QueueFacts = {
    queue: partition.queue,
    scheduled: 0,
    retrying: 0,
    ready: 0,
    running: 0,
    completed: 0,
    dead: 0,
    cancelled: 0,
    paused: partition.paused,
    settings: { ...partition.settings },
    ...(partition.owned.size > 0 ? { owned: placesOf(partition) } : {}),
    unroutable: {},
    pace: paceOf(partition),
  };
  for (const task of partition.tasks.values()) {
    const state = stateOf(task);
    facts[state] += 1;
    const { handler } = task.draft;
    if (state === 'ready' && !routable(handler)) {
      const before = Object.hasOwn(facts.unroutable, handler) ? (facts.unroutable[handler] ?? 0) : 0;
      facts.unroutable[handler] = before + 1;
    }
  }
  return facts;
}

/** What goes on in a queue, but for those that run and for what only time changes. */
export function glance(partition: Partition | undefined, told: string): Glance {
  if (!partition) return { mark: '', singled: false };
  const { ready, running, unroutable: _, pace, ...facts } = queueFacts(partition, () => true);
  const singled = [...partition.schedules.values()].some(({ singles = [] }) => singles.length > 0);
  return { mark: JSON.stringify([told, ready + running, facts, pace.totals]), singled };
}

function placesOf({ owned }: Partition): Record<string, string> {
  return Object.fromEntries([...owned].map(([name, { place }]) => [name, place]));
}

export async function runsOf(
  find: (id: string) => Promise<TaskFacts | null>,
  schedule: string,
  nominals: readonly number[],
): Promise<Map<number, TaskFacts>> {
  const found = new Map<number, TaskFacts>();
  for (const nominal of nominals) {
    const facts = await find(`${schedule}@${nominal}`);
    if (facts) found.set(nominal, facts);
  }
  return found;
}
