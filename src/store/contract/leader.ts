/** The leader's writes: each carries its term and answers `fenced` when a later one is in office. */

import type { TaskDraft } from '../../domain/task/task-input.js';
import type { LedgerWrite } from './schedules.js';

/** Leader writes; each carries the term and answers `fenced` when a later one is in office. */
export interface LeaderStore {
  /** Allocates the next term in the registry; null when `lockKey` no longer holds `lockValue`. */
  allocateTerm(node: string, lockValue: string, lockKey?: string): Promise<Term | null>;
  /** This term is over, and why; of a leader that cannot say so, the next one does. */
  leaveOffice(term: Term, why: LeavingWhy): Promise<void>;
  /** The latest terms, in their order, with what became of each. */
  reigns(): Promise<ReignRecord[]>;
  /** For each queue, and last for the registry: the latest term of which writes were refused, and how many; null: none. */
  refused(queues: readonly string[]): Promise<(RefusedWrites | null)[]>;
  /** Asks the leader of this term to step down, whichever node it is; that it was heard is not promised. */
  askStepDown(asked: StepDown): Promise<void>;
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

/**
 * Why a term is over. stopped: its process was told to. steppedDown: somebody asked. lockExpired, lockLost: it could not
 * renew its lock, or another held it. replaced: a later term was in office. dataLost: it was not recorded any more.
 * failed: leading came to an end by itself. deposed: its planning stood still. gone: nobody heard of it any more.
 */
export const REIGN_ENDS = [
  'stopped',
  'steppedDown',
  'lockExpired',
  'lockLost',
  'replaced',
  'dataLost',
  'failed',
  'deposed',
  'gone',
] as const;
export type ReignEnd = (typeof REIGN_ENDS)[number];

/** What a leader says when it leaves. */
export interface LeavingWhy {
  end: Exclude<ReignEnd, 'deposed' | 'gone'>;
  /** Who asked it to, and why. */
  by?: string;
  reason?: string;
}

export interface StepDown {
  /** Of the term. */
  token: string;
  by: string;
  reason?: string;
}

/** One term; times in ms. */
export interface ReignRecord {
  number: number;
  /** Id of the node. */
  node: string;
  since: number;
  /** Absent: it is in office. */
  end?: ReignEnd;
  /** When it ended; of one that is gone, when it was heard of last. */
  until?: number;
  by?: string;
  reason?: string;
}

export interface RefusedWrites {
  /** Number of the term. */
  term: number;
  count: number;
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
