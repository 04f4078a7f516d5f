/** What happens, for those who listen: recorded while somebody does, and for a while after the last has left. */

import type { Passed } from '../../domain/schedule/passed.js';
import type { TaskState } from '../../domain/task/task.js';
import type { AttemptRecord } from './road.js';
import type { HeldReason } from './sets.js';

/** What happened; data stand beside it. */
export type Happened =
  | { what: 'task'; to: TaskMove; id: string; queue: string; task: HappenedTask }
  | { what: 'run'; to: 'fired'; id: string; queue: string; task: HappenedTask }
  | ({ what: 'instants'; schedule: string; queue: string } & Passed)
  | { what: 'schedule'; to: ScheduleMove; schedule: string; queue: string }
  | { what: 'queue'; queue: string }
  | { what: 'worker'; to: 'joined' | 'left'; worker: string }
  | { what: 'leader'; to: 'elected' | 'left'; node: string }
  | ({ what: 'set'; set: string } & SetTold)
  | { what: 'operation'; operation: string }
  | { what: 'alert'; to: 'raised' | 'cleared'; alert: string };

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

/** The type that listeners know it by, its queue ('' of what queues share), and the id of what it is about. */
export function toldAs(happened: Happened): Parameters<Wanted>[0] {
  const queue = 'queue' in happened ? happened.queue : '';
  switch (happened.what) {
    case 'task':
      return { type: `task.${happened.to}`, queue, id: happened.id };
    case 'run':
      return { type: `schedule.${happened.to}`, queue, id: happened.id };
    case 'instants':
      return {
        type: `schedule.${happened.word === 'missed' ? 'missed' : 'skipped'}`,
        queue,
        id: happened.schedule,
      };
    case 'schedule':
      return { type: `schedule.${happened.to}`, queue, id: happened.schedule };
    case 'queue':
      return { type: 'queue.changed', queue, id: '' };
    case 'worker':
      return { type: `worker.${happened.to}`, queue, id: happened.worker };
    case 'leader':
      return { type: `leader.${happened.to}`, queue, id: happened.node };
    case 'set':
      return { type: `set.${happened.to}`, queue, id: happened.set };
    case 'operation':
      return { type: 'operation.changed', queue, id: happened.operation };
    case 'alert':
      return { type: `alert.${happened.to}`, queue, id: happened.alert };
  }
}

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
