/** A schedule: when (spec), policies, and the template of the task each occurrence becomes. Times in ms. */

import type { RetryPolicy } from '../task/retry.js';
import type { Priority } from '../task/task.js';

/** Exactly one of cron (a union of expressions), every or at. */
export type Spec =
  | {
      kind: 'cron';
      expressions: string[];
      timezone: string;
      gap: 'shift' | 'skip';
      fold: 'first' | 'second' | 'both';
    }
  | { kind: 'every'; every: number; phase: number }
  | { kind: 'at'; at: number };

export type CronSpec = Extract<Spec, { kind: 'cron' }>;

export interface CatchUp {
  policy: 'none' | 'latest' | 'all';
  /** How far back a missed instant may still be caught up, ms. */
  window: number;
  max: number;
  perMinute?: number;
  /** A run that is late by no more than this just runs, ms; absent: 60 s. */
  grace?: number;
}

/** What to do when an occurrence comes due while an earlier run of its schedule is unfinished. */
export const OVERLAPS = ['skip', 'allow', 'wait', 'replace'] as const;
export type Overlap = (typeof OVERLAPS)[number];

/** What is expected of runs, counted from their due time, ms; missed: an alert. */
export interface Expectations {
  startWithin?: number;
  finishWithin?: number;
  /** From the due time until a run has succeeded. */
  successWithin?: number;
}

/** Local dates, both included. */
export interface ExcludedDates {
  /** `2026-12-25` */
  from: string;
  to: string;
}

/** Five fields leave out whole minutes, six leave out single seconds. */
export interface ExcludedCron {
  cron: string;
}

/** A calendar by the name its file gives it, with what it held when the file was read. */
export interface ExcludedCalendar {
  calendar: string;
  items: (ExcludedDates | ExcludedCron)[];
}

/** Which instants of a spec a schedule leaves out, by the wall clock of a time zone. */
export interface Exclusions {
  timezone: string;
  items: (ExcludedDates | ExcludedCron | ExcludedCalendar)[];
}

/** A validated, normalised declaration. `undefined` never appears: absent keys are left out. */
export interface ScheduleDefinition {
  id: string;
  /** The id it had before. */
  formerly?: string;
  description?: string;
  owner?: string;
  handler: string;
  payload?: unknown;
  spec: Spec;
  startAt?: number;
  endAt?: number;
  exclude?: Exclusions;
  /** The due time is up to this much later than the nominal one, ms. */
  jitter?: number;
  /** Fired occurrences after which nothing more is planned. */
  maxRuns?: number;
  queue: string;
  priority: Priority;
  retry: RetryPolicy;
  /** Per attempt, ms. */
  timeout?: number;
  /** A run that has not begun so long after it came due is cancelled, ms. */
  expiresIn?: number;
  /** How long a run is kept once it has ended, ms; absent: as its queue keeps what has ended. */
  retention?: number;
  catchUp: CatchUp;
  overlap: Overlap;
  expect?: Expectations;
  /** Asked as its runs begin and end. */
  heartbeat?: string;
  /** Dead runs in a row after which it pauses itself. */
  pauseAfter?: number;
  enabled: boolean | 'shadow';
  labels: Record<string, string>;
  /** Its runs and all tasks with this key share the key's limits. */
  concurrencyKey?: string;
}

/** Where a definition was declared. */
export interface ScheduleSource {
  kind: 'file' | 'api';
  /** Name of the set it belongs to (CARILLON_SOURCE); removed from the set means removed. */
  set: string;
  file?: string;
  line?: number;
  column?: number;
  /** It was read for, and what the file was checked out at, where that was said. */
  environment?: string;
  commit?: string;
}

/** A schedule as stored. */
export interface StoredSchedule {
  definition: ScheduleDefinition;
  /** Grows with every accepted edit; part of each compare-and-set. */
  revision: number;
  source: ScheduleSource;
  createdAt: number;
  updatedAt: number;
  /** A runtime pause; separate from `enabled` and kept by apply. */
  paused?: Pause;
  /** When a pause of one that pauses itself ended last: dead runs are counted from there. */
  resumedAt?: number;
  /** Who made this revision; absent: whom it belongs to. */
  by?: string;
  /** Earlier revisions, newest first; absent for one that was never edited. */
  history?: Revision[];
  /** Ids it had before, the oldest first. */
  former?: FormerId[];
  /** Lanes in which runs of earlier definitions may still wait. */
  lanes?: { handler: string; priority: Priority; concurrencyKey?: string }[];
}

/** Its instants up to `until` (ms) fired under this id. */
export interface FormerId {
  id: string;
  until: number;
}

/** It runs nothing from `at` on, until `until` or until it is resumed. Times in ms. */
export interface Pause {
  at: number;
  until?: number;
  reason?: string;
  /** Who paused it. */
  by?: string;
  /** It paused itself behind so many dead runs in a row. */
  streak?: number;
}

export interface Revision {
  revision: number;
  /** Of the definition. */
  digest: string;
  at: number;
  by: string;
  /** What of the definition is another in the revision behind it: as it was, its payload left out. Absent: not kept. */
  was?: Partial<ScheduleDefinition>;
  /** Keys that it did not have and the revision behind it has. */
  without?: string[];
  /** It was paused. */
  paused?: Pause;
}

/** One instant a spec yields. Task id: `<schedule>@<nominal ms>`. */
export interface Occurrence {
  nominal: number;
  /** nominal + jitter. */
  due: number;
}
