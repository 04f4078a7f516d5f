/** Which proposals of a set are kept, whole: so many, and not more than so much, so that one can be gone back to. */

import { MIB } from '../domain/input/sizes.js';
import type { SetRecord, StoredProposal } from '../store/contract/index.js';

/** Accepted proposals kept of a set. */
export const REVISIONS_KEPT = 50;
/** What they may take together, deflated, bytes; the one in force and the one before it are kept whatever they take. */
const BYTES_KEPT = 32 * MIB;
const ALWAYS_KEPT = 2;

/** Which proposals and slices are not kept any longer once `next` is the record. `all`: newest first. */
export function keeping(
  record: SetRecord,
  next: SetRecord,
  all: readonly StoredProposal[],
): { forget: number[]; drop: string[] } {
  let [revisions, taken] = [0, 0];
  const named = new Set<string>();
  const stays = (proposal: StoredProposal): boolean => {
    const { number, slices, sizes = [] } = proposal;
    if (number !== next.held?.number) {
      if (number === record.held?.number) return false;
      revisions += 1;
      // What it shares with a later one takes nothing.
      for (const [i, id] of slices.entries()) if (!named.has(id)) taken += sizes[i] ?? 0;
      if (revisions > REVISIONS_KEPT || (revisions > ALWAYS_KEPT && taken > BYTES_KEPT)) return false;
    }
    for (const id of slices) named.add(id);
    return true;
  };
  const gone = all.filter((proposal) => !stays(proposal));
  const drop = new Set(gone.flatMap(({ slices }) => slices).filter((id) => !named.has(id)));
  return { forget: gone.map(({ number }) => number), drop: [...drop] };
}
