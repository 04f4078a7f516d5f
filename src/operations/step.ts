/** What carrying out one slice of an operation is given, and what it comes to. */

import { LARGEST_BODY } from '../domain/input/sizes.js';
import type { MoveStore } from '../schedules/move.js';
import type {
  AgainStore,
  OperationProgress,
  OperationStore,
  RoadStore,
  Store,
  Term,
} from '../store/contract/index.js';
import type { FilterStore } from './task-filter.js';

/** A call to the store carries at most this much, bytes. */
export const BYTES = LARGEST_BODY;

/** What is done to tasks. */
export type DeedStore = Pick<RoadStore, 'cancel' | 'prune'> & AgainStore;

/** The runs a minute that are not of live instants, of all together: catch-up and backfills share it, in turns. */
export interface SharedRate {
  /** How many may be made now; `taken` says what came of it. */
  room(who: string): number;
  taken(who: string, runs: number): void;
  /** ms until it is worth asking again. */
  readonly wait: number;
}

export interface Carrying {
  store: MoveStore & OperationStore & FilterStore & DeedStore & Pick<Store, 'plan' | 'observed'>;
  term: Term;
  /** ms of Redis time. */
  now: number;
  /** Absent: each operation has only its own pace. */
  rate?: SharedRate;
}

/** `wait`: nothing could be done yet. `done`: of all slices together. */
export type Step =
  | { to: 'next'; done: number; failed?: number; progress: OperationProgress }
  | { to: 'end'; state: 'done' | 'aborted'; done?: number; failed?: number; problem?: string }
  | { to: 'wait'; ms: number }
  | { to: 'fenced' };
