/** The read side, apart from the hot path: one task, lists, the figures of a queue. */

import type { TaskOptions } from '../../domain/task/fields.js';
import type { Priority, TaskState } from '../../domain/task/task.js';
import type { QueueSettings } from './queues.js';
import type { AttemptRecord } from './road.js';

/** The read side, apart from the hot path. */
export interface ReadStore {
  find(id: string): Promise<TaskFacts | null>;
  /**
   * Tasks of one state, or of several one after the other, each in its own order: scheduled and retrying by due time,
   * ready as they are handed out within a lane, running by worker, ended ones newest first. A cursor names the task it
   * stands behind, so a page neither skips nor repeats when others come and go. Throws `invalid_input` for a cursor
   * that is none of this list.
   */
  list(
    queue: string,
    states: TaskState | readonly TaskState[],
    limit: number,
    cursor?: string,
    range?: ListRange,
  ): Promise<ListPage>;
  /** What its attempts logged, oldest first, behind the line named; of a task that is not there nothing. */
  logs(queue: string, id: string, limit: number, after?: LogPlace): Promise<LogLine[]>;
  queueFacts(queue: string): Promise<QueueFacts>;
  /** A short look at queues, in their order. Many are one question. */
  glance(queues: readonly string[]): Promise<Glance[]>;
  /** Of each of these, in their order: which handlers workers have is asked once for all of them. */
  queuesFacts(queues: readonly string[]): Promise<QueueFacts[]>;
  /** The handlers that present workers of the queue have. */
  served(queue: string): Promise<ReadonlySet<string>>;
  /** States of occurrences, null for one that is not there. A few round trips, however many are asked. */
  runStates(runs: readonly RunName[]): Promise<(TaskState | null)[]>;
  /** Everything known of occurrences of one schedule, by nominal time. */
  runs(schedule: string, nominals: readonly number[]): Promise<Map<number, TaskFacts>>;
}

/** What a short look at a queue shows. */
export interface Glance {
  /** Changes with whatever goes on there, told or not. Where nothing was ready and nothing ran it is so while it stays. */
  mark: string;
  /** Schedules there have instants with a word of their own (see `singled`). */
  singled: boolean;
}

/** Everything the store knows of one task. */
export interface TaskFacts {
  id: string;
  queue: string;
  handler: string;
  priority: Priority;
  state: TaskState;
  createdAt: number;
  dueAt: number;
  payload: string;
  options: TaskOptions;
  attempt: number;
  failures: number;
  /** Set while running. */
  held?: { worker: string; attempt: number; startedAt: number };
  history: AttemptRecord[];
  /** JSON text: how far its latest attempt said it was. */
  progress?: string;
  finishedAt?: number;
  reason?: string;
  /** It runs, and its worker was asked to stop it. */
  cancelRequested?: true;
  /** Ids of the runs that it waits for. */
  waitingFor?: string[];
  unroutable?: boolean;
}

/** A line of a task's log by its attempt and its number in it, from 1 on. */
export interface LogPlace {
  attempt: number;
  line: number;
}

export interface LogLine extends LogPlace {
  text: string;
}

/** What a page may cost, and what it is about. */
export interface ListRange {
  /** Only tasks of this handler, or runs whose ids begin with one of these schedules'. */
  handler?: string;
  schedules?: readonly string[];
  /**
   * Tasks that cannot hold this in id, handler, keys, labels or payload are looked at and left out, as far as the store
   * tells. In lower case, of printable ASCII without quotes and back-slashes.
   */
  text?: string;
  /** Tasks looked at, at most: a page may then have few or none although more follow. */
  scan?: number;
}

export interface ListPage extends Page<TaskFacts> {
  /** For each item the cursor that goes on behind it. */
  cursors: string[];
  /** How many tasks were looked at. */
  scanned: number;
}

/** A queue: how many of its tasks are in each state, and what is set for it. */
export interface QueueFacts {
  /** Its name. */
  queue: string;
  /** Waiting for their time, for parents, or for the run before them. */
  scheduled: number;
  /** Waiting for another attempt. */
  retrying: number;
  /** Waiting for a worker. */
  ready: number;
  /** With a worker. */
  running: number;
  /** Completed and kept. */
  completed: number;
  /** Dead and kept. */
  dead: number;
  /** Cancelled and kept. */
  cancelled: number;
  /** Whether it hands nothing out. */
  paused: boolean;
  /** What is set for it; absent: the default. */
  settings: QueueSettings;
  /** Settings that a configuration file has named, and where; absent: none. */
  owned?: Record<string, string>;
  /** Ready tasks whose handler no present worker of this queue has, by handler. */
  unroutable: Record<string, number>;
  /** What it has done. */
  pace: QueuePace;
}

/** What a queue has done, for whoever works out how fast it goes. */
export interface QueuePace {
  /** Of these figures, ms. */
  now: number;
  /** Since when the ready task waits that has waited longest, ms, as far as the heads of its lists tell; absent: none. */
  oldestAt?: number;
  /** Nodes rest here: nothing goes on, and whatever begins but a task that is ready at once is told. */
  rests?: true;
  /** When the rate of the queue opens, ms; absent: it is not closed. */
  rateOpensAt?: number;
  /** How many of its tasks died in the last 5 minutes, and in the last day, and are dead still. */
  died: { lately: number; day: number };
  /** Since the last task of all was deleted, or since the queue was opened. */
  totals: QueueTotals;
  /** Totals as they were before, the oldest first. */
  samples: QueueSample[];
}

export interface QueueTotals {
  /** Tasks made, without those that their schedule took back. */
  enqueued: number;
  /** Attempts begun. */
  started: number;
  completed: number;
  /** Attempts that failed, were lost or timed out. */
  failed: number;
}

export interface QueueSample extends QueueTotals {
  /** ms. */
  at: number;
  /** How many were ready then. */
  ready: number;
}

export interface RunName {
  schedule: string;
  nominal: number;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
