/** The words of the ledger: what became of an instant, and who asked for it where somebody did. */

/** Why an instant was skipped. */
export const REASONS = [
  'overlap',
  'catchUp',
  'paused',
  'disabled',
  'limit',
  'skipNext',
  'cancelled',
] as const;

/** What became of instants. `none`: the schedule did not exist yet. */
export type Word =
  | 'none'
  | 'fired'
  | 'shadow'
  | 'missed'
  | 'coalesced'
  | 'superseded'
  | (typeof REASONS)[number];

/** Who asked for it, when (ms) and why. */
export interface Asked {
  by: string;
  at: number;
  reason?: string;
}
