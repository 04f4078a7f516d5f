/** What becomes of a task whose worker's lease ran out: a pure decision. */

import { DEFAULT_RETRY, type RetryPolicy, retryDelay } from './retry.js';
import type { TaskError } from './task.js';

export interface Loss {
  /** Failures before this loss. */
  failures: number;
  /** The attempt before this one was lost as well. */
  lostBefore: boolean;
  retry?: RetryPolicy;
}

export type LossFate = { to: 'head' } | { to: 'retry'; due: number } | { to: 'dead' };

/**
 * A lost lease counts as a failure. The first one is mostly the machine's fault: the task runs again at once,
 * before its lane. Losses in a row are mostly the task's: the back-off applies, and maxAttempts ends it.
 */
export function fateOfLoss(loss: Loss, now: number, random: number): LossFate {
  const policy = loss.retry ?? DEFAULT_RETRY;
  const failures = loss.failures + 1;
  if (failures >= policy.maxAttempts) return { to: 'dead' };
  if (!loss.lostBefore) return { to: 'head' };
  return { to: 'retry', due: now + retryDelay(policy, failures, random) };
}

/** What the attempt, and a task that dies of it, tells as its error. */
export function errorOfLoss({ failures, retry }: Loss): TaskError {
  const { maxAttempts } = retry ?? DEFAULT_RETRY;
  return {
    message: `the worker's lease ended before an answer (failure ${failures + 1} of ${maxAttempts})`,
  };
}
