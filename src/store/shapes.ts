/** What goes into the Store's verbs and what comes out. Times are ms of Redis time. */

import type { ScheduleDefinition, StoredSchedule } from '../domain/schedule.js';
import type { Outcome, Priority, TaskError, TaskState } from '../domain/task.js';
import type { TaskDraft, TaskOptions } from '../domain/task-input.js';

export type { TaskDraft, TaskOptions };

/** A task handed to a worker. `token` names this very delivery and must accompany its ending. */
export interface ClaimedTask {
  readonly id: string;
  readonly queue: string;
  readonly handler: string;
  readonly priority: Priority;
  readonly attempt: number;
  /** Failures before this attempt. */
  readonly failures: number;
  readonly token: string;
  readonly createdAt: number;
  readonly dueAt: number;
  readonly payload: string;
  readonly options: TaskOptions;
}

/** What is written down about one attempt. */
export interface AttemptRecord {
  attempt: number;
  worker: string;
  startedAt: number;
  finishedAt: number;
  outcome: Outcome;
  /** JSON text of the handler's result. */
  result?: string;
  error?: TaskError;
}

export interface Completion {
  id: string;
  token: string;
  record: AttemptRecord;
}

/** ok: recorded. already: this very ending was recorded before (a re-sent call). lost: the task is no longer this worker's. */
export type EndingWord = 'ok' | 'already' | 'lost';

export interface ClaimRequest {
  worker: string;
  /**
   * Grows with every claim of this worker; the same nonce again answers the same tasks. Even and odd nonces
   * are two lines: within a line a claim is sent when the one before is answered; an older nonce answers nothing.
   */
  nonce: number;
  /** Free slots; 0 only records completions. At most 1000. */
  want: number;
  /** Names of the handlers this worker has; keep the array's identity, the store caches by it. */
  handlers: readonly string[];
  /** How long the worker keeps what it is handed. */
  leaseMs: number;
  /** Its lease was set a moment ago by a claim: it need not be set again, unless the store knows nothing of it. */
  leaseStands?: boolean;
  completions: readonly Completion[];
}

export interface ClaimReply {
  now: number;
  /** One word for each completion; null when every one is `ok`. */
  endings: EndingWord[] | null;
  tasks: ClaimedTask[];
  /** When the next waiting task comes due, of any lane; null when none waits or it was not looked at. */
  nextDue: number | null;
  /** Fewer were handed out than asked for although more are ready: the reply was full (about 4 MiB). */
  more: boolean;
  /** The worker's lease ran out and its tasks were taken back: it must go on under a new id. */
  reaped: boolean;
}

/** How an attempt ends other than by completion. */
export interface Settlement {
  id: string;
  token: string;
  record: AttemptRecord;
  /** Counts against maxAttempts. */
  failure: boolean;
  /** retry: back to the due set at `due`. head: to the head of its ready list now. dead | cancelled: over. */
  next: { to: 'retry'; due: number } | { to: 'head' } | { to: 'dead' } | { to: 'cancelled' };
}

/** Something a worker held when its lease ran out. */
export interface ExpiredHold {
  worker: string;
  id: string;
  token: string;
  attempt: number;
  startedAt: number;
  failures: number;
  /** The attempt before this one was lost as well. */
  lostBefore: boolean;
  options: TaskOptions;
}

export interface PromoteReply {
  now: number;
  moved: number;
  nextDue: number | null;
  /** When the earliest worker lease ends unless renewed. */
  nextLease: number | null;
}

export type CancelWord = 'cancelled' | 'already' | 'running' | 'completed' | 'dead' | 'unknown';

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

export interface QueueFacts {
  queue: string;
  scheduled: number;
  ready: number;
  running: number;
  completed: number;
  dead: number;
  cancelled: number;
  /** Ready tasks whose handler no present worker of this queue has, by handler. */
  unroutable: Record<string, number>;
}

/** A leader's time in office. `token` is compared for equality by every leader script. */
export interface Term {
  number: number;
  token: string;
  node: string;
  since: number;
  /** Value of the lock it was won with. */
  lockValue: string;
}

export interface PlanEntry {
  schedule: string;
  revision: number;
  /** The cursor (next unplanned nominal) this plan starts from; compared. */
  cursor: number;
  /** The cursor afterwards; null when the spec yields nothing more. */
  next: number | null;
  occurrences: { nominal: number; draft: TaskDraft }[];
  /** Instants that passed with nobody able to plan them, as closed ranges. */
  missed: { from: number; to: number; count: number }[];
}

/** planned: done. stale: revision or cursor have moved on; read again. */
export type PlanWord = 'planned' | 'stale';

export interface ScheduleEdit {
  id: string;
  /** What the caller read; null: must not exist yet. */
  expect: { revision: number; cursor: number | null } | null;
  /** What to store; null removes it. */
  schedule: StoredSchedule | null;
  cursor: number | null;
  /** Planned occurrences after the edit instant, with the definition that planned them. */
  withdraw: { nominals: number[]; planned: ScheduleDefinition } | null;
  /** Instants that passed unplanned before the edit and that it leaves without anybody to plan them. */
  missed?: { from: number; to: number; count: number }[];
  /** Runs it had elsewhere before it moved here. */
  runs?: number;
}

export interface ScheduleRow {
  schedule: StoredSchedule;
  /** Next unplanned nominal; null: nothing more to plan. */
  cursor: number | null;
  /** Occurrences planned since it was made, less those that an edit withdrew. */
  runs: number;
}

/** The fate of one nominal instant (or, for `missed`, of a closed range of them). */
export type Fate =
  | { fate: 'planned'; nominal: number; term: number }
  | { fate: 'missed'; from: number; to: number; count: number };

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

/** What a process says of itself every few seconds. */
export interface Presence {
  id: string;
  name: string;
  host: string;
  pid: number;
  version: string;
  startedAt: number;
  seenAt: number;
  /** Workers only. */
  queues?: string[];
  handlers?: string[];
  concurrency?: number;
  running?: number;
  /** Nodes only. */
  tz?: string;
  url?: string;
}

export interface AppliedSet {
  digest: string;
  appliedAt: number;
  node: string;
  /** Digests applied before, newest first, bounded; none of them is re-applied by itself. */
  superseded: string[];
}

/** A hint that something changed; losing one costs at most one idle wait. */
export type Signal =
  | { kind: 'due'; queue: string; due: number }
  | { kind: 'schedules'; queue: string }
  | { kind: 'partition'; queue: string }
  | { kind: 'reconnected' };

/** Waits for ready tasks on its own connection. */
export interface Waiter {
  /** The queue to claim from, or null after `timeoutMs` (at most 2000 in one wait). */
  wait(queues: readonly string[], handlers: readonly string[], timeoutMs: number): Promise<string | null>;
  close(): void;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export type Fenced = 'fenced';

export interface Retention {
  completed: { count: number; age: number };
  dead: { count: number; age: number };
  /** Nothing that ended less than this ago goes, so that a re-sent enqueue still finds it (ms). */
  atLeast: number;
}

/** The server behind the store. */
export interface ServerFacts {
  version: string;
  /** Redis time, ms. */
  time: number;
  usedMemory: number;
  connectedClients: number;
}
