/** What is told of many things at once: counts, what is to come, runs, what was edited. */

import type { Priority, TaskState } from '../../domain/task/task.js';

export interface OverviewStore {
  /** Of these queues those that may have tasks in one of these states, as far as that is told without looking into them. */
  holding(queues: readonly string[], states: readonly TaskState[]): Promise<string[]>;
  /** How many tasks are in each state, or of a handler or schedules only: those are found by looking at each. */
  tally(queue: string, range?: TallyRange): Promise<Tallied>;
  /** The handlers of tasks that a queue has, by name, with how many of them are ready and run. */
  handlersOf(queue: string): Promise<HandlerTally>;
  /**
   * Up to `limit` tasks that wait for their time, of a retry too, behind a place and due by `to`, in the order of their
   * due times. Runs that their schedule's calendar tells of are not among them until they have been attempted.
   */
  coming(queue: string, from: DuePlace, to: number, limit: number): Promise<ComingPage>;
  /**
   * How many of those tasks come due in each of `steps` steps of so many ms from a time on; steps without any are left
   * out. Behind the first hundred, those that are due within a minute, and those behind them while there are runs of
   * schedules among them, five thousand at most, runs are counted, too.
   */
  dueCounts(queue: string, from: number, step: number, steps: number): Promise<Map<number, number>>;
  /** When runs of these schedules began and ended, in the order asked; null for one that is not there. */
  runTimes(asked: readonly RunsOf[]): Promise<(RunTimes | null)[][]>;
  /** For each queue, which schedules were edited since a mark, and the mark to ask with next. */
  edited(asked: readonly EditedSince[]): Promise<Edited[]>;
}

/** Which tasks are counted, and what that may cost. */
export interface TallyRange {
  handler?: string;
  /** Runs of these, up to an instant. */
  schedules?: readonly { id: string; until?: number }[];
  /** Absent: all states. */
  states?: readonly TaskState[];
  /** Tasks looked at of each state, at most; 0: none, which still tells where there are any. */
  scan?: number;
}

export interface Tallied {
  /** Whether the queue knows what was asked for: it has had tasks of that handler, or any were asked for. */
  known: boolean;
  /** By state; 0 for one that was not asked for. */
  counts: Record<TaskState, number>;
  /** Of each state, how many were not looked at: where it is not 0 there may be more than were counted. */
  unseen: Record<TaskState, number>;
  /** How many tasks were looked at. */
  scanned: number;
}

export interface HandlerTally {
  handlers: { handler: string; ready: number; running: number }[];
  /** Running tasks that were not looked at, of whichever handlers, because very many run. */
  unseen: number;
}

/** A due time (ms), and behind which task of that very time; '' before all of them. */
export interface DuePlace {
  due: number;
  behind: string;
}

export interface ComingTask {
  id: string;
  handler: string;
  priority: Priority;
  state: 'scheduled' | 'retrying';
  place: DuePlace;
}

export interface ComingPage {
  tasks: ComingTask[];
  /** Where to go on; null: that was all. */
  next: DuePlace | null;
}

/** Runs of one schedule, by their nominal times. */
export interface RunsOf {
  schedule: string;
  nominals: readonly number[];
}

export interface RunTimes {
  state: TaskState;
  /** When its first attempt began; absent: none has. */
  startedAt?: number;
  /** Of its last attempt that has ended. */
  last?: { startedAt: number; finishedAt: number };
}

/** `since` '': from as far back as is known. */
export interface EditedSince {
  queue: string;
  since: string;
}

export interface Edited {
  mark: string;
  /** null: more than is known, so that all of the queue's schedules may have been. */
  ids: string[] | null;
}
