/** One partition of the model: plain records in plain maps, and the few moves a task makes between places. */

import { readRunId } from '../domain/schedule/run-id.js';
import { payloadText } from '../domain/task/payload.js';
import type { Priority, TaskState } from '../domain/task/task.js';
import type {
  AttemptRecord,
  Elsewhere,
  LogLine,
  OpenWithdrawal,
  QueueSettings,
  ScheduleRow,
  TaskDraft,
  Term,
} from '../store/contract/index.js';
import type { Asker, Message } from './model-children.js';
import { gate } from './model-keys.js';
import { newPace, type Pace } from './model-pace.js';
import { nextOpening } from './model-rates.js';
import { newRemembered, type Remembered } from './model-remembered.js';
import { newTallies, type Tallies } from './model-tallies.js';

/** Where a task is. Exactly one place at any time: that is conservation. */
export type Place =
  | { at: 'due'; due: number }
  | { at: 'late' }
  /** Behind an earlier run of its schedule; those of the first class go on first. */
  | { at: 'parked'; first: boolean }
  /** Behind its parents; those that have not ended. */
  | { at: 'child'; awaited: string[] }
  /** `order`: its place among those of its lane, lower first. */
  | { at: 'ready'; order: number }
  | {
      at: 'held';
      worker: string;
      nonce: number;
      token: string;
      startedAt: number;
      /** Its worker was asked to stop it. */
      stop?: { reason?: string };
    }
  | {
      at: 'finished';
      state: 'completed' | 'dead' | 'cancelled';
      finishedAt: number;
      order: number;
      reason?: string;
    };

export interface ModelTask {
  readonly draft: TaskDraft & { payload: string };
  place: Place;
  /** Number of the latest attempt; never lowered. */
  attempt: number;
  failures: number;
  /** Since when it is ready. */
  readyAt?: number;
  /** A run that has come due and was not put off behind another. */
  counted?: boolean;
  /** The attempt it died of when it was put back, until the next one is settled. */
  redriven?: number;
  /** When the first attempt began, where it was said. */
  firstStartedAt?: number;
  /** It has ended and is kept longer than the rest: it stands behind them in lists. */
  aside?: boolean;
  expires?: number;
  /** Every ending that was accepted, in order: the history, and what a re-sent ending is compared with. */
  endings: { token: string; record: AttemptRecord }[];
  /** What it told of itself. */
  progress?: string;
  log?: LogLine[];
}

export interface Partition {
  readonly queue: string;
  readonly code: string;
  readonly tasks: Map<string, ModelTask>;
  /** Ids waiting for a worker, first in first out, by lane. Of tasks with a concurrency key all that are ready. */
  readonly ready: Map<string, string[]>;
  /** Of lanes whose tasks have concurrency keys: the keys, in the order of their turns. */
  readonly rings: Map<string, string[]>;
  /** Under strict order: the task that holds a key, begun and not ended. */
  readonly heads: Map<string, string>;
  /** Attempts that began while the queue had a rate. */
  readonly starts: { at: number; key?: string }[];
  /** The time of the verb under way. */
  now: number;
  /** Worker id → end of its lease. */
  readonly leases: Map<string, number>;
  /** Worker id → length of its lease. */
  readonly lengths: Map<string, number>;
  /** Worker id → nonces of the latest claims that handed something out, of the even and of the odd window. */
  readonly nonces: Map<string, [even: number, odd: number]>;
  /** Workers whose lease ran out and whose tasks were taken back. */
  readonly reaped: Set<string>;
  readonly schedules: Map<string, ScheduleRow>;
  settings: QueueSettings;
  /** Settings that configuration files have named: by which, and where. */
  readonly owned: Map<string, { path: string; place: string }>;
  paused: boolean;
  /** Schedules with a backlog, and the time before which nothing of it fires. */
  readonly backlogs: Map<string, number>;
  /** Markers of moves that are not finished, by schedule. */
  readonly moves: Map<string, string>;
  readonly terms: { number: number; since: number }[];
  /** Edits after which ready runs are still to be taken back, by schedule. */
  readonly withdrawals: Map<string, Omit<OpenWithdrawal, 'queue'>>;
  term: Term | null;
  /** The run that completed last, by schedule. */
  readonly successes: Map<string, { taskId: string; result?: string }>;
  /** Queues that schedules of this one moved from; `blocks`: unfinished runs there hold up those that wait here. */
  elsewhere: (Elsewhere & { blocks: boolean })[];
  /** Schedules that have left: their runs wait for the leader. */
  readonly left: Set<string>;
  /** Workers that have something to stop and were not woken for it yet. */
  readonly stopTokens: Set<string>;
  /** Nobody held a lease at the last promotion and nothing was late: what begins next is told. */
  quiet: boolean;
  /** Counts picks, so that every lane gets its turn. */
  turn: number;
  /** The handler served last, by priority. */
  readonly servedLast: Map<Priority, string>;
  /** Counts endings, so that those of one millisecond keep their order. */
  finished: number;
  /** Children of tasks that have not ended, by those. */
  readonly asked: Map<string, Asker[]>;
  /** What is to be told to other partitions, the oldest first. */
  outbox: Message[];
  readonly remembered: Remembered;
  readonly pace: Pace;
  readonly tallies: Tallies;
  /** What the verb under way has put elsewhere to wait, for those who listen, in its order. */
  moved: { id: string; state: TaskState; attempt: number }[];
  /** Where what a call made waited first, by id: others of the same call may have put it elsewhere. */
  born: Map<string, TaskState>;
  /** Counts what comes into ready lists, so that each entry has a place of its own. */
  arrived: number;
}

export function newPartition(queue: string, code: string): Partition {
  return {
    queue,
    code,
    tasks: new Map(),
    ready: new Map(),
    rings: new Map(),
    heads: new Map(),
    starts: [],
    now: 0,
    leases: new Map(),
    lengths: new Map(),
    nonces: new Map(),
    reaped: new Set(),
    schedules: new Map(),
    settings: {},
    owned: new Map(),
    paused: false,
    backlogs: new Map(),
    moves: new Map(),
    terms: [],
    withdrawals: new Map(),
    term: null,
    successes: new Map(),
    elsewhere: [],
    left: new Set(),
    stopTokens: new Set(),
    quiet: false,
    turn: 0,
    servedLast: new Map(),
    finished: 0,
    asked: new Map(),
    outbox: [],
    remembered: newRemembered(),
    pace: newPace(),
    tallies: newTallies(),
    moved: [],
    born: new Map(),
    arrived: 0,
  };
}

/**
 * Tasks with a unique key, runs, and runs that wait for earlier ones in any case stand in lanes of their own; so do those
 * of them that have a concurrency key.
 */
export const LANE_KINDS = ['', 'tied', 'run', 'waits', 'key', 'run key', 'waits key'] as const;
export type LaneKind = (typeof LANE_KINDS)[number];

export function laneOf(handler: string, priority: Priority, kind: LaneKind = ''): string {
  return `${priority} ${handler} ${kind}`;
}

export function laneOfTask({ draft }: ModelTask): string {
  return laneOf(draft.handler, draft.priority, kindOf(draft));
}

export function kindOf({ id, options }: TaskDraft): LaneKind {
  const run = readRunId(id);
  const hasKey = options?.concurrencyKey !== undefined;
  if (run) {
    const waits = run.kind === 'backfill' || options?.run?.kind === 'catchUp';
    return `${waits ? 'waits' : 'run'}${hasKey ? ' key' : ''}`;
  }
  if (hasKey) return 'key';
  return options?.uniqueKey === undefined && options?.retention === undefined ? '' : 'tied';
}

/** Puts a new task on the road unless its id is known. */
export function addTask(partition: Partition, draft: TaskDraft): ModelTask | null {
  if (partition.tasks.has(draft.id)) return null;
  const task: ModelTask = {
    draft: structuredClone({ ...draft, payload: payloadText(draft.payload) }),
    place: { at: 'due', due: draft.due },
    attempt: 0,
    failures: 0,
    endings: [],
  };
  partition.tasks.set(draft.id, task);
  partition.pace.totals.enqueued += 1;
  return task;
}

/** What it waits for while it waits; otherwise when it was first due. */
export function dueAtOf(task: ModelTask): number {
  return task.place.at === 'due' ? task.place.due : Math.max(task.draft.due, task.draft.createdAt);
}

export function toReady(partition: Partition, task: ModelTask, end: 'head' | 'tail'): void {
  const lane = laneOfTask(task);
  const ids = partition.ready.get(lane) ?? [];
  if (end === 'head') ids.unshift(task.draft.id);
  else ids.push(task.draft.id);
  partition.ready.set(lane, ids);
  partition.arrived += 1;
  task.place = { at: 'ready', order: end === 'head' ? -partition.arrived : partition.arrived };
  task.readyAt = partition.now;
  gate(partition, task.draft.options?.concurrencyKey);
}

/** The tasks that wait for time, earliest first; those of one instant by id. */
export function dueTasks(partition: Partition): { task: ModelTask; due: number }[] {
  const waiting: { task: ModelTask; due: number }[] = [];
  for (const task of partition.tasks.values()) {
    if (task.place.at === 'due') waiting.push({ task, due: task.place.due });
  }
  return waiting.sort((a, b) => a.due - b.due || (a.task.draft.id < b.task.draft.id ? -1 : 1));
}

/** When something happens by itself: a task comes due, or a rate opens. */
export function nextDue(partition: Partition): number | null {
  const expiries = [...partition.tasks.values()].map(({ expires }) => expires);
  const times = [dueTasks(partition)[0]?.due, nextOpening(partition), ...expiries];
  const known = times.flatMap((time) => time ?? []);
  return known.length === 0 ? null : Math.min(...known);
}

/** The schedule and nominal time in an occurrence's id. */
export function occurrenceOf(id: string): { schedule: string; nominal: number } | null {
  const [, schedule, nominal] = /^([^!+]+)@(\d+)$/.exec(id) ?? [];
  return schedule === undefined ? null : { schedule, nominal: Number(nominal) };
}

/** A lease lasts up to and including its end. */
export function leaseHolds(partition: Partition, worker: string, now: number): boolean {
  const end = partition.leases.get(worker);
  return end !== undefined && end >= now;
}

/** Deletes the row of a worker that holds nothing, as the scripts do. */
export function forgetWorker(partition: Partition, worker: string): void {
  partition.leases.delete(worker);
  partition.lengths.delete(worker);
  partition.nonces.delete(worker);
}

/** Of the completed those with a retention of their own are at once. */
export function isAside({ aside, draft, place }: ModelTask): boolean {
  const completed = place.at === 'finished' && place.state === 'completed';
  return aside === true || (completed && draft.options?.retention !== undefined);
}

/** How many more tasks may come to wait. */
export function depthLeft({ settings, tasks }: Partition): number {
  const waiting = [...tasks.values()].filter(
    ({ place: { at } }) => at !== 'held' && at !== 'finished',
  ).length;
  return (settings.maxDepth ?? Number.POSITIVE_INFINITY) - waiting;
}

export function heldBy(partition: Partition, worker: string): ModelTask[] {
  return [...partition.tasks.values()].filter(
    (task) => task.place.at === 'held' && task.place.worker === worker,
  );
}
