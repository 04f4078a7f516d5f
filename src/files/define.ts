/** `defineSchedules()`: a schedule file written in TypeScript, with its keys checked by the compiler. */

import type { Given } from '../domain/input/readers.js';
import type { DeclaredSchedule } from '../domain/schedule/declared.js';
import type { DeclaredExclusion } from '../domain/schedule/exclusions.js';
import type { DEFAULT_FIELDS } from '../domain/schedule/fields.js';

/** What `defaults` may set; the keys come from the table that reads them. */
export type DeclaredDefaults = Given<typeof DEFAULT_FIELDS>;

export interface DeclaredSchedules {
  version: 1;
  source?: string;
  defaults?: DeclaredDefaults;
  /** Dates, ranges and crons; shared by all files of the directory. */
  calendars?: Record<string, DeclaredExclusion[]>;
  schedules: Record<string, DeclaredSchedule>;
}

/** Answers what it is given; the file's default export. */
export function defineSchedules(file: DeclaredSchedules): DeclaredSchedules {
  return file;
}
