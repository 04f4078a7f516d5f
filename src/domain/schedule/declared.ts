/** One schedule as callers in TypeScript write it; the keys come from the table that reads them. */

import type { Given } from '../input/readers.js';
import type { SCHEDULE_FIELDS } from './fields.js';

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
