/** Tasks that go back from a worker which does not run them, without a failure. */

import type { ClaimedTask, Settlement } from '../store/contract/index.js';
import type { Attempt } from './attempt.js';

type Next = { to: 'head' } | { to: 'retry'; due: number };

/** What may have ended a process comes back one by one, this far apart (ms). */
const APART = 2_000;

/** Of a task that was claimed and not begun: it goes back as it was. */
export function handedBack(task: ClaimedTask, worker: string, now: number, next: Next): Settlement {
  const { id, token, attempt, firstStartedAt } = task;
  const outcome = 'released' as const;
  const record = { attempt, worker, startedAt: now, finishedAt: now, outcome };
  const first = firstStartedAt === undefined ? {} : { firstStartedAt };
  return { id, token, record, failure: false, next, ...first };
}

/** Of what a process ran that is about to end. Where the cause of that is not known, they come back one by one. */
export function releaseOthers(attempts: readonly Attempt[], cause: Attempt | undefined): void {
  const left = new Error('the worker is stopping');
  for (const [i, attempt] of attempts.entries()) {
    if (attempt !== cause)
      attempt.release(left, cause ? { to: 'head' } : { to: 'retry', due: attempt.now + i * APART });
  }
}
