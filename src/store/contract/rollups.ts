/** Rollups: what happened in each minute, hour and day, by queue, handler and schedule; kept in the registry. */

import type { Counts } from '../../domain/stats/counts.js';
import type { Subject, Tier } from '../../domain/stats/tiers.js';

export interface RollupStore {
  /**
   * Adds what was counted, to every tier. The calls of one source are numbered from 1 and made one after the other; one
   * that is sent again within `repeatFor` adds nothing more. What lies further back than a tier is kept is left out there.
   */
  rollUp(call: RollupCall): Promise<RolledUp>;
  /** The cells of a subject that begin in [from, to), ms, the earliest first; those without counts are left out. */
  rollups(subject: Subject, tier: Tier['name'], from: number, to: number): Promise<RollupCells>;
  /**
   * What ended in a queue where no worker of its own ended it, and instants that did not run when they came due, since
   * they were taken last. `taken`: the batch that was added to the rollups and can go. A batch is handed out again
   * until it is named so. batch null: there is nothing.
   */
  takeTallies(queue: string, taken: string | null): Promise<{ batch: string | null; tallies: Tally[] }>;
  /** Calls whenever there may be something to take in a queue; the answer ends it. */
  onTallies(listener: (queue: string) => void): () => void;
}

export interface RollupCall {
  source: string;
  number: number;
  cells: readonly RollupCell[];
  /** How long it may be sent again, ms. */
  repeatFor: number;
  /** How large all rollups may be, bytes, from now on; absent: as it was said last, or as usual. */
  budget?: number;
}

export interface RolledUp {
  /** false: that was done before. */
  added: boolean;
  /** What was given up for want of room, such as `minutes of schedules`. */
  gaveUp: string[];
}

export interface RollupCell {
  subject: Subject;
  /** Since 1970. */
  minute: number;
  counts: Counts;
}

export interface RollupCells {
  cells: { at: number; counts: Counts }[];
  /** What lies before this time was given up because it took too much room, ms; absent: nothing was. */
  trimmedUntil?: number;
}

/** `occurrence`: instants of a schedule that did not run, with the word of the ledger. */
export type Tally =
  | { what: 'lost' | 'dead' | 'cancelled'; handler: string; schedule: string | null; count: number }
  | { what: 'occurrence'; schedule: string; word: string; count: number };
