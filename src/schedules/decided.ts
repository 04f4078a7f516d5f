/** Tells those who count what was decided of instants of schedules. */

import type { Observers } from '../runtime/observed.js';
import type { PlanEntry, PlanWord } from '../store/contract/index.js';

export function tellDecided(
  observed: Observers,
  queue: string,
  entries: readonly PlanEntry[],
  words: readonly PlanWord[],
): void {
  for (const [i, { schedule, occurrences, ledger }] of entries.entries()) {
    if (words[i] !== 'planned') continue;
    if (occurrences.length > 0) observed.occurrencesDecided(queue, schedule, 'fired', occurrences.length);
    for (const { word, count } of ledger?.told ?? []) observed.occurrencesDecided(queue, schedule, word, count);
  }
}
