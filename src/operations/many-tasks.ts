/** A deed on many tasks, asked for: what it would be done to is counted first, and must be as many as was said. */

import { CountConflict } from '../domain/input/errors.js';
import { refuse } from '../domain/input/read-fields.js';
import { about, duration, type Values } from '../domain/input/readers.js';
import { COUNT, taskFilter } from '../domain/task/deed-fields.js';
import type { TaskState } from '../domain/task/task.js';
import { slices } from '../runtime/slices.js';
import type { OperationProgress, OperationStore, RegistryStore, TaskFacts } from '../store/contract/index.js';
import { begunOnce } from './operations.js';
import { TASK_DEEDS, type TaskDeed, type TaskDeedName } from './task-deeds.js';
import { type FilterStore, type TaskSelection, walk, written } from './task-filter.js';
import type { OperationView } from './view.js';

export const SAMPLE = 10;

export const MANY_TASKS = {
  filter: about(
    taskFilter,
    'which tasks: ids, queue, handler, state, schedule, label, error (a fingerprint), from, to',
  ),
  ...COUNT,
};

/** Of a deed that gives tasks another time. */
export const RESCHEDULE_MANY = {
  ...MANY_TASKS,
  delay: about(duration(0), 'when they are due, from now on, the same time for all; 0ms: now'),
};

/** What must be said of a deed; `only`: it is counted alone. A time is known nowhere else. */
export function saidOf(kind: TaskDeedName, only: boolean): ('filter' | 'count' | 'delay')[] {
  if (only) return ['filter'];
  return kind === 'reschedule' ? ['filter', 'count', 'delay'] : ['filter', 'count'];
}

/** What may be said of it. */
export function fieldsOf(kind: TaskDeedName): typeof RESCHEDULE_MANY {
  // A field more is refused where it is not of the deed.
  return kind === 'reschedule' ? RESCHEDULE_MANY : (MANY_TASKS as typeof RESCHEDULE_MANY);
}

export type ManyWish = Omit<Values<typeof RESCHEDULE_MANY>, 'filter'> & { filter: TaskSelection };

/** One of the tasks that a deed would meet. */
export interface TaskSample {
  /** What every call takes. */
  id: string;
  /** The function that runs it. */
  handler: string;
  /** Where it waits. */
  queue: string;
  /** Where it is on its way. */
  state: TaskState;
}

/** What a deed on many tasks would meet. */
export interface Preview {
  /** How many; what the deed asks for as its `count`. */
  count: number;
  /** The first of them. */
  sample: TaskSample[];
  /** Where ids were named: how many of them no task has. */
  unknown?: number;
  /** Where ids were named: how many are of tasks in another state, or that the rest of the filter leaves out. */
  unfit?: number;
}

interface Counted extends Preview {
  /** None of them is of later than this, ms. */
  upTo: number;
}

/** To how many it would be done, and the first of them. Throws `invalid_input` for what it cannot be done to. */
export async function previewMany(
  store: FilterStore,
  kind: TaskDeedName,
  selection: TaskSelection,
): Promise<Preview> {
  const { upTo: _, ...preview } = await counted(store, TASK_DEEDS[kind], selection);
  return preview;
}

/** Begins it. Throws as `previewMany`, and `conflict` with the number when the filter matches more or fewer than `count`. */
export async function startMany(
  store: FilterStore & OperationStore & Pick<RegistryStore, 'remember'>,
  kind: TaskDeedName,
  wish: ManyWish,
  now: number,
  by: string,
  caller = '',
): Promise<OperationView> {
  const { filter, count, perMinute, reason, delay } = wish;
  return begunOnce(store, `${caller} ${kind}`, wish, async () => {
    const found = await counted(store, TASK_DEEDS[kind], filter);
    refuseOtherCount(found.count, count, 'The filter matches', 'task', passedOver(found));
    return {
      kind,
      filter: written(filter),
      ...{ matched: found.count, createdAt: now, by },
      ...(perMinute === undefined ? {} : { perMinute }),
      ...(reason === undefined ? {} : { reason }),
      ...(delay === undefined ? {} : { dueAt: now + delay }),
      progress: beginning(now, Math.max(now, found.upTo)),
    };
  });
}

/** Of a walk: nothing was looked at yet. */
export function beginning(now: number, upTo: number): OperationProgress {
  return { position: 0, nextAt: now, walk: { upTo, queue: '', after: '', done: 0, failed: 0 } };
}

/** Throws `conflict` with the number. */
export function refuseOtherCount(
  found: number,
  said: number | undefined,
  what: string,
  noun: string,
  why = '',
): void {
  if (found === said) return;
  const number = `${found} ${found === 1 ? noun : `${noun}s`}`;
  throw new CountConflict(`${what} ${number} now, not ${said}${why}: nothing was done.`, found);
}

/** Of ids that were named. */
export function passedOver({ unknown = 0, unfit = 0 }: Preview): string {
  const words = [
    ...(unknown > 0 ? [`no task has ${unknown} of the ids`] : []),
    ...(unfit > 0 ? [`${unfit} of them are in another state or left out by the filter`] : []),
  ];
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

/** Which states are meant: all that it can be done to, or those of them that were named. */
export function statesOf(states: readonly TaskState[], asked: readonly TaskState[] | undefined): TaskState[] {
  const others = asked?.filter((state) => !states.includes(state)) ?? [];
  if (others.length > 0) {
    const detail = `must be among ${states.join(', ')}: it is not done to tasks that are ${others.join(', ')}`;
    refuse('invalid_input', [{ path: ['filter', 'state'], detail }]);
  }
  return states.filter((state) => asked === undefined || asked.includes(state));
}

function counted(store: FilterStore, deed: TaskDeed, selection: TaskSelection): Promise<Counted> {
  return countOf(store, selection, statesOf(deed.states, selection.state), deed);
}

/** As many as there are, or the first of them only. */
export async function countOf(
  store: FilterStore,
  selection: TaskSelection,
  states: readonly TaskState[],
  deed: Pick<TaskDeed, 'since' | 'means'>,
  most = Number.POSITIVE_INFINITY,
): Promise<Counted> {
  const rest = slices();
  const found: Counted = { count: 0, sample: [], upTo: 0 };
  const all = { selection, states, means: (task: TaskFacts) => deed.means(task) };
  if (selection.ids) Object.assign(found, { unknown: 0, unfit: 0 });
  for await (const { tasks, passed } of walk(store, all)) {
    found.count += tasks.length;
    if (passed) {
      found.unknown = (found.unknown ?? 0) + passed.unknown;
      found.unfit = (found.unfit ?? 0) + passed.unfit;
    }
    for (const { task } of tasks) {
      found.upTo = Math.max(found.upTo, deed.since(task));
      if (found.sample.length < SAMPLE) found.sample.push(sampleOf(task));
    }
    if (found.count >= most) break;
    await rest();
  }
  return found;
}

function sampleOf({ id, handler, queue, state }: TaskFacts): TaskSample {
  return { id, handler, queue, state };
}
