/** A set takes schedules over from others: who had them is told before, in its own record, so that it shows a conflict. */

import { grouped } from '../runtime/grouped.js';
import type { ScheduleStore, SetConflict, SetRecord, SetStore, Term } from '../store/contract/index.js';
import { belongsTo, idOf, takenBy } from './steps.js';

/** How often a change that lost a race is tried anew; whoever carries out next finds it as it is. */
const TRIES = 5;

/**
 * Before the first is taken: a leader that dies in between leaves a conflict that solves itself, not a set that does not
 * know what it has lost.
 */
export async function tellFormerOwners(
  record: SetRecord,
  { store, term }: { store: SetStore & Pick<ScheduleStore, 'schedulesOf'>; term: Term },
): Promise<'fenced' | 'told'> {
  const ids = takenBy(record);
  const rows = ids.length === 0 ? [] : await store.schedulesOf(ids);
  const lost = rows.flatMap((row) =>
    row && !belongsTo(record.set, row) && row.schedule.source.kind === 'file' ? [row] : [],
  );
  for (const [set, some] of grouped(lost, ({ schedule }) => schedule.source.set)) {
    const conflicts = some.map((row) => ({ id: idOf(row), owner: `set ${record.set}` }));
    if ((await tell(set, conflicts, store, term)) === 'fenced') return 'fenced';
  }
  return 'told';
}

async function tell(
  set: string,
  conflicts: readonly SetConflict[],
  store: SetStore,
  term: Term,
): Promise<'fenced' | 'told'> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const record = await store.setRecord(set);
    // One that is to be carried out still finds out by itself.
    if (!record?.carriedOut) return 'told';
    const { carriedOut } = record;
    const lost = new Set(conflicts.map(({ id }) => id));
    const others = carriedOut.conflicts.filter(({ id }) => !lost.has(id));
    const next = {
      ...{ ...record, version: record.version + 1 },
      carriedOut: { ...carriedOut, conflicts: [...others, ...conflicts] },
    };
    const answer = await store.changeSet({ set, expect: record.version, record: next }, term);
    if (answer === 'fenced') return 'fenced';
    if (answer === 'ok') return 'told';
  }
  return 'told';
}
