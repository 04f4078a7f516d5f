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
/**
 * Where a task is on its way: `scheduled → ready → running → completed`, `running → retrying → ready` after a failure,
 * `running → dead` after the last one, and `cancelled` from anywhere before the end.
 */
export type TaskState = (typeof TASK_STATES)[number];

export const PRIORITIES = ['high', 'normal', 'low'] as const;
/** Shares of a worker's turns, 6 : 3 : 1; low tasks are never starved. */
export type Priority = (typeof PRIORITIES)[number];

export const OUTCOMES = [
  'completed',
  'failed',
  'lost',
  'released',
  'snoozed',
  'timeout',
  'cancelled',
] as const;
/** How one attempt ended. `lost`: its worker's lease ran out. `released`: handed back unrun or unfinished. */
export type Outcome = (typeof OUTCOMES)[number];

/** What a handler threw, as it is kept with the attempt. */
export interface TaskError {
  /** Of an Error; of anything else that was thrown, the text of it. */
  message: string;
  /** Where it was thrown, as far as it is kept. */
  stack?: string;
  /** `error.code`, such as `ECONNREFUSED`. */
  code?: string | number;
  /** `error.cause`. */
  cause?: TaskError;
  /** Of an AggregateError, the first of them. */
  errors?: TaskError[];
}

/** One delivery of a task to a worker; times are RFC 3339 UTC with milliseconds. */
export interface TaskAttempt {
  /** From 1 on, never lowered. */
  attempt: number;
  /** Id of the worker, `<name>~<random>`. */
  worker: string;
  /** When its worker took it. */
  startedAt: string;
  /** Absent while it runs. */
  finishedAt?: string;
  /** How it ended. */
  outcome: Outcome | 'running';
  /** What the handler threw, or why the attempt was taken back. */
  error?: TaskError;
  /** Of a lost one: the machine of its worker, where that is known. */
  host?: string;
  /** Of a lost one: when its worker was last heard of. */
  lastBeatAt?: string;
}

declare const RESULT: unique symbol;

/** The id of a task: a text. The compiler knows with it what the result of a defined task will be. */
export type TaskId<Result = unknown> = unknown extends Result ? string : AnyTaskId<Result>;

/** Any id; where nothing is known of its result, that is `Result` if the caller says so. */
export type AnyTaskId<Result> = string & { readonly [RESULT]?: Result };

/**
 * A task as the API, the client and the command line show it; times are RFC 3339 UTC with milliseconds.
 *
 * @example
 * const task = await client.wait(id, '30s');
 * if (task.state === 'dead') console.error(task.error?.message, task.attempts);
 */
export interface Task<Result = unknown> {
  /** What every call takes; of a run of a schedule `<schedule>@<ms>`. */
  id: TaskId<Result>;
  /** Name of the function that runs it. */
  handler: string;
  /** Where it waits for a worker. */
  queue: string;
  /** What the handler gets, as it was sent; null where there is none. */
  payload: unknown;
  /** Where it is on its way. */
  state: TaskState;
  /** Its share of the turns. */
  priority: Priority;
  /** When it became, or becomes, ready; of one that is to be retried, when that is. */
  dueAt: string;
  /** When it was made. */
  createdAt: string;
  /** The latest attempt's number; 0 before the first. */
  attempt: number;
  /** Attempts that failed or were lost; a released or snoozed one is no failure. Redrive sets it to 0. */
  failures: number;
  /** With so many failures it is dead. */
  maxAttempts: number;
  /** Of the latest attempt. */
  startedAt?: string;
  /** When it was completed, dead or cancelled. */
  finishedAt?: string;
  /** What its handler returned, of a completed one. */
  result?: Result;
  /** What the latest attempt failed with, of one that is not completed. */
  error?: TaskError;
  /** Why it was cancelled: the words given with the cancel, or `expired`, `parent died`, `replaced`, `purged`. */
  reason?: string;
  /** What its latest attempt said with `ctx.progress`. */
  progress?: unknown;
  /** It runs, and its worker was told to stop it. */
  cancelRequested?: true;
  /** The tasks that it was to wait for (`after`). */
  parents?: string[];
  /** What it waits for besides time: ids of tasks, the first ten of them. */
  waitingFor?: string[];
  /** True while it is ready and no live worker of its queue has its handler. */
  unroutable?: boolean;
  /** The key under which it is the only one in its queue. */
  uniqueKey?: string;
  /** The key whose limits and turns it shares. */
  concurrencyKey?: string;
  /** The call that was answered with it made no task: this one has the unique key. */
  deduplicated?: true;
  /** Texts by name, to find it by. */
  labels: Record<string, string>;
  /** The trace that it was made in, as W3C Trace Context writes it: its attempts go on in it. */
  traceparent?: string;
  /** The attempt that made it with `ctx.enqueue`; where a later call gave it another payload by its unique key, that call's. */
  madeBy?: { taskId: string; attempt: number };
  /** The schedule that made it, and for what. */
  schedule?: { id: string; nominalAt: string; kind: RunKind };
  /** Every attempt, the first one first. */
  attempts: TaskAttempt[];
}
