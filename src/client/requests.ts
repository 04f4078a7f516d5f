/** What may be asked for in TypeScript: the types come from the tables that read it. */

import { AUDIT_LIST } from '../audit/list.js';
import { type Given, integer } from '../domain/input/readers.js';
import { LOG_LINES } from '../domain/input/sizes.js';
import { UPCOMING } from '../domain/overview-fields.js';
import type { AsJson } from '../domain/task/as-json.js';
import { ERROR_LIST } from '../domain/task/deed-fields.js';
import type { TaskRequest } from '../domain/task/fields.js';
import { TASK_LIST } from '../domain/task/list-fields.js';
import type { Task } from '../domain/task/task.js';
import { OPERATION_LIST } from '../operations/operations.js';
import { OCCURRENCES, type PAUSE } from '../schedules/asked.js';
import { MOST_RUNS } from '../schedules/latest-runs.js';
import { SCHEDULE_LIST } from '../schedules/list.js';
import type { STATS } from '../stats/series.js';
import type { AnyDefinition, HandlerAndPayload, TaskDefinition } from '../tasks/definition.js';
import type { EVENTS } from '../tasks/events.js';
import { LOGS } from '../tasks/logs.js';
import type { QUEUE_SETTINGS } from '../tasks/queue-settings.js';

export type { RetryOptions } from '../domain/task/retry-fields.js';

/** When a task is due: after a delay from now on, or at a time (RFC 3339 or Date; in the past means now). */
export type DueOptions =
  | {
      /** How long to wait first, such as `10m`; at most ten years. */
      delay?: TaskRequest['delay'] | undefined;
      runAt?: undefined;
    }
  | {
      delay?: undefined;
      /** When it is due, RFC 3339 or Date; a time in the past means now. */
      runAt?: TaskRequest['runAt'] | undefined;
    };

/**
 * What a task goes by; docs/reference.md has every field.
 *
 * @example
 * const options: EnqueueOptions = { queue: 'mail', delay: '10m', priority: 'high', retry: { maxAttempts: 5 } };
 */
export type EnqueueOptions = DueOptions & Omit<TaskRequest, 'handler' | 'payload' | 'delay' | 'runAt'>;

/** One of many: its handler by name, or by a definition that types the payload. */
export type EnqueueRequest<Input = unknown> = EnqueueOptions & HandlerAndPayload<Input>;

/** One of many, where its handler is known: `Asked` is its name, or the definition that types its payload and result. */
export type RequestOf<Asked> = EnqueueOptions & {
  handler: Asked & (string | AnyDefinition);
} & PayloadOf<Asked>;

type PayloadOf<Asked> =
  undefined extends InputOf<Asked>
    ? { payload?: NoInfer<InputOf<Asked>> }
    : { payload: NoInfer<InputOf<Asked>> };

/** What a definition takes. */
type InputOf<Asked> = Asked extends TaskDefinition<infer Input, unknown, unknown> ? Input : unknown;

/** The argument that holds the payload: it may be left out only where the definition allows that. */
export type PayloadArgument<Asked> =
  undefined extends InputOf<Asked> ? [payload?: InputOf<Asked>] : [payload: InputOf<Asked>];

/** The result of its tasks, as callers get to see it. */
export type ResultOf<Asked> =
  Asked extends TaskDefinition<unknown, unknown, infer Result> ? AsJson<Result> : unknown;

/** What a list of tasks may be asked for; in a query string the limit is a text. */
export const LIST = { ...TASK_LIST, limit: integer(1, 1000) };

/** What a list of tasks is asked for; absent: not asked about. */
export type ListOptions = Omit<Given<typeof TASK_LIST>, 'limit'> & {
  /** At most 1000; default 50. */
  limit?: number;
};

export const COMING = { ...UPCOMING, limit: integer(1, 1000) };
/** What is asked of what is to come; absent: not asked about. */
export type UpcomingOptions = Omit<Given<typeof UPCOMING>, 'limit'> & {
  /** At most 1000; default 50. */
  limit?: number;
};

export const LOG = { ...LOGS, limit: integer(1, LOG_LINES) };
/** What a log may be asked for; `cursor`: `nextCursor`, or the id of a line. */
export type LogOptions = Omit<Given<typeof LOGS>, 'limit'> & {
  /** At most 500; default 50. */
  limit?: number;
};

/** What may be listened to; absent: everything. */
export type EventOptions = Given<typeof EVENTS>;

/** A page of tasks. */
export interface TaskPage {
  /** The tasks of this page. */
  items: Task[];
  /** For the page behind it; null at the end. */
  nextCursor: string | null;
  /** How many tasks were looked at. */
  scanned: number;
}

const page = integer(1, 1000);

/** What a list of schedules may be asked for; numbers where a query string has texts. */
export const SCHEDULES = { ...SCHEDULE_LIST, limit: page, runs: integer(1, MOST_RUNS) };
export const SCHEDULE = { runs: SCHEDULES.runs };
export const SCHEDULE_OCCURRENCES = { ...OCCURRENCES, limit: page };

/** What a list of schedules is asked for; absent: not asked about. */
export type ScheduleListOptions = Omit<Given<typeof SCHEDULE_LIST>, 'limit' | 'runs'> & {
  /** At most 1000; default 50. */
  limit?: number;
  /** So many of the latest runs of each, at most 60. */
  runs?: number;
};
/** `from` and `to` are both included; default an hour before and after now. At most 1000; default 100. */
export type OccurrencesOptions = Omit<Given<typeof OCCURRENCES>, 'limit'> & {
  /** At most 1000; default 100. */
  limit?: number;
};
/** How long a schedule is paused, and why. */
export type PauseOptions = Given<typeof PAUSE>;

/** What a list of operations may be asked for. */
export const OPERATIONS = { ...OPERATION_LIST, limit: page };
export type OperationListOptions = Omit<Given<typeof OPERATION_LIST>, 'limit'> & {
  /** At most 1000; default 50. */
  limit?: number;
};

/** What the audit may be asked for. */
export const AUDIT = { ...AUDIT_LIST, limit: page };
/** Which entries of the audit. */
export interface AuditOptions {
  /** At most 1000; default 50. */
  limit?: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
}

/** What the errors of dead tasks may be asked for. */
export const ERRORS = { ...ERROR_LIST, limit: page };
export type ErrorOptions = Omit<Given<typeof ERROR_LIST>, 'limit'> & { limit?: number };

/** What may be set for a queue; null is the default. */
export type QueueOptions = Given<typeof QUEUE_SETTINGS>;

/** What statistics are of: a queue, a handler or a schedule, absent: everything; and of when, in which steps. */
export type StatsOptions = Given<typeof STATS>;
