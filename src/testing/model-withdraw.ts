/** Ready runs of a schedule are taken back, in the model. */

import type { LaneOf, WithdrawReady } from '../store/contract/index.js';
import { deleteTask } from './model-children.js';
import { gate } from './model-keys.js';
import { laneOf, occurrenceOf, type Partition } from './model-partition.js';
import { handOn } from './model-runs.js';
import { writeSingle } from './model-singles.js';

export function withdrawReady(
  partition: Partition,
  schedule: string,
  { handler, priority, concurrencyKey: key }: LaneOf,
  { word, until = Number.POSITIVE_INFINITY, done }: WithdrawReady = {},
): null {
  const kinds = key === undefined ? (['run', 'waits'] as const) : (['run key', 'waits key'] as const);
  const lanes = kinds.map((kind) => laneOf(handler, priority, kind));
  const going: string[] = [];
  for (const { draft, place, attempt } of partition.tasks.values()) {
    const one = occurrenceOf(draft.id);
    if (one?.schedule !== schedule || one.nominal > until || attempt > 0) continue;
    const stands =
      draft.options?.concurrencyKey === key &&
      lanes.some((lane) => partition.ready.get(lane)?.includes(draft.id));
    if (place.at === 'parked' || (place.at === 'ready' && stands)) going.push(draft.id);
  }
  for (const lane of lanes) {
    const ids = partition.ready.get(lane) ?? [];
    partition.ready.set(
      lane,
      ids.filter((id) => !going.includes(id)),
    );
  }
  for (const id of going) {
    deleteTask(partition, id);
    const row = partition.schedules.get(schedule);
    const one = occurrenceOf(id);
    if (!row || !one || word === undefined) continue;
    row.runs -= 1;
    writeSingle(partition, one, word);
  }
  gate(partition, key);
  if (going.length > 0) handOn(partition, schedule);
  if (done !== undefined && partition.withdrawals.get(schedule)?.revision === done) {
    partition.withdrawals.delete(schedule);
  }
  return null;
}
