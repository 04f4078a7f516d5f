/** What to plan of one schedule: its late instants divided by its policy, then everything up to the horizon. */

import { divide, GRACE, isLate } from '../domain/schedule/catch-up.js';
import { expand, runsLeft } from '../domain/schedule/expand.js';
import type { Occurrence } from '../domain/schedule/schedule.js';
import type { PlanEntry, ScheduleRow } from '../store/contract/index.js';
import { draftTemplate } from './occurrence-draft.js';

/** Instants one entry walks at most, so that no schedule keeps the others waiting. */
const WALK = 200;
/** A call to the store carries at most this much, bytes. */
export const BYTES_PER_CALL = 4 * 1024 * 1024;

export interface SizedEntry {
  entry: PlanEntry;
  bytes: number;
}

/** Throws what the spec throws. The entry's `next` may still lie before `until`: then there is more to plan. */
export function planEntry(row: ScheduleRow, cursor: number, now: number, until: number): SizedEntry {
  const { definition, revision } = row.schedule;
  const left = runsLeft(definition, row.runs);
  const template = draftTemplate(definition);
  const room = Math.min(WALK, left, Math.max(1, Math.floor(BYTES_PER_CALL / template.size)));
  // Not before the count says so, even with the last run planned: an edit may have left one of them to somebody else.
  const { occurrences, missed, next } =
    room === 0 ? { occurrences: [], missed: [], next: null } : upTo(room, row, cursor, now, until);
  return {
    entry: {
      schedule: definition.id,
      revision,
      cursor,
      next,
      occurrences: occurrences.map((one) => ({ nominal: one.nominal, draft: template.draft(one, now) })),
      missed,
    },
    bytes: template.size * occurrences.length,
  };
}

function upTo(room: number, row: ScheduleRow, cursor: number, now: number, until: number) {
  const { definition } = row.schedule;
  const { fired, missed, next } = divide(definition, cursor, now, GRACE, WALK);
  const beyond = fired[room];
  if (beyond) return { occurrences: fired.slice(0, room), missed, next: beyond.nominal };
  const stillLate = next !== null && isLate(definition, next, now);
  if (next === null || stillLate || fired.length === room) return { occurrences: fired, missed, next };
  const ahead = expand(definition, next - 1, until, room - fired.length);
  const occurrences: Occurrence[] = [...fired, ...ahead.occurrences];
  return { occurrences, missed, next: ahead.next };
}
