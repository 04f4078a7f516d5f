/** What becomes of tasks whose worker's lease ran out: a pure decision about all of them together. */

import { DEFAULT_RETRY, isWithin, type RetryPolicy, retryDelay } from './retry.js';
import type { TaskError } from './task.js';

export interface Loss {
  /** Failures before this loss. */
  failures: number;
  /** Attempts right before this one that were lost as well. */
  lossesBefore: number;
  /** When its first attempt began, as far as that matters. */
  firstStartedAt?: number;
  retry?: RetryPolicy;
}

export interface LossFate {
  next: { to: 'head' } | { to: 'retry'; due: number } | { to: 'dead' };
  /** Counts against maxAttempts. */
  failure: boolean;
}

/** Suspects come back one by one, at first this far apart (ms); after each further loss four times as far. */
const APART = 1_000;
const FURTHEST_APART = 600_000;
/** So many losses in a row that would end a task are laid to its company; then it is dead whoever else was there. */
const BENEFIT_OF_DOUBT = 4;

/**
 * The fates of what one worker held when its lease ran out. A lost lease counts as a failure. The first one is mostly
 * the machine's fault: the task runs again at once, before its lane. Tasks that were lost before as well are suspects:
 * one of them may have ended its worker. They come back one by one, so that this one is found by itself, and while
 * there are several of them a loss ends none.
 */
export function fatesOfLosses(losses: readonly Loss[], now: number, random: number): LossFate[] {
  const suspects = losses.filter(({ lossesBefore }) => lossesBefore > 0).length;
  let place = 0;
  return losses.map((loss) => {
    const { failures, lossesBefore, firstStartedAt = now, retry: policy = DEFAULT_RETRY } = loss;
    const last = failures + 1 >= policy.maxAttempts;
    const inCompany = lossesBefore > 0 && suspects > 1;
    const doubtful = inCompany && lossesBefore < policy.maxAttempts + BENEFIT_OF_DOUBT;
    if (last && !doubtful) return { next: { to: 'dead' }, failure: true };
    if (lossesBefore === 0) {
      const next = isWithin(policy, firstStartedAt, now) ? { to: 'head' as const } : { to: 'dead' as const };
      return { next, failure: true };
    }
    const apart = inCompany ? Math.min(APART * 4 ** (lossesBefore - 1), FURTHEST_APART) * place++ : 0;
    const due = now + retryDelay(policy, failures + (last ? 0 : 1), random) + apart;
    if (!isWithin(policy, firstStartedAt, due)) return { next: { to: 'dead' }, failure: true };
    return { next: { to: 'retry', due }, failure: !last };
  });
}

/** What the attempt, and a task that dies of it, tells as its error. */
export function errorOfLoss({ failures, retry }: Loss, { failure }: LossFate): TaskError {
  const { maxAttempts } = retry ?? DEFAULT_RETRY;
  const count = failure
    ? `failure ${failures + 1} of ${maxAttempts}`
    : 'not counted: others that were lost before were lost with it';
  return { message: `the worker's lease ended before an answer (${count})` };
}
