/** Tells those who count which instants of schedules fire; what does not is tallied where it is written down. */

import type { Observers } from '../runtime/observed.js';
import type { PlanEntry, PlanWord } from '../store/contract/index.js';

export function tellDecided(
  observed: Observers,
  queue: string,
  entries: readonly PlanEntry[],
  words: readonly PlanWord[],
): void {
  for (const [i, { schedule, occurrences }] of entries.entries()) {
    const { length, 0: first } = occurrences;
    if (words[i] !== 'planned' || !first) continue;
    observed.occurrencesDecided(queue, schedule, 'fired', length, first.draft.handler);
  }
}
