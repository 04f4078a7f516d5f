/** How long a leader's planning has stood still, as one node saw it, and how long that is borne. */

import type { RecordedTerm } from '../store/contract/index.js';

/** Nodes look at the office this often, ms. */
export const LOOK_EVERY = 3_000;
/** Between two looks at most so much counts as seen, ms: a hung Redis or a hung standby is no stuck leader. */
const LONGEST_GAP = 1.5 * LOOK_EVERY;
/** Each deposing in a row doubles the patience, so often: where all fail alike, changing them is no cure. */
const DOUBLED_AT_MOST = 4;

/** How long planning may stand still, ms; `deposed`: leaders in a row that were deposed for it. */
export function patienceOf(ttlMs: number, deposed: number): number {
  return Math.max(10 * ttlMs, 3 * LOOK_EVERY) * 2 ** Math.min(deposed, DOUBLED_AT_MOST);
}

export class Standstill {
  #mark = '';
  #stoodMs = 0;
  #lookedAt = 0;

  /** What is recorded, at monotonic time `now`; answers for how long the watermark was seen to stand still, ms. */
  saw(recorded: RecordedTerm | null, now: number): number {
    const { token, planned = null } = recorded ?? {};
    // Who keeps no watermark is an earlier release, which cannot be judged by it.
    const mark = planned === null ? '' : `${token} ${planned}`;
    const same = mark !== '' && mark === this.#mark;
    this.#stoodMs = same ? this.#stoodMs + Math.min(now - this.#lookedAt, LONGEST_GAP) : 0;
    this.#mark = mark;
    this.#lookedAt = now;
    return this.#stoodMs;
  }

  /** A look failed, or the leader is to be given its time anew. */
  reset(): void {
    this.#mark = '';
    this.#stoodMs = 0;
  }
}
