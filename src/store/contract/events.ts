/** What happens, for those who listen: recorded while somebody does, and for a while after the last has left. */

import type { Word } from '../../domain/schedule/words.js';
import type { TaskState } from '../../domain/task/task.js';
import type { AttemptRecord } from './road.js';
import type { HeldReason } from './sets.js';

/** What happened; data stand beside it. */
export type Happened =
  | { what: 'task'; to: TaskMove; id: string; queue: string; task: HappenedTask }
  | { what: 'run'; to: 'fired'; id: string; queue: string; task: HappenedTask }
  | ({ what: 'instants'; schedule: string; queue: string } & PassedInstants)
  | { what: 'schedule'; to: ScheduleMove; schedule: string; queue: string }
  | { what: 'queue'; queue: string }
  | { what: 'worker'; to: 'joined' | 'left'; worker: string }
  | { what: 'leader'; to: 'elected' | 'left'; node: string }
  | ({ what: 'set'; set: string } & SetTold)
  | { what: 'operation'; operation: string }
  | { what: 'alert'; to: 'raised' | 'cleared'; alert: string };

/** Instants of a schedule that do not run, for one reason: so many of them in [from, to]. */
export interface PassedInstants {
  word: Word;
  from: number;
  to: number;
  /** 10,000 stands for as many or more. */
  count: number;
}

/** What became of a file set. applied: the leader has carried it out. invalid: a node found only invalid files of it. */
export type SetTold =
  | { to: 'applied'; digest: string }
  | { to: 'held'; digest: string; reason: HeldReason }
  | { to: 'invalid'; node: string };

export const TASK_MOVES = [
  'enqueued',
  'started',
  'progress',
  'retrying',
  'completed',
  'dead',
  'cancelled',
] as const;
export type TaskMove = (typeof TASK_MOVES)[number];
export type ScheduleMove = 'changed' | 'removed' | 'paused' | 'resumed';

/** As far as it is still known: of a task that was pruned meanwhile the handler is ''. */
export interface HappenedTask {
  handler: string;
  state: TaskState;
  attempt: number;
  worker?: string;
  /** JSON text. */
  progress?: string;
  /** Why it was cancelled. */
  reason?: string;
  /** The attempt that ended it, or that failed before it goes on. */
  record?: AttemptRecord;
  /** Its result is larger than what is told with an event, or not known any more. */
  resultOmitted?: true;
}

/**
 * Where a listener stands: behind `number` of `queue` ('' what queues share) of that ms, in the one order of all events:
 * by ms first. Without them: before that ms.
 */
export interface EventPlace {
  ms: number;
  queue?: string;
  number?: number;
}

export interface EventPage {
  /** In their order, those that were asked for. */
  events: { place: EventPlace; happened: Happened }[];
  /** Everything before this is answered. */
  until: EventPlace;
  /** Queues ('' for what they share) in which something before `ms` was not recorded, or is not kept any more. */
  lost: { queue: string; ms: number }[];
}

/** By what can be told without a look at the task. */
export type Wanted = (event: { type: string; queue: string; id: string }) => boolean;

export interface EventStore {
  /**
   * What happens in these queues, null for all, is recorded for `keepMs` from now on; who goes on listening says so again
   * before that. Answers the store's time: nothing behind it is missed.
   */
  observe(queues: readonly string[] | null, keepMs: number): Promise<number>;
  /** What happened behind a place in observed queues, and in what queues share. */
  events(queues: readonly string[] | null, after: EventPlace, wanted: Wanted): Promise<EventPage>;
  /** Resolves when something happens that `events` would answer, or after `timeoutMs`, or at once when `over` aborts. */
  awaitEvents(
    queues: readonly string[] | null,
    after: EventPlace,
    timeoutMs: number,
    over: AbortSignal,
  ): Promise<void>;
}
