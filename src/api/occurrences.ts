/** What became of a schedule's past instants, and which come next. */

import { expand } from '../domain/expand.js';
import { formatInstant } from '../domain/instants.js';
import type { Fate, ScheduleRow, ScheduleStore } from '../store/contract.js';
import { isLive } from '../store/edits.js';

export interface OccurrencesRequest {
  now: number;
  from?: number;
  to?: number;
  limit?: number;
}

/** `none`: it passed without a fate, as before the schedule was made or while it was paused. */
export interface OccurrenceView {
  nominalAt: string;
  fate: 'planned' | 'missed' | 'preview' | 'none';
  /** Of the task it became. */
  taskId?: string;
  term?: number;
}

const AROUND = 3_600_000;
const USUAL_LIMIT = 100;

/** `from` and `to` are both included. `next`: where the following page begins, for `from`. */
export async function occurrencesOf(
  store: Pick<ScheduleStore, 'fates'>,
  { schedule }: ScheduleRow,
  request: OccurrencesRequest,
): Promise<{ items: OccurrenceView[]; missed: object[]; next: string | null }> {
  const { definition } = schedule;
  const { now, from = now - AROUND, to = now + AROUND, limit = USUAL_LIMIT } = request;
  const { occurrences, next } = expand(definition, from - 1, to, limit);
  const nominals = occurrences.map(({ nominal }) => nominal);
  const fates = await store.fates(definition.id, nominals, from, to);
  const planned = new Map(
    fates.flatMap((one) => (one.fate === 'planned' ? [[one.nominal, one] as const] : [])),
  );
  const missed = fates.filter((one) => one.fate === 'missed');
  const items = nominals.flatMap((nominal): OccurrenceView[] => {
    const nominalAt = formatInstant(nominal);
    const fate = planned.get(nominal);
    if (fate) return [{ nominalAt, fate: 'planned', taskId: `${definition.id}@${nominal}`, term: fate.term }];
    if (missed.some((range) => range.from <= nominal && nominal <= range.to))
      return [{ nominalAt, fate: 'missed' }];
    if (nominal <= now) return [{ nominalAt, fate: 'none' }];
    return isLive(schedule) ? [{ nominalAt, fate: 'preview' }] : [];
  });
  return {
    items,
    missed: missed.map(rangeView),
    next: next === null || next > to ? null : formatInstant(next),
  };
}

function rangeView({ from, to, count }: Extract<Fate, { fate: 'missed' }>): object {
  return { from: formatInstant(from), to: formatInstant(to), count };
}
