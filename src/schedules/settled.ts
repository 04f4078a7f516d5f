/** The schedule that is meant, as it is or as an edit left it, or the error that says what stands in the way. */

import { CarillonError } from '../domain/input/errors.js';
import { isScheduleId } from '../domain/input/names.js';
import type { ScheduleSource } from '../domain/schedule/schedule.js';
import type { ScheduleRow, ScheduleStore } from '../store/contract/index.js';
import type { EditResult } from './edit.js';

/** Throws `not_found`. */
export async function foundSchedule(
  store: Pick<ScheduleStore, 'schedule'>,
  id: string,
): Promise<ScheduleRow & { queue: string }> {
  const row = isScheduleId(id) ? await store.schedule(id) : null;
  if (!row) throw noSuchSchedule();
  return row;
}

export function noSuchSchedule(): CarillonError {
  return new CarillonError('not_found', 'There is no schedule with this id.');
}

/** `advice`: what to do where it belongs to a file. Throws what became of the edit otherwise. */
export function settledRow({ word, row }: EditResult, advice = 'change it there'): ScheduleRow {
  switch (word) {
    case 'unknown':
      throw noSuchSchedule();
    case 'conflict':
      throw new CarillonError('conflict', owned(row?.schedule.source, advice));
    case 'stale':
      throw new CarillonError(
        'precondition_failed',
        row
          ? 'The schedule was edited meanwhile.'
          : 'There is no schedule of the revision that was asked for.',
      );
    case 'fenced':
      throw new CarillonError('unavailable', 'Another leader is taking over; try again shortly.');
    default:
      if (!row) throw noSuchSchedule();
      return row;
  }
}

function owned(source: ScheduleSource | undefined, advice: string): string {
  if (source?.kind !== 'file') return 'The schedule belongs to somebody else.';
  const { file, line = 1, set, commit } = source;
  const at = commit === undefined ? '' : `, commit ${commit}`;
  const place = file === undefined ? `the set ${set}` : `${file}:${line} (set ${set}${at})`;
  return `The schedule belongs to ${place}: ${advice}.`;
}
