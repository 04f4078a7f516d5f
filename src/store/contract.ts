/**
 * The Store contract: the verbs of the road, as one typed interface. Two implementations keep it, Redis
 * (`store/redis`) and an in-memory model (`testing/model`); one conformance suite runs against both.
 * Times are ms of Redis time. Expected outcomes are words; errors mean that the store could not answer.
 */

import type { TaskState } from '../domain/task.js';
import type {
  AppliedSet,
  CancelWord,
  ClaimReply,
  ClaimRequest,
  EndingWord,
  ExpiredHold,
  Fate,
  Fenced,
  Page,
  PlanEntry,
  PlannedRun,
  PlanWord,
  Presence,
  PromoteReply,
  QueueFacts,
  Retention,
  RunQuestion,
  ScheduleEdit,
  ScheduleRow,
  ServerFacts,
  Settlement,
  Signal,
  TaskDraft,
  TaskFacts,
  Term,
  Waiter,
} from './shapes.js';

export type * from './shapes.js';

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
  server(): Promise<ServerFacts>;
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
  /** For each question the first of its instants that was planned. A few round trips, however many are asked. */
  plannedRuns(questions: readonly RunQuestion[]): Promise<(PlannedRun | null)[]>;
}

export interface Store extends RoadStore, LeaderStore, ScheduleStore, RegistryStore, ReadStore {
  /** Throws `redis_unsuitable`, `data_too_new` or `unavailable` with the reason. */
  check(): Promise<void>;
  close(): Promise<void>;
}
