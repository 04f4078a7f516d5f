/** Exceptions of ledgers in the model: instants with a word of their own. */

import type { Word } from '../domain/schedule/ledger.js';
import type { Partition } from './model-partition.js';
import { tallyInstants } from './model-tallies.js';

/** An exception that the ledger of the schedule has not taken in yet. */
export function writeSingle(
  partition: Partition,
  { schedule, nominal }: { schedule: string; nominal: number },
  word: Word,
): void {
  const row = partition.schedules.get(schedule);
  if (!row) return;
  const others = (row.singles ?? []).filter(([other]) => other !== nominal);
  row.singles = [...others, [nominal, word] as const].sort(([a], [b]) => a - b);
  tallyInstants(partition, schedule, word, 1);
}
