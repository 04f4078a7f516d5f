/** The leader's writes: each carries its term and answers `fenced` when a later one is in office. */

import type { TaskDraft } from '../../domain/task/task-input.js';
import type { LedgerWrite } from './schedules.js';

/** Leader writes; each carries the term and answers `fenced` when a later one is in office. */
export interface LeaderStore {
  /** Allocates the next term in the registry; null when `lockKey` no longer holds `lockValue`. */
  allocateTerm(node: string, lockValue: string, lockKey?: string): Promise<Term | null>;
  /** This term is over, for those who listen; of a leader that cannot say so, the next one does. */
  leaveOffice(term: Term): Promise<void>;
  takeOffice(queue: string, term: Term): Promise<'ok' | Fenced>;
  /** Moves the planning watermark on; `settled`: what earlier leaders were deposed for is past. */
  markPlanned(term: Term, settled: boolean): Promise<'ok' | Fenced>;
  plan(queue: string, term: Term, entries: readonly PlanEntry[]): Promise<PlanWord[] | Fenced>;
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

/** The latest term, and what is known of its planning. */
export interface RecordedTerm extends Term {
  /** The planning watermark: another one as long as planning goes on; null when the leader keeps none. */
  planned: string | null;
  /** Leaders in a row that were deposed because it stood still. */
  deposed: number;
}

export interface PlanEntry {
  schedule: string;
  /** null: it is gone, and only late runs of it are left. */
  revision: number | null;
  /** The cursor (next undecided nominal) this plan starts from; compared. */
  cursor: number | null;
  /** The cursor afterwards; null when the spec yields nothing more. */
  next: number | null;
  occurrences: { nominal: number; draft: TaskDraft }[];
  /** Late runs (`LateRun.member`) that are decided: taken back, and planned anew where they still fire. */
  late?: string[];
  ledger?: LedgerWrite;
  /** Its occurrences are no instants of their own: they are not among the runs that are counted. */
  uncounted?: true;
}

/**
 * planned: done; instants for which the queue had no room (`maxDepth`) do not run, and a single exception `limit` says
 * so. stale: revision, cursor, ledger or a late run have moved on; read again. full: runs of a backfill, for which there is
 * no room now.
 */
export type PlanWord = 'planned' | 'stale' | 'full';

export type Fenced = 'fenced';
