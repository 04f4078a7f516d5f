/** When a failed task runs again: a pure function of the policy, the failure count and one random number. */

export interface RetryPolicy {
  /** Failures after which the task is dead, ≥ 1. */
  maxAttempts: number;
  backoff: 'exponential' | 'linear' | 'fixed';
  /** Base delay, ms. */
  delay: number;
  /** Upper bound of a delay, ms. */
  maxDelay: number;
  /** Spread each delay over [½, 1] of its length, so that failures of one moment do not return as one. */
  jitter: boolean;
  /** Explicit delays in ms by failure number; the last one repeats. Wins over `backoff`. */
  delays?: number[];
  /** No attempt is put off to a time later than this after the first one began, ms. */
  maxElapsed?: number;
}

export const DEFAULT_RETRY: Readonly<RetryPolicy> = Object.freeze({
  maxAttempts: 3,
  backoff: 'exponential',
  delay: 10_000,
  maxDelay: 600_000,
  jitter: true,
});

/** Delay in ms before the attempt that follows failure number `failures` (≥ 1); `random` in [0, 1). */
export function retryDelay(policy: RetryPolicy, failures: number, random: number): number {
  const base = baseDelay(policy, failures);
  return policy.jitter && !policy.delays ? Math.round(base * (0.5 + random / 2)) : base;
}

/** Whether a task whose first attempt began then may run again at `due`. */
export function isWithin({ maxElapsed }: RetryPolicy, firstStartedAt: number, due: number): boolean {
  return maxElapsed === undefined || due <= firstStartedAt + maxElapsed;
}

function baseDelay(policy: RetryPolicy, failures: number): number {
  if (policy.delays && policy.delays.length > 0) {
    return policy.delays[Math.min(failures, policy.delays.length) - 1] ?? 0;
  }
  const grown =
    policy.backoff === 'exponential'
      ? policy.delay * 2 ** Math.min(failures - 1, 50)
      : policy.backoff === 'linear'
        ? policy.delay * failures
        : policy.delay;
  return Math.min(grown, policy.maxDelay);
}
