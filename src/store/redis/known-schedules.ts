/** Schedules parsed once for as long as their stored text stays the same: a spec is compiled once per object. */

import { MIB } from '../../domain/input/sizes.js';
import type { StoredSchedule } from '../../domain/schedule/schedule.js';
import { readScheduleRecord, unreadable } from './schedule-record.js';

/** Text kept for all of them together, characters; beyond it everything is forgotten and read again. */
const MOST_TEXT = 32 * MIB;

export type ReadSchedule = (id: string, text: string) => StoredSchedule;

/** What it answers is shared by all who ask: nobody may change it. */
export function createKnownSchedules(): ReadSchedule {
  const known = new Map<string, { text: string; schedule: StoredSchedule }>();
  let length = 0;
  return (id, text) => {
    const before = known.get(id);
    if (before?.text === text) return before.schedule;
    const schedule = readable(id, text);
    length += text.length - (before?.text.length ?? 0);
    if (length > MOST_TEXT) {
      known.clear();
      length = text.length;
    }
    known.set(id, { text, schedule });
    return schedule;
  };
}

/** One that cannot be read stands in nobody's way: it is faulty, and the others go on. */
function readable(id: string, text: string): StoredSchedule {
  try {
    return readScheduleRecord(id, text);
  } catch (error) {
    return unreadable(id, text, error);
  }
}
