/** One schedule as callers in TypeScript write it; the keys come from the table that reads them. */

import type { Given } from '../input/readers.js';
import type { SCHEDULE_FIELDS } from './fields.js';

type Fields = Given<typeof SCHEDULE_FIELDS>;
type Cron = Fields['cron'] & {};
type Every = Fields['every'] & {};
type At = Fields['at'] & {};

/** Exactly one of `cron`, `every` and `at`. */
export type DeclaredWhen =
  | {
      /** Five fields, or six with leading seconds; or a list of such. */
      cron: Cron;
      every?: never;
      phase?: never;
      at?: never;
    }
  | {
      /** A length, counted from the epoch; at least `1s`. */
      every: Every;
      /** So much behind the multiples of `every`. */
      phase?: Every;
      cron?: never;
      at?: never;
    }
  | {
      /** One instant. */
      at: At;
      cron?: never;
      every?: never;
      phase?: never;
    };

/** All of a schedule but what runs, and with what. */
export type DeclaredRest = Omit<Fields, 'handler' | 'payload' | 'cron' | 'every' | 'phase' | 'at'> &
  DeclaredWhen;

/**
 * A schedule as files and `client.schedules.put` take it; docs/schedule-file.md has every key.
 *
 * @example
 * const nightly: DeclaredSchedule = { handler: 'invoices.close', cron: '30 2 * * *', timezone: 'Europe/Berlin' };
 */
export type DeclaredSchedule = DeclaredRest & {
  /** Name of the function that runs it. */
  handler: string;
  /** What the handler gets. */
  payload?: Fields['payload'] & {};
};
