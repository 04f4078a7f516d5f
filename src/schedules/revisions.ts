/** The revisions of a schedule: the last twenty with who made them and when. */

import { canonical } from '../domain/input/canonical.js';
import { formatInstant } from '../domain/input/instants.js';
import type { Revision, StoredSchedule } from '../domain/schedule/schedule.js';
import { longHash } from '../runtime/short-hash.js';

const KEPT = 20;

export interface RevisionView {
  revision: number;
  digest: string;
  at: string;
  by: string;
}

/** `after` with what it followed. */
export function revised(before: StoredSchedule, after: StoredSchedule, by: string): StoredSchedule {
  return { ...after, by, history: [revisionOf(before), ...(before.history ?? [])].slice(0, KEPT - 1) };
}

/** Newest first. */
export function revisionsOf(schedule: StoredSchedule): RevisionView[] {
  return [revisionOf(schedule), ...(schedule.history ?? [])].map(({ at, ...one }) => ({
    ...one,
    at: formatInstant(at),
  }));
}

/** The revision that was in force at a time; the oldest one known before that. */
export function revisionAt(schedule: StoredSchedule, at: number): number {
  if (schedule.updatedAt <= at) return schedule.revision;
  const history = schedule.history ?? [];
  return (history.find((one) => one.at <= at) ?? history.at(-1) ?? schedule).revision;
}

function revisionOf({ definition, revision, updatedAt, by, source }: StoredSchedule): Revision {
  const unnamed = source.kind === 'api' ? 'api' : `set ${source.set}`;
  return { revision, digest: longHash(canonical(definition)), at: updatedAt, by: by ?? unnamed };
}
