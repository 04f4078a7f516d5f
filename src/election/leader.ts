/** Who leads: an answer that needs both the data (office) and the lock masters. */

import type { Term } from '../store/contract/index.js';

/**
 * The office outlives its holder, and a lock alone allows nothing: only who is in office by the very lock
 * that a majority of the masters still holds is the leader. Nobody is while the lock is free.
 */
export function leaderOf(office: Term | null, lockValue: string | null): Term | null {
  return office !== null && lockValue !== null && office.lockValue === lockValue ? office : null;
}
