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
}

/** One of many, its handler by name. */
export interface NamedRequest extends EnqueueOptions {
  handler: string;
  payload?: unknown;
}
