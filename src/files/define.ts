/** `defineSchedules()`: a schedule file written in TypeScript, with its keys checked by the compiler. */

import type { Given } from '../domain/input/readers.js';
import type { DeclaredExclusion } from '../domain/schedule/exclusions.js';
import type { DEFAULT_FIELDS, SCHEDULE_FIELDS } from '../domain/schedule/fields.js';

export type { DeclaredExclusion } from '../domain/schedule/exclusions.js';

/** What `defaults` may set; the keys come from the table that reads them. */
export type DeclaredDefaults = Given<typeof DEFAULT_FIELDS>;

type Fields = Given<typeof SCHEDULE_FIELDS>;
type Cron = Fields['cron'] & {};
type Every = Fields['every'] & {};
type At = Fields['at'] & {};

/** Exactly one of `cron`, `every` and `at`. */
export type DeclaredWhen =
  | { cron: Cron; every?: never; phase?: never; at?: never }
  | { every: Every; phase?: Every; cron?: never; at?: never }
  | { at: At; cron?: never; every?: never; phase?: never };

export type DeclaredSchedule = Omit<Fields, 'handler' | 'cron' | 'every' | 'phase' | 'at'> &
  DeclaredWhen & { handler: string };

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
