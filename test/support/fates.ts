/** What the ledger of a stored schedule says, for tests of whoever writes it. */

import { wordAt } from '../../src/domain/schedule/fates.js';
import type { LedgerException } from '../../src/domain/schedule/ledger.js';
import { ledgerOf } from '../../src/schedules/ledger-of.js';
import type { ScheduleStore } from '../../src/store/contract/index.js';

type Rows = Pick<ScheduleStore, 'schedule'>;

/** The word of each instant; null for one that is not decided. */
export async function wordsOf(
  store: Rows,
  id: string,
  nominals: readonly number[],
): Promise<(string | null)[]> {
  const row = await store.schedule(id);
  if (!row) throw new Error(`${id} is unknown`);
  const ledger = ledgerOf(row);
  const { definition } = row.schedule;
  return nominals.map((nominal) => {
    const word = wordAt(ledger, definition, nominal, row.singles);
    return word === 'fired' && row.cursor !== null && nominal >= row.cursor ? null : word;
  });
}

/** Its exceptions, those included that the ledger has not taken in. */
export async function exceptionsOf(store: Rows, id: string): Promise<LedgerException[]> {
  const row = await store.schedule(id);
  if (!row) return [];
  const singles = (row.singles ?? []).map(([nominal, word]) => ({
    from: nominal,
    to: nominal,
    word,
    count: 1,
  }));
  return [...ledgerOf(row).exceptions, ...singles].sort((a, b) => a.from - b.from);
}
