/** Which tasks a deed on many of them means: read, found and counted the same before it begins and while it goes on. */

import { formatInstant } from '../domain/input/instants.js';
import { readFields } from '../domain/input/read-fields.js';
import type { Given, Values } from '../domain/input/readers.js';
import { TASK_FILTER } from '../domain/task/deed-fields.js';
import type { TaskState } from '../domain/task/task.js';
import type { OperationRecord, ReadStore, RegistryStore, TaskFacts } from '../store/contract/index.js';
import { fitting } from '../tasks/filter.js';
import { type NamedStore, ofSchedule } from '../tasks/of-schedule.js';
import { namedTasks } from './named-tasks.js';

export type TaskSelection = Values<typeof TASK_FILTER>;
/** As callers in TypeScript write it. */
export type TaskFilter = Given<typeof TASK_FILTER>;

/** As an operation keeps and shows it. */
export function written({ label, from, to, ...rest }: TaskSelection): Readonly<Record<string, unknown>> {
  return {
    ...rest,
    ...(label === undefined ? {} : { label: label.map(([name, text]) => `${name}=${text}`) }),
    ...(from === undefined ? {} : { from: formatInstant(from) }),
    ...(to === undefined ? {} : { to: formatInstant(to) }),
  };
}

/** Throws what is wrong with it, of an operation that another release began. */
export function selectionOf(filter: OperationRecord['filter']): TaskSelection {
  return readFields(filter, TASK_FILTER);
}

export type FilterStore = Pick<ReadStore, 'list' | 'find'> & Pick<RegistryStore, 'queues'> & NamedStore;

/** Tasks read at once. */
const PAGE = 500;

/** What a walk over the tasks of a selection is told. */
export interface Walk {
  selection: TaskSelection;
  /** Looked at in this order. */
  states: readonly TaskState[];
  /** Whether the deed means a task that the selection does. */
  means(task: TaskFacts): boolean;
}

export interface WalkedPage {
  queue: string;
  /** Those that are meant, each with the place behind it. */
  tasks: { task: TaskFacts; after: string }[];
  /** Where the page ends; '' where its queue does, or the list of ids. */
  after: string;
  /** Ids looked at that no task has, and those of tasks that are not meant. */
  passed?: { unknown: number; unfit: number };
}

/** Page after page from a place on, which may be that of a task that is gone. */
export async function* walk(
  store: FilterStore,
  { selection, states, means }: Walk,
  from: { queue: string; after: string } = { queue: '', after: '' },
): AsyncGenerator<WalkedPage> {
  const { ids, queue: only, handler, schedule, state: _, ...filter } = selection;
  const runs = schedule === undefined ? undefined : await ofSchedule(store, schedule);
  const fitsRest = fitting(filter) ?? (() => true);
  const fits = (task: TaskFacts): boolean => (!runs || runs.isOne(task)) && fitsRest(task);
  if (ids) {
    const isMeant = (task: TaskFacts): boolean =>
      states.includes(task.state) &&
      (only === undefined || task.queue === only) &&
      (handler === undefined || task.handler === handler) &&
      fits(task) &&
      means(task);
    yield* namedTasks(store, ids, isMeant, from);
    return;
  }
  const range = {
    ...(handler === undefined ? {} : { handler }),
    ...(runs ? { schedules: runs.schedules } : {}),
  };
  const known = (await store.queues()).filter((queue) => only === undefined || queue === only);
  for (const queue of known.filter((one) => one >= from.queue).toSorted()) {
    let after: string | null = queue === from.queue ? from.after : '';
    do {
      const page: Awaited<ReturnType<ReadStore['list']>> = await store.list(
        queue,
        states,
        PAGE,
        after === '' ? undefined : after,
        range,
      );
      after = page.nextCursor;
      const tasks = page.items.flatMap((task, i) =>
        fits(task) && means(task) ? [{ task, after: page.cursors[i] ?? '' }] : [],
      );
      yield { queue, tasks, after: after ?? '' };
    } while (after !== null);
  }
}
