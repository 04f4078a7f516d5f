/** Schedules and their fates: stored in the partition of their queue. */

import type { ScheduleDefinition, StoredSchedule } from '../../domain/schedule/schedule.js';
import type { Fenced, Term } from './leader.js';

/** Schedules: stored in the partition of their queue. */
export interface ScheduleStore {
  /**
   * One edit by compare-and-set. With a term it is the leader's, without one an API call's. A schedule is in one queue
   * at a time: to make one that is in another, or was decided to be meanwhile, is `stale`.
   */
  apply(queue: string, edit: ScheduleEdit, term?: Term): Promise<'ok' | 'stale' | Fenced>;
  schedule(id: string): Promise<(ScheduleRow & { queue: string }) | null>;
  schedules(): Promise<ScheduleRow[]>;
  /** Up to `limit` schedules behind an id, in the order of their ids; `next`: where to go on, null at the end. */
  schedulesFrom(after: string, limit: number): Promise<{ rows: ScheduleRow[]; next: string | null }>;
  /** Schedules whose cursor lies at or before `until`, earliest first, and the next cursor after those. */
  plannable(
    queue: string,
    until: number,
    limit: number,
  ): Promise<{ rows: ScheduleRow[]; next: number | null }>;
  /** Recorded fates of the given nominal instants and every missed range that touches [from, to]. */
  fates(id: string, nominals: readonly number[], from: number, to: number): Promise<Fate[]>;
}

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
  /** The queue it moves to, where it is removed for that. */
  to?: string;
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
