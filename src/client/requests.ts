/** What may be asked for in TypeScript (interface §5): tasks to create, and lists of them. */

import type { Duration } from '../domain/input/durations.js';
import type { Priority, Task, TaskState } from '../domain/task/task.js';
import type { TaskDefinition } from '../tasks/definition.js';

export interface RetryOptions {
  /** Failures after which the task is dead; default 3. */
  maxAttempts?: number;
  backoff?: 'exponential' | 'linear' | 'fixed';
  delay?: Duration;
  maxDelay?: Duration;
  jitter?: boolean;
  /** Explicit delays by failure; the last one repeats. */
  delays?: readonly Duration[];
}

/** When a task is due: after a delay from now on, or at a time (RFC 3339 or Date; in the past means now). */
export type DueOptions =
  | { delay?: Duration | undefined; runAt?: undefined }
  | { delay?: undefined; runAt?: string | Date | undefined };

export type EnqueueOptions = DueOptions & {
  /** Default `default`. */
  queue?: string;
  priority?: Priority;
  retry?: RetryOptions;
  /** Per attempt. */
  timeout?: Duration;
  labels?: Record<string, string>;
  /** While a task under this key lives in its queue, others make none: that one is answered, `deduplicated`. */
  uniqueKey?: string;
  /** What a taken `uniqueKey` means; this release acts on `reject`, the default. */
  unique?: { mode: 'reject' };
};

/** One of many: its handler by name, or by a definition that types the payload. */
export type EnqueueRequest<Input = unknown> = EnqueueOptions &
  (
    | { handler: string; payload?: unknown }
    | (undefined extends Input
        ? { handler: TaskDefinition<Input, unknown>; payload?: NoInfer<Input> }
        : { handler: TaskDefinition<Input, unknown>; payload: NoInfer<Input> })
  );

/** The arguments that hold a definition's payload: it may be left out only where the definition allows that. */
export type PayloadOf<Input> = undefined extends Input ? [payload?: Input] : [payload: Input];

/** Absent: not asked about. */
export interface ListOptions {
  state?: TaskState | readonly TaskState[];
  queue?: string;
  handler?: string;
  schedule?: string;
  /** `name=text`, or several of them. */
  label?: string | readonly string[];
  /** The unique key. */
  key?: string;
  /** A text in id, handler, key, labels or payload. */
  q?: string;
  /** Due then or later. */
  from?: string | Date;
  /** Due then or earlier. */
  to?: string | Date;
  /** At most 1000; default 50. */
  limit?: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
}

export interface TaskPage {
  items: Task[];
  nextCursor: string | null;
  /** How many tasks were looked at. */
  scanned: number;
}

/** What may be set for a queue; null is the default. */
export interface QueueOptions {
  /** How many of its tasks may run at once, over all workers; default: no bound. */
  concurrency?: number | null;
}
