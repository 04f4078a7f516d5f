/** The read side, apart from the hot path: one task, lists, the figures of a queue. */

import type { Priority, TaskState } from '../../domain/task/task.js';
import type { TaskOptions } from '../../domain/task/task-input.js';
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
  queueFacts(queue: string): Promise<QueueFacts>;
  /** For each question the first of its instants that was planned. A few round trips, however many are asked. */
  plannedRuns(questions: readonly RunQuestion[]): Promise<(PlannedRun | null)[]>;
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
  finishedAt?: number;
  reason?: string;
  unroutable?: boolean;
}

/** What a page may cost, and what it is about. */
export interface ListRange {
  /** Only tasks of this handler, or of this schedule. */
  handler?: string;
  schedule?: string;
  /** Tasks looked at, at most: a page may then have few or none although more follow. */
  scan?: number;
}

export interface ListPage extends Page<TaskFacts> {
  /** For each item the cursor that goes on behind it. */
  cursors: string[];
  /** How many tasks were looked at. */
  scanned: number;
}

export interface QueueFacts {
  queue: string;
  scheduled: number;
  ready: number;
  running: number;
  completed: number;
  dead: number;
  cancelled: number;
  paused: boolean;
  settings: QueueSettings;
  /** Ready tasks whose handler no present worker of this queue has, by handler. */
  unroutable: Record<string, number>;
}

/** Which of a schedule's instants, the latest first, was planned? */
export interface RunQuestion {
  schedule: string;
  nominals: readonly number[];
}

export interface PlannedRun {
  nominal: number;
  /** Of its task; null once that is deleted. */
  state: TaskState | null;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
