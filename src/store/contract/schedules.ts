/** Schedules and their ledgers: stored in the partition of their queue. */

import type { Single } from '../../domain/schedule/fates.js';
import type { Word } from '../../domain/schedule/ledger.js';
import type { Passed } from '../../domain/schedule/passed.js';
import type { ScheduleDefinition, StoredSchedule } from '../../domain/schedule/schedule.js';
import type { Priority } from '../../domain/task/task.js';
import type { TaskDraft } from '../../domain/task/task-input.js';
import type { Fenced, Term } from './leader.js';

/** Schedules: stored in the partition of their queue. */
export interface ScheduleStore {
  /**
   * One edit by compare-and-set. With a term it is the leader's, without one an API call's. A schedule is in one queue
   * at a time: to make one that is in another, or was decided to be meanwhile, is `stale`.
   */
  edit(queue: string, edit: ScheduleEdit, term?: Term): Promise<EditWord>;
  /** Many edits of different schedules, each as if it were alone, in few calls: a word for each, in their order. */
  edits(queue: string, edits: readonly ScheduleEdit[], term?: Term): Promise<EditWord[]>;
  schedule(id: string): Promise<(ScheduleRow & { queue: string }) | null>;
  /** The schedules of these ids, in their order; null where there is none. */
  schedulesOf(ids: readonly string[]): Promise<((ScheduleRow & { queue: string }) | null)[]>;
  schedules(): Promise<ScheduleRow[]>;
  /** Up to `limit` schedules behind an id, in the order of their ids; `next`: where to go on, null at the end. */
  schedulesFrom(after: string, limit: number): Promise<{ rows: ScheduleRow[]; next: string | null }>;
  /** Schedules whose cursor lies at or before `until`, earliest first, and the next cursor after those. */
  plannable(
    queue: string,
    until: number,
    limit: number,
  ): Promise<{ rows: ScheduleRow[]; next: number | null }>;
  /** Schedules whose cursor lies after a time, earliest first. */
  ahead(queue: string, after: number, offset: number, limit: number): Promise<ScheduleRow[]>;
  /**
   * Up to `limit` schedules with a backlog of instants that passed, whose pace lets something happen by `until`, those
   * that have waited longest first; and when the next one of those that are left may, in ms; null: none is.
   */
  undecided(
    queue: string,
    until: number,
    limit: number,
  ): Promise<{ rows: ScheduleRow[]; next: number | null }>;
  /** Up to `limit` runs that came due too late to run without being judged, by schedule; and those schedules. */
  late(queue: string, limit: number): Promise<{ runs: LateRun[]; rows: ScheduleRow[] }>;
  /**
   * What runs of these schedules are told of them, in their order: one round trip, however many are asked.
   */
  scheduleFacts(queue: string, ids: readonly string[]): Promise<ScheduleFacts[]>;
  /** The unfinished runs of each of these schedules, in their order: one round trip, however many are asked. */
  unfinished(queue: string, schedules: readonly string[]): Promise<UnfinishedRuns[]>;
  /** The last terms in office in this queue, oldest first, each with the time since when. */
  terms(queue: string): Promise<{ number: number; since: number }[]>;
  /** The schedules that have single exceptions which their ledger has not taken in, by id. */
  singled(queue: string): Promise<string[]>;
  /** The schedules of which something is expected, which tell how they go, or which pause themselves (see `isWatched`), by id. */
  watched(queue: string): Promise<string[]>;
  openMoves(queue: string): Promise<OpenMove[]>;
  /**
   * What a schedule brings along from the queue of its marker to the one it is to begin in, before it does: its last
   * success, and where it has left runs behind. Idempotent. `schedule`: its id from now on; `revision`: of the move;
   * until then runs may come due there.
   */
  carry(move: OpenMove, to: string, left: Pick<Elsewhere, 'schedule' | 'revision' | 'until'>): Promise<void>;
  /** Queues in which schedules of this one may have left runs behind. */
  elsewhere(queue: string): Promise<Elsewhere[]>;
  /**
   * What it left behind holds up its runs here (`block`), or no longer does (`free`), or nothing is left (`over`): by
   * the leader, idempotent.
   */
  follow(queue: string, left: Elsewhere, how: 'block' | 'free' | 'over', term: Term): Promise<'ok' | Fenced>;
  /** Of the runs that a schedule left behind in this queue the next may begin, or all: by the leader. */
  letGoOn(queue: string, schedule: string, how: 'one' | 'all', term: Term): Promise<'ok' | Fenced>;
  /** Removes a marker, unless another one stands there. `id`: what its schedule is called from now on. */
  endMove(move: OpenMove, id: string): Promise<void>;
  /**
   * Takes back ready runs of a schedule that no worker has claimed, of one lane: looks at up to 1,000 of the lane's
   * tasks from its end on, behind `position`, and answers where to go on (null: that was all).
   */
  withdrawReady(
    queue: string,
    schedule: string,
    lane: LaneOf,
    position: number,
    how?: WithdrawReady,
  ): Promise<number | null>;
  /** Edits after which ready runs are still to be taken back. */
  openWithdrawals(queue: string): Promise<OpenWithdrawal[]>;
  /**
   * Makes a run that a person asked for, of a schedule that is as its caller read it (else `stale`); it is due now.
   * `behind`: it was to run alone, and this run of the schedule is in progress. `full`: as many tasks wait as may.
   */
  trigger(queue: string, run: TriggeredRun): Promise<'ok' | 'stale' | 'full' | { behind: string }>;
  /** Up to `limit` schedules whose pause has an end, with that time (ms), the earliest first. */
  resuming(queue: string, limit: number): Promise<{ id: string; at: number }[]>;
}

/** Decoded when it is looked at, because most handlers look at none of it. */
export interface ScheduleFacts {
  /** null: it is not in this queue, or not any more. */
  readonly row: ScheduleRow | null;
  /** The run that completed last, kept longer than its task; null: none has in this queue. `result`: JSON. */
  readonly lastSuccess: { taskId: string; result?: string } | null;
}

/** A queue that a schedule has moved from, or in which it had another id. */
export interface Elsewhere {
  schedule: string;
  from: string;
  /** Its id there, where that was another one. */
  as?: string;
  /** Of the move. */
  revision: number;
  /** Runs of it may come due there until then, ms. */
  until: number;
}

/** Ids of runs that have come due and not ended. */
export interface UnfinishedRuns {
  /** Ready, running, or put off by a retry. */
  underWay: string[];
  /** Behind those, in the order in which they go on; at most the first hundred. */
  waiting: string[];
  /** Queues that it moved from, in which unfinished runs hold up those that wait here. */
  elsewhere: string[];
}

/** `begun`: an instant that was to be withdrawn has a run already, the latest of them at this nominal time. */
export type EditWord = 'ok' | 'stale' | Fenced | { begun: number };

export interface WithdrawReady {
  /** Written down for each. */
  word?: Word | undefined;
  /** Only runs of instants up to this one. */
  until?: number | undefined;
  /** With the end of this lane all is done that the edit of this revision asked for. */
  done?: number | undefined;
}

/** A schedule was put to rest, or removed, and whoever did it may not live to take back its ready runs. */
export interface OpenWithdrawal {
  id: string;
  queue: string;
  /** The revision it had before. */
  revision: number;
  /** Redis time of the edit, ms: what is ready was due by then. */
  at: number;
  lanes: LaneOf[];
  word?: Word | undefined;
}

export interface TriggeredRun {
  schedule: string;
  revision: number;
  /** Its id is made by the caller, so that sending it twice makes one. */
  draft: TaskDraft;
  /** Only while no other run of the schedule is in progress: come due, and not ended. */
  alone: boolean;
}

export interface LaneOf {
  handler: string;
  priority: Priority;
  concurrencyKey?: string;
}

export interface ScheduleEdit {
  id: string;
  /** What the caller read; null: must not exist yet. */
  expect: { revision: number; cursor: number | null } | null;
  /** What to store; null removes it, with its ledger. */
  schedule: StoredSchedule | null;
  cursor: number | null;
  withdraw: Withdrawal | null;
  ledger?: LedgerWrite;
  /** The queue it moves to, where it is removed for that and keeps its id. */
  to?: string;
  /** Runs it had elsewhere before it moved here. */
  runs?: number;
  /** With a removal: it moves to another queue or id, and this marker of it stays until it has begun there. */
  moves?: string;
  /** What it comes to for those who listen; absent: it is changed, or removed. */
  what?: 'paused' | 'resumed' | 'nothing';
}

/** Planned occurrences that have not begun, with the definition that planned them. */
export interface Withdrawal {
  nominals: number[];
  planned: ScheduleDefinition;
  /** The schedule rests from here on: late ones go too, and one that has begun already is let go. */
  rest?: {
    /** Written down for those up to `until`; what lies behind it has the word of its range. */
    word: Word;
    until: number;
    /** Where ready ones wait, and what is written down for those: kept by the store until they are taken back. */
    ready?: Pick<OpenWithdrawal, 'lanes' | 'word'>;
  };
}

/** A new text for the ledger, by compare-and-set. */
export interface LedgerWrite {
  /** The version it was made of; 0: there was none. */
  before: number;
  text: string;
  /** It has a backlog, of which nothing happens before this time (ms); null: it has none. */
  undecided: number | null;
  /** Single exceptions that it has taken in. */
  taken: number[];
  /** What it says of instants that do not run, for those who listen. */
  told?: Passed[];
}

export interface ScheduleRow {
  schedule: StoredSchedule;
  /** Next undecided nominal; null: nothing more to plan. */
  cursor: number | null;
  /** Occurrences planned since it was made, less those that were withdrawn. */
  runs: number;
  /** Absent for a schedule that was never changed and never missed an instant. */
  ledger?: { version: number; text: string };
  /** Exceptions that the ledger has not taken in yet, by nominal time. */
  singles?: Single[];
  /** It has left its old queue and not begun in the new one: this is what its marker says. */
  moving?: OpenMove;
}

/** A schedule that left this queue and may not have begun in the other one, or under its new id. */
export interface OpenMove {
  /** The one it had here. */
  id: string;
  queue: string;
  /** The runs it had, a blank, and what `ScheduleEdit.moves` said. */
  text: string;
}

/** A planned run that is late; `member` names it in a plan. */
export interface LateRun {
  schedule: string;
  nominal: number;
  member: string;
}
