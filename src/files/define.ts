/** `defineSchedules()`: a schedule file written in TypeScript, with its keys checked by the compiler. */

import type { Given } from '../domain/input/readers.js';
import type { DeclaredSchedule } from '../domain/schedule/declared.js';
import type { DeclaredExclusion } from '../domain/schedule/exclusions.js';
import type { DEFAULT_FIELDS } from '../domain/schedule/fields.js';

/** What `defaults` may set; the keys come from the table that reads them. */
export type DeclaredDefaults = Given<typeof DEFAULT_FIELDS>;

/** What a schedule file holds; docs/schedule-file.md has every key. */
export interface DeclaredSchedules {
  /** Of the form of the file. */
  version: 1;
  /** The file set; default `files`. */
  source?: string;
  /** What holds for every schedule that does not say otherwise. */
  defaults?: DeclaredDefaults;
  /** Dates, ranges and crons; shared by all files of the directory. */
  calendars?: Record<string, DeclaredExclusion[]>;
  /** By their ids. */
  schedules: Record<string, DeclaredSchedule>;
}

/**
 * A schedule file in TypeScript: its default export, with the keys checked by the compiler. Answers what it is given;
 * what the compiler cannot see is told when the file is loaded.
 *
 * @example
 * export default defineSchedules({
 *   version: 1,
 *   schedules: { 'nightly-invoices': { handler: 'invoices.close', cron: '30 2 * * *', timezone: 'Europe/Berlin' } },
 * });
 */
export function defineSchedules(file: DeclaredSchedules): DeclaredSchedules {
  return file;
}
