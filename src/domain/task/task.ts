/** What a task is: its states, its priorities and the shape everybody outside sees. */

import type { RunKind } from '../schedule/run-id.js';

export const TASK_STATES = [
  'scheduled',
  'ready',
  'running',
  'retrying',
  'completed',
  'dead',
  'cancelled',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

export const PRIORITIES = ['high', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** How one attempt ended. `lost`: its worker's lease ran out. `released`: handed back unrun or unfinished. */
export const OUTCOMES = [
  'completed',
  'failed',
  'lost',
  'released',
  'snoozed',
  'timeout',
  'cancelled',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface TaskError {
  message: string;
  stack?: string;
  code?: string | number;
  cause?: TaskError;
  /** Of an AggregateError, the first of them. */
  errors?: TaskError[];
}

/** One delivery of a task to a worker; times are RFC 3339 UTC with milliseconds. */
export interface TaskAttempt {
  attempt: number;
  worker: string;
  startedAt: string;
  /** Absent while it runs. */
  finishedAt?: string;
  outcome: Outcome | 'running';
  error?: TaskError;
  /** Of a lost one: its worker's machine, where that is known, and when it was last heard of. */
  host?: string;
  lastBeatAt?: string;
}

declare const RESULT: unique symbol;

/** The id of a task: a text. The compiler knows with it what the task's result will be. */
export type TaskId<Result = unknown> = string & { readonly [RESULT]?: Result };

/** A task as the API, the client and the command line show it (interface §3). */
export interface Task<Result = unknown> {
  id: TaskId<Result>;
  handler: string;
  queue: string;
  payload: unknown;
  state: TaskState;
  priority: Priority;
  dueAt: string;
  createdAt: string;
  /** The latest attempt's number; 0 before the first. */
  attempt: number;
  failures: number;
  maxAttempts: number;
  startedAt?: string;
  finishedAt?: string;
  result?: Result;
  error?: TaskError;
  reason?: string;
  /** It runs, and its worker was told to stop it. */
  cancelRequested?: true;
  /** The tasks that it was to wait for (`after`). */
  parents?: string[];
  /** What it waits for besides time: ids of tasks, the first ten of them. */
  waitingFor?: string[];
  /** True while it is ready and no live worker of its queue has its handler. */
  unroutable?: boolean;
  uniqueKey?: string;
  /** The call that was answered with it made no task: this one has the unique key. */
  deduplicated?: true;
  labels: Record<string, string>;
  /** The schedule that made it, and for what. */
  schedule?: { id: string; nominalAt: string; kind: RunKind };
  attempts: TaskAttempt[];
}
