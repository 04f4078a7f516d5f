/** What may be done to many tasks: to which of them, and how to some. */

import type { TaskState } from '../domain/task/task.js';
import { someAtATime } from '../runtime/some-at-a-time.js';
import type {
  ChosenTask,
  OperationRecord,
  RedriveWord,
  RescheduleWord,
  TaskFacts,
} from '../store/contract/index.js';
import type { DeedStore } from './step.js';

/** `refused`: it cannot be done to it now. `gone`: it has moved on by itself, so that nothing was to be done. */
export type DeedWord = 'done' | 'refused' | 'gone';

export interface TaskDeed {
  /** Tasks in these states are meant, and looked at in this order: those come first that may go on to what follows. */
  states: readonly TaskState[];
  /** The time up to which a task may have come to be meant. */
  since(task: TaskFacts): number;
  /** Whether it is still to be done to a task in one of these states; `record`: once it has begun. */
  means(task: TaskFacts, record?: OperationRecord): boolean;
  /** Does it to some tasks of a queue. Sent twice, it answers the same. */
  some(
    store: DeedStore,
    queue: string,
    tasks: readonly ChosenTask[],
    record: OperationRecord,
  ): Promise<DeedWord[]>;
}

/** Sent at a time. */
const TOGETHER = 50;

export const CANCEL: TaskDeed = {
  states: ['scheduled', 'retrying', 'ready', 'running'],
  since: ({ createdAt }) => createdAt,
  means: ({ cancelRequested }) => !cancelRequested,
  async some(store, queue, tasks, { reason }) {
    const words: DeedWord[] = [];
    await someAtATime(tasks.entries(), TOGETHER, async ([i, { id }]) => {
      const word = await store.cancel(queue, id, reason);
      words[i] = word === 'cancelled' || word === 'already' || word === 'requested' ? 'done' : 'gone';
    });
    return words;
  },
};

/** Dead since before it was asked for: one that dies again is not put back again. */
const REDRIVE: TaskDeed = {
  states: ['dead'],
  since: ({ finishedAt = 0 }) => finishedAt,
  means: () => true,
  some: async (store, queue, tasks) => (await store.redrive(queue, tasks)).map(wordOf),
};

/** To one time for all of them, so that one which was moved is known by it. */
const RESCHEDULE: TaskDeed = {
  states: ['scheduled', 'retrying'],
  since: ({ createdAt }) => createdAt,
  means: ({ waitingFor, dueAt }, record) => !waitingFor && dueAt !== record?.dueAt,
  async some(store, queue, tasks, { dueAt: due = 0 }) {
    const words = await store.reschedule(
      queue,
      tasks.map(({ id, attempt }) => ({ id, attempt, due })),
    );
    return words.map(wordOf);
  },
};

function wordOf(word: RedriveWord | RescheduleWord): DeedWord {
  if (word === 'ok') return 'done';
  return word === 'waiting' || typeof word === 'object' ? 'refused' : 'gone';
}

/** By the kind of the operation. */
export const TASK_DEEDS = {
  cancel: CANCEL,
  redrive: REDRIVE,
  reschedule: RESCHEDULE,
} as const satisfies Readonly<Record<string, TaskDeed>>;

export type TaskDeedName = keyof typeof TASK_DEEDS;
