/** The road: tasks in, promoted, claimed, ended; each verb with what goes in and what comes out. */

export type { Kept, QueueRetention, Retention } from '../../domain/task/retention.js';

import type { TaskOptions } from '../../domain/task/fields.js';
import type { Retention } from '../../domain/task/retention.js';
import type { Outcome, Priority, TaskError, TaskState } from '../../domain/task/task.js';
import type { TaskDraft } from '../../domain/task/task-input.js';

/** The road. */
export interface RoadStore {
  /** Opens the queue's partition (idempotent) and answers its code. */
  open(queue: string): Promise<string>;
  /** Puts tasks on the road; ids that exist are left as they are. */
  enqueue(queue: string, drafts: readonly TaskDraft[]): Promise<EnqueueReply>;
  /**
   * Moves what is due to its ready lists; late runs of schedules are set aside (see `late`). Where an earlier run of its
   * schedule is unfinished, its overlap policy decides about a run. Safe from any node.
   */
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
  /**
   * Renews the lease; lost: it was reaped, stop and take a new worker id. Tasks of this worker that were asked to stop
   * are told with every beat until they have ended.
   */
  beat(queue: string, worker: string, leaseMs: number): Promise<'ok' | 'lost' | { stop: StopRequest[] }>;
  /**
   * What workers with expired leases hold; forgets expired workers that hold nothing. A lease that outlasts its length,
   * because the clock was stepped back, is cut to it.
   */
  reap(queue: string, limit: number): Promise<ReapReply>;
  /**
   * Keeps what attempts tell of themselves while this worker holds them; of others it is dropped. Of a task the last
   * LOG_LINES lines are kept.
   */
  report(queue: string, worker: string, reports: readonly Report[]): Promise<void>;
  /** Gives up the lease of a worker that holds nothing. */
  leave(queue: string, worker: string): Promise<void>;
  /**
   * Deletes finished tasks past retention, a batch at a time: theirs, else what is set for the queue, else this one; answers how many, and when the next is past it (ms from
   * now, by age: more of them may be too many at any time). Infinity: none has finished. `limit`: at most so many.
   */
  prune(queue: string, retention: Retention, how?: PruneHow): Promise<{ pruned: number; again: number }>;
  /**
   * Ends a task that no worker holds. One that runs is asked to stop (`requested`, also when it was before): no further
   * attempt follows, and it ends cancelled when this one ends, whatever it comes to.
   */
  cancel(queue: string, id: string, reason?: string): Promise<CancelWord>;
  waiter(): Waiter;
  /** Waits for requests to stop what workers hold. */
  stopWaiter(): StopWaiter;
  /**
   * Keeps leases from a thread of its own; absent where there is none. `deadlines`: monotonic times, 0 for none; once one
   * has passed nothing is kept any more.
   */
  beats?(leaseMs: number, deadlines: Float64Array): Beats;
}

/** A task that its worker is to stop. */
export interface StopRequest {
  id: string;
  reason?: string;
}

/** Renews leases that this process, busy with a handler that blocks it, does not renew itself. */
export interface Beats {
  /**
   * `ends`: two cells of shared memory, monotonic ms. In the first the process says when the lease ends as far as it
   * knows, Infinity while there is nothing to keep; in the second the thread says what it made of it. Ends with the call
   * that is answered.
   */
  keep(queue: string, worker: string, ends: Float64Array): () => void;
  close(): void;
}

export interface EnqueueReply {
  now: number;
  /** How many are new. */
  created: number;
  /** By id of a draft that made no task: the live task that has its unique key. */
  taken?: ReadonlyMap<string, string>;
  /** Ids of drafts that made no task because as many wait as may (`maxDepth`). */
  full?: ReadonlySet<string>;
  /** By id of a draft whose call was answered before (`once`): that answer's task, or that it was to another body. */
  repeated?: ReadonlyMap<string, { id: string; createdAt: number } | 'differs'>;
  /** By id of a draft that is throttled by a task that has ended and was deleted since. */
  gone?: ReadonlyMap<string, { id: string; createdAt: number; state: TaskState }>;
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
  /** When its first attempt began, where its `maxElapsed` counts from there and this is a later one. */
  readonly firstStartedAt?: number;
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
  /** Of a lost one: its worker's machine, where that is known, and when it was last heard of. */
  lost?: { host?: string; lastBeatAt: number };
}

export interface Completion {
  id: string;
  token: string;
  record: AttemptRecord;
}

/**
 * ok: recorded. stopped: the same, and its task had been asked to stop: it is cancelled, whatever it came to. already: this very ending was recorded before (a
 * re-sent call). lost: the task is no longer this worker's.
 */
export type EndingWord = 'ok' | 'stopped' | 'already' | 'lost';

export interface ClaimRequest {
  worker: string;
  /**
   * Grows with every claim of this worker; the same nonce again answers the same tasks. Even and odd nonces
   * are two windows: within one a claim is sent when the one before is answered; an older nonce answers nothing.
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
  /** Fewer were handed out than asked for although more are ready: the reply was full (about 1 MB). */
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
  /** When the first attempt began; kept until the task is put back, for a policy with `maxElapsed`. */
  firstStartedAt?: number;
  /** retry: back to the due set at `due`. head: to the head of its ready list now. dead | cancelled: over. */
  next: { to: 'retry'; due: number } | { to: 'head' } | { to: 'dead' } | { to: 'cancelled' };
}

/** What an attempt tells of itself. */
export interface Report {
  id: string;
  token: string;
  /** JSON text; absent: as it was. */
  progress?: string;
  /** Lines without line breaks; the first is number `from` of its attempt, counted from 1. */
  lines: readonly string[];
  from: number;
}

export interface PruneHow {
  /** Whatever else is set for the queue or its tasks. */
  exact?: true;
  /** How many, at most. */
  limit?: number;
}

export interface ReapReply {
  holds: ExpiredHold[];
  /** Tasks here wait for parents (see `parentQueues`). */
  children: boolean;
}

/** Something a worker held when its lease ran out. */
export interface ExpiredHold {
  worker: string;
  id: string;
  token: string;
  attempt: number;
  startedAt: number;
  failures: number;
  /** Attempts right before this one that were lost as well. */
  lossesBefore: number;
  /** As of a claimed task. */
  firstStartedAt?: number;
  /** When its lease was last renewed. */
  lastBeatAt: number;
  options: TaskOptions;
  cancelRequested?: true;
}

export interface PromoteReply {
  now: number;
  moved: number;
  nextDue: number | null;
  /** When the earliest worker lease ends unless renewed. */
  nextLease: number | null;
  /** Runs wait for the leader to judge them, because they came due too late. */
  late: boolean;
  /** The outbox holds something, and this may be the only one to see to it. */
  owes?: true;
}

export type CancelWord = 'cancelled' | 'already' | 'requested' | 'completed' | 'dead' | 'unknown';

/** A wait for ready tasks ends after this at the latest (ms), so that whoever waits notices what it was not told. */
export const LONGEST_WAIT = 2_000;

/** Waits for ready tasks on its own connection. */
export interface Waiter {
  /** The queue to claim from, or null after `timeoutMs` (at most LONGEST_WAIT). */
  wait(queues: readonly string[], handlers: readonly string[], timeoutMs: number): Promise<string | null>;
  /** Ends the wait under way now, with what it has got or null. */
  interrupt(): Promise<void>;
  /** What the last wait answered for this queue cannot be used here now: somebody else is woken by it. */
  giveBack(queue: string): Promise<void>;
  close(): void;
}

/** Hears that something of a worker is to stop; what it is, and whatever was missed, the next beat tells. */
export interface StopWaiter {
  /** The queue in which one of these leases has something to stop, or null after `timeoutMs` (at most LONGEST_WAIT). */
  wait(leases: readonly { queue: string; worker: string }[], timeoutMs: number): Promise<string | null>;
  /** Ends the wait under way now. */
  interrupt(): void;
  close(): void;
}
