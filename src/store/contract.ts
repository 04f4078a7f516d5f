/**
 * The Store contract: the verbs of the road, as one typed interface. Two implementations keep it, Redis
 * (`store/redis`) and an in-memory model (`testing/model`); one conformance suite runs against both.
 * Times are ms of Redis time. Expected outcomes are words; errors mean that the store could not answer.
 */

import type { RetryPolicy } from '../domain/retry.js';
import type { ScheduleDefinition, StoredSchedule } from '../domain/schedule.js';
import type { Outcome, Priority, TaskError, TaskState } from '../domain/task.js';

/** What differs from the defaults; kept with the task, never read by a script. */
export interface TaskOptions {
  retry?: RetryPolicy;
  /** Per attempt, ms. */
  timeout?: number;
  labels?: Record<string, string>;
}

/** A task about to enter the road. */
export interface TaskDraft {
  /** Made by the caller, so that sending it twice makes one task. One-off: `<partition code>-<random>`. */
  id: string;
  handler: string;
  priority: Priority;
  /** ms; 0 = now. */
  due: number;
  createdAt: number;
  /** JSON text; '' for none. Never decoded by the store. */
  payload: string;
  options?: TaskOptions;
}

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
  leaseMs: number;
  completions: readonly Completion[];
}

export interface ClaimReply {
  now: number;
  /** One word for each completion; null when every one is `ok`. */
  endings: EndingWord[] | null;
  tasks: ClaimedTask[];
  /** When the next waiting task comes due, of any lane; null when none waits. */
  nextDue: number | null;
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
}

export interface ScheduleRow {
  schedule: StoredSchedule;
  /** Next unplanned nominal; null: nothing more to plan. */
  cursor: number | null;
}

/** The fate of one nominal instant (or, for `missed`, of a closed range of them). */
export type Fate =
  | { fate: 'planned'; nominal: number; term: number }
  | { fate: 'missed'; from: number; to: number; count: number };

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
  | { kind: 'office' }
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

/** The road. */
export interface RoadStore {
  /** Opens the queue's partition (idempotent) and answers its code. */
  open(queue: string): Promise<string>;
  /** Puts tasks on the road; ids that exist are left as they are. `created` counts the new ones. */
  enqueue(queue: string, drafts: readonly TaskDraft[]): Promise<{ now: number; created: number }>;
  /** Moves what is due to its ready lists. Safe from any node. */
  promote(queue: string, limit: number): Promise<PromoteReply>;
  /** Records completions and hands out ready tasks, in one round trip. */
  claim(queue: string, request: ClaimRequest): Promise<ClaimReply>;
  /** Ends attempts of `worker` by compare-and-set. `onlyExpired`: the reaper's, refused while the lease holds. */
  settle(
    queue: string,
    worker: string,
    settlements: readonly Settlement[],
    onlyExpired?: boolean,
  ): Promise<EndingWord[]>;
  /** Renews the lease; lost: it was reaped, stop and take a new worker id. */
  beat(queue: string, worker: string, leaseMs: number): Promise<'ok' | 'lost'>;
  /** What workers with expired leases hold; forgets expired workers that hold nothing. */
  expired(queue: string, limit: number): Promise<ExpiredHold[]>;
  /** Gives up the lease of a worker that holds nothing. */
  leave(queue: string, worker: string): Promise<void>;
  cancel(queue: string, id: string, reason?: string): Promise<CancelWord>;
  waiter(): Waiter;
}

/** Leader writes; each carries the term and answers `fenced` when a later one is in office. */
export interface LeaderStore {
  /** Allocates the next term in the registry; null when `lockKey` no longer holds `lockValue`. */
  allocateTerm(node: string, lockValue: string, lockKey?: string): Promise<Term | null>;
  takeOffice(queue: string, term: Term): Promise<'ok' | Fenced>;
  plan(queue: string, term: Term, entries: readonly PlanEntry[]): Promise<PlanWord[] | Fenced>;
  /** Deletes finished tasks past retention; answers how many and when to look again (ms from now). */
  prune(queue: string, term: Term, retention: Retention): Promise<{ pruned: number; again: number } | Fenced>;
}

export interface Retention {
  completed: { count: number; age: number };
  dead: { count: number; age: number };
  /** Nothing that ended less than this ago goes, so that a re-sent enqueue still finds it (ms). */
  atLeast: number;
}

/** Schedules: stored in the partition of their queue. */
export interface ScheduleStore {
  /** One edit by compare-and-set. With a term it is the leader's, without one an API call's. */
  apply(queue: string, edit: ScheduleEdit, term?: Term): Promise<'ok' | 'stale' | Fenced>;
  schedule(id: string): Promise<(ScheduleRow & { queue: string }) | null>;
  schedules(): Promise<ScheduleRow[]>;
  /** Schedules whose cursor lies at or before `until`, earliest first, and the next cursor after those. */
  plannable(
    queue: string,
    until: number,
    limit: number,
  ): Promise<{ rows: ScheduleRow[]; next: number | null }>;
  /** Recorded fates of the given nominal instants and every missed range that touches [from, to]. */
  fates(id: string, nominals: readonly number[], from: number, to: number): Promise<Fate[]>;
}

/** The small shared partition: who and what there is. */
export interface RegistryStore {
  time(): Promise<number>;
  queues(): Promise<string[]>;
  announce(kind: 'node' | 'worker', presence: Presence, ttlMs: number): Promise<void>;
  depart(kind: 'node' | 'worker', id: string): Promise<void>;
  present(kind: 'node' | 'worker'): Promise<Presence[]>;
  office(): Promise<Term | null>;
  appliedSet(set: string): Promise<AppliedSet | null>;
  recordAppliedSet(set: string, applied: AppliedSet): Promise<void>;
  subscribe(listener: (signal: Signal) => void): Promise<() => void>;
}

/** The read side, apart from the hot path. */
export interface ReadStore {
  find(id: string): Promise<TaskFacts | null>;
  list(queue: string, state: TaskState, limit: number, cursor?: string): Promise<Page<TaskFacts>>;
  queueFacts(queue: string): Promise<QueueFacts>;
}

export interface Store extends RoadStore, LeaderStore, ScheduleStore, RegistryStore, ReadStore {
  /** Throws `redis_unsuitable`, `data_too_new` or `unavailable` with the reason. */
  check(): Promise<void>;
  close(): Promise<void>;
}
