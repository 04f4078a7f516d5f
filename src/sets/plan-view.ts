/** What a plan of a file set tells: the shape that `--json`, saved plans and `POST /v1/sets/{set}/plan` share. */

import type { Warning } from '../domain/input/warnings.js';
import type { SetConflict } from '../store/contract/index.js';
import type { PeaksView } from './peaks.js';
import type { PausedView, PlannedAction, PlannedChange } from './plan-schedule.js';
import type { SetView } from './view.js';

/** What the plan was made against; `apply` of a saved one is refused where the cluster has moved on since. */
export interface PlanBasis {
  /** In force; absent: nothing was. */
  revision?: number;
  digest?: string;
  /** Of the ids that the files name: those that belong to somebody else. */
  owners: { id: string; owner: string }[];
}

/** An id that is somebody else's: it is left aside. */
export interface PlannedConflict extends SetConflict {
  /** Where its owner declares it, if in a file. */
  ownerFile?: string;
  ownerLine?: number;
  /** Where these files declare it. */
  file: string;
  line: number;
}

export interface PlanView {
  set: string;
  /** Of what the files declare. */
  digest: string;
  /** How many schedules they declare. */
  schedules: number;
  release?: string;
  environment?: string;
  commit?: string;
  at: string;
  /** Fire times are compared up to here. */
  until: string;
  /** What applying it would come to; `current`: it is in force already. */
  verdict: 'accepted' | 'held' | 'current';
  /** Why it would be held, as a word and in a sentence. */
  reason?: string;
  because?: string;
  /** What is held now, and would no longer be. */
  held?: NonNullable<SetView['held']>;
  /** What is in force is still being carried out: what is live will differ from what is told here. */
  applying?: true;
  against: PlanBasis;
  counts: Record<PlannedAction | 'unchanged' | 'conflict', number>;
  /** At most 1,000, those that take something away first; `more`: how many are not listed. */
  changes: PlannedChange[];
  more: number;
  /** At most 1,000. */
  conflicts: PlannedConflict[];
  /** Of those that are not changed: the pauses of the set, at most 100. */
  paused: PausedView[];
  peaks: PeaksView;
  warnings: Warning[];
}
