/** What carrying out one slice of an operation is given, and what it comes to. */

import { LARGEST_BODY } from '../domain/input/sizes.js';
import type { MoveStore } from '../schedules/move.js';
import type {
  AgainStore,
  LeaderStore,
  OperationProgress,
  OperationStore,
  RoadStore,
  Term,
} from '../store/contract/index.js';
import type { FilterStore } from './task-filter.js';

/** A call to the store carries at most this much, bytes. */
export const BYTES = LARGEST_BODY;

/** What is done to tasks. */
export type DeedStore = Pick<RoadStore, 'cancel' | 'prune'> & AgainStore;

export interface Carrying {
  store: MoveStore & OperationStore & FilterStore & DeedStore & Pick<LeaderStore, 'plan'>;
  term: Term;
  /** ms of Redis time. */
  now: number;
}

/** `wait`: nothing could be done yet. `done`: of all slices together. */
export type Step =
  | { to: 'next'; done: number; failed?: number; progress: OperationProgress }
  | { to: 'end'; state: 'done' | 'aborted'; done?: number; failed?: number; problem?: string }
  | { to: 'wait'; ms: number }
  | { to: 'fenced' };
