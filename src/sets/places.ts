/** Schedules that a file declares at another place than before, and otherwise as they were: where they stand is written down. */

import { grouped } from '../runtime/grouped.js';
import { slices } from '../runtime/slices.js';
import type { ScheduleEdit, ScheduleRow, ScheduleStore, SetRecord, Term } from '../store/contract/index.js';
import { declaredIn, digestOfDefinition, type Line } from './body.js';
import { belongsTo } from './steps.js';

interface Placing {
  store: Pick<ScheduleStore, 'schedulesOf' | 'edits'>;
  term: Term;
  signal: AbortSignal;
}

/** Schedules at a time. */
const PAGE = 200;

/**
 * Without a new revision, and told to nobody: nothing of them has changed. What another edit was faster with stays; after
 * a leader that dies in between the rest is written with their next change.
 */
export async function writePlaces(
  record: SetRecord,
  placed: readonly Line[],
  { store, term, signal }: Placing,
): Promise<void> {
  const rest = slices();
  for (let at = 0; at < placed.length && !signal.aborted; at += PAGE) {
    const some = placed.slice(at, at + PAGE);
    const rows = await store.schedulesOf(some.map(({ id }) => id));
    const edits: ScheduleEdit[] = [];
    for (const [i, line] of some.entries()) {
      await rest();
      const row = rows[i];
      if (!row || row.moving || !belongsTo(record.set, row)) continue;
      if (digestOfDefinition(row.schedule.definition) === line.digest)
        edits.push(placing(row, line, record.live?.commit));
    }
    const byQueue = grouped(edits, ({ schedule }) => schedule?.definition.queue ?? '');
    for (const [queue, of] of byQueue) {
      if ((await store.edits(queue, of, term)).includes('fenced')) return;
    }
  }
}

function placing({ schedule, cursor }: ScheduleRow, line: Line, commit: string | undefined): ScheduleEdit {
  const { place } = declaredIn(line);
  const { commit: _, ...source } = schedule.source;
  return {
    ...{ id: line.id, expect: { revision: schedule.revision, cursor }, cursor, withdraw: null },
    schedule: { ...schedule, source: { ...source, ...place, ...(commit === undefined ? {} : { commit }) } },
    what: 'nothing',
  };
}
