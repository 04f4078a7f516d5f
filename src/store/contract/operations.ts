/** Operations: deeds on many things, as objects of the registry; the leader carries them out, slice by slice. */

import type { Fenced, Term } from './leader.js';

export interface OperationStore {
  /** Every one that is kept, the latest first. */
  operations(): Promise<OperationRecord[]>;
  operation(id: string): Promise<OperationRecord | null>;
  /** One change by compare-and-set. With a term it is the leader's, of its progress. */
  changeOperation(change: OperationChange, term?: Term): Promise<'ok' | 'stale' | Fenced>;
}

export interface OperationChange {
  id: string;
  /** The version that the caller read; null: there must be none of this id yet. */
  expect: number | null;
  /** What to store; null removes it. */
  record: OperationRecord | null;
}

export const OPERATION_STATES = ['running', 'done', 'aborted'] as const;
export type OperationState = (typeof OPERATION_STATES)[number];

export interface OperationRecord {
  id: string;
  /** Grows with every change. */
  version: number;
  /** What is done, such as `backfill`. */
  kind: string;
  /** To what. */
  filter: Readonly<Record<string, unknown>>;
  /** How many things it was to be done to when it was asked for, and how many of them it was, or could not be. */
  matched: number;
  done: number;
  failed: number;
  state: OperationState;
  perMinute?: number;
  /** Why, in the words of who asked for it. */
  reason?: string;
  /** When the tasks are due that it gives another time, ms. */
  dueAt?: number;
  /** Why it ended before it was done, or what it could not do. */
  problem?: string;
  /** ms. */
  createdAt: number;
  finishedAt?: number;
  by: string;
  /** How far it has come; read by whoever carries out this kind. */
  progress: OperationProgress;
}

export interface OperationProgress {
  /** Where to go on. */
  position: number;
  /** Not before this time, ms. */
  nextAt: number;
  /** Of a deed on tasks. */
  walk?: TaskWalk;
}

/** A task as it was when it was chosen. */
export interface ChosenTask {
  id: string;
  /** The number of its latest attempt. */
  attempt: number;
}

/** Where a deed on tasks stands. It walks through them in rounds, until one has met nothing that is to be done. */
export interface TaskWalk {
  /** Tasks made, or ended, later than this are not meant, ms. */
  upTo: number;
  /** Behind which task of which queue it goes on; '' at the beginning. A blank behind the name: behind that queue. */
  queue: string;
  after: string;
  /** Chosen, and written down before anything is done to them: whoever goes on does not count one twice. */
  chosen?: { queue: string; tasks: ChosenTask[] };
  /** Of this round: to how many it was done, and could not be. */
  done: number;
  failed: number;
}
