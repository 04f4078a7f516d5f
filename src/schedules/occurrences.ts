/** What became of a schedule's past instants, and which come next. */

import { formatInstant } from '../domain/input/instants.js';
import { expand, runsLeft } from '../domain/schedule/expand.js';
import type { Fate, ScheduleRow, ScheduleStore } from '../store/contract/index.js';
import { isLive } from './planned-ahead.js';

export interface OccurrencesRequest {
  now: number;
  from?: number;
  to?: number;
  limit?: number;
}

/** `none`: it passed without a fate, as before the schedule was made or while it was paused. */
export interface OccurrenceView {
  nominalAt: string;
  /** Nominal time and jitter, as the schedule stands now; of those that were planned or will be. */
  dueAt?: string;
  fate: 'planned' | 'missed' | 'preview' | 'none';
  /** Of the task it became. */
  taskId?: string;
  term?: number;
}

const AROUND = 3_600_000;
const USUAL_LIMIT = 100;
/** A preview that begins later than this many instants from now no longer asks how many runs are left. */
const FAR = 10_000;

/** `from` and `to` are both included. `next`: where the following page begins, for `from`. */
export async function occurrencesOf(
  store: Pick<ScheduleStore, 'fates'>,
  row: ScheduleRow,
  request: OccurrencesRequest,
): Promise<{ items: OccurrenceView[]; missed: object[]; next: string | null }> {
  const { definition } = row.schedule;
  const { now, from = now - AROUND, to = now + AROUND, limit = USUAL_LIMIT } = request;
  const { occurrences, next } = expand(definition, from - 1, to, limit);
  const nominals = occurrences.map(({ nominal }) => nominal);
  const fates = await store.fates(definition.id, nominals, from, to);
  const planned = new Map(
    fates.flatMap((one) => (one.fate === 'planned' ? [[one.nominal, one] as const] : [])),
  );
  const missed = fates.filter((one) => one.fate === 'missed');
  const end = endOfPreview(row, now, to);
  const items = occurrences.flatMap(({ nominal, due }): OccurrenceView[] => {
    const nominalAt = formatInstant(nominal);
    const dueAt = formatInstant(due);
    const fate = planned.get(nominal);
    if (fate) {
      return [{ nominalAt, dueAt, fate: 'planned', taskId: `${definition.id}@${nominal}`, term: fate.term }];
    }
    if (missed.some((range) => range.from <= nominal && nominal <= range.to))
      return [{ nominalAt, fate: 'missed' }];
    if (nominal <= now) return [{ nominalAt, fate: 'none' }];
    return nominal <= end ? [{ nominalAt, dueAt, fate: 'preview' }] : [];
  });
  return {
    items,
    missed: missed.map(rangeView),
    next: next === null || next > to ? null : formatInstant(next),
  };
}

/** The last instant that is still to be planned. */
function endOfPreview({ schedule, cursor, runs }: ScheduleRow, now: number, to: number): number {
  const { definition } = schedule;
  const left = isLive(schedule) && cursor !== null ? runsLeft(definition, runs) : 0;
  if (left === 0) return Number.NEGATIVE_INFINITY;
  if (left > FAR) return Number.POSITIVE_INFINITY;
  const { occurrences } = expand(definition, Math.max(now, (cursor ?? now) - 1), to, left);
  return occurrences.at(-1)?.nominal ?? Number.NEGATIVE_INFINITY;
}

function rangeView({ from, to, count }: Extract<Fate, { fate: 'missed' }>): object {
  return { from: formatInstant(from), to: formatInstant(to), count };
}
