/** What may be asked for when creating a task in TypeScript (interface §5). Durations are text such as `10m`. */

import type { Priority } from '../domain/task/task.js';

export interface RetryOptions {
  /** Failures after which the task is dead; default 3. */
  maxAttempts?: number;
  backoff?: 'exponential' | 'linear' | 'fixed';
  delay?: string;
  maxDelay?: string;
  jitter?: boolean;
  /** Explicit delays by failure; the last one repeats. */
  delays?: string[];
}

export interface EnqueueOptions {
  /** Default `default`. */
  queue?: string;
  /** From now on; not together with `runAt`. */
  delay?: string;
  /** RFC 3339 or Date; in the past means now. */
  runAt?: string | Date;
  priority?: Priority;
  retry?: RetryOptions;
  /** Per attempt. */
  timeout?: string;
  labels?: Record<string, string>;
  /** While a task under this key lives in its queue, others make none: that one is answered, `deduplicated`. */
  uniqueKey?: string;
  /** What a taken `uniqueKey` means; this release acts on `reject`, the default. */
  unique?: { mode: 'reject' };
}

/** One of many, its handler by name. */
export interface NamedRequest extends EnqueueOptions {
  handler: string;
  payload?: unknown;
}

/** What may be set for a queue; null is the default. */
export interface QueueOptions {
  /** How many of its tasks may run at once, over all workers; default: no bound. */
  concurrency?: number | null;
}
