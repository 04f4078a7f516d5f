/** What an edit of one schedule would do to what fires in the next week; nothing is changed by it. */

import type { Warning } from '../domain/input/warnings.js';
import { readOwn } from '../schedules/edits.js';
import { settledRow } from '../schedules/settled.js';
import { timeOf } from '../store/contract/clock.js';
import type { ScheduleStore, Store } from '../store/contract/index.js';
import type { RunChanges } from './fire-times.js';
import { type FieldChange, fieldChanges, fieldsOf, fireTimesOf } from './plan-schedule.js';

export interface EditPreview {
  id: string;
  action: 'create' | 'change' | 'none';
  /** What of the definition would be another; of one that is new what is not as usual. */
  fields: FieldChange[];
  /** Runs that would come, go, or come at another time. */
  runs: RunChanges;
  warnings: Warning[];
}

const AHEAD = 7 * 86_400_000;
/** Instants that are looked at, before and after. */
const MOST = 10_000;

/** Throws what is wrong with `raw`, and `conflict` where a file owns the schedule. */
export async function previewEdit(
  store: Pick<ScheduleStore, 'schedule'> & Pick<Store, 'clock' | 'time'>,
  id: string,
  raw: unknown,
): Promise<EditPreview> {
  const now = await timeOf(store);
  const { definition, warnings } = readOwn(id, raw, now);
  const row = await store.schedule(id);
  if (row?.schedule.source.kind === 'file') settledRow({ word: 'conflict', row });
  const { runs } = fireTimesOf(row, definition, { now, until: now + AHEAD, limit: MOST });
  const fields = row ? fieldChanges(row.schedule.definition, definition) : fieldsOf(definition);
  const action = row ? (fields.length === 0 ? 'none' : 'change') : 'create';
  return { id, action, fields, runs, warnings };
}
