/** `defineSchedules()`: a schedule file written in TypeScript, with its keys checked by the compiler. */

/** A point in time or a length of time as text; see interface §1. */
type Duration = string;
type Instant = string | Date;

/** A date, `from..to` or the name of a calendar; a range; a cron. */
export type DeclaredExclusion = string | { from: string; to: string } | { cron: string };

export interface DeclaredDefaults {
  owner?: string;
  timezone?: string;
  dst?: { gap?: 'shift' | 'skip'; fold?: 'first' | 'second' | 'both' };
  jitter?: Duration;
  exclude?: DeclaredExclusion[];
  startAt?: Instant;
  endAt?: Instant;
  maxRuns?: number;
  catchUp?: { policy?: 'none' | 'latest' | 'all'; window?: Duration; max?: number; perMinute?: number };
  overlap?: 'skip' | 'allow' | 'wait' | 'replace';
  timeout?: Duration;
  retry?: {
    maxAttempts?: number;
    backoff?: 'exponential' | 'linear' | 'fixed';
    delay?: Duration;
    maxDelay?: Duration;
    jitter?: boolean;
    delays?: Duration[];
  };
  expect?: { startWithin?: Duration; finishWithin?: Duration; successWithin?: Duration };
  queue?: string;
  priority?: 'high' | 'normal' | 'low';
  concurrencyKey?: string;
  environments?: string[];
  enabled?: boolean | 'shadow';
  labels?: Record<string, string>;
}

/** Exactly one of `cron`, `every` and `at`. */
export type DeclaredWhen =
  | { cron: string | string[]; every?: never; phase?: never; at?: never }
  | { every: Duration; phase?: Duration; cron?: never; at?: never }
  | { at: Instant; cron?: never; every?: never; phase?: never };

export type DeclaredSchedule = DeclaredDefaults &
  DeclaredWhen & { handler: string; description?: string; payload?: unknown };

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
