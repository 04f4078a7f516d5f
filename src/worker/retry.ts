/** A call to the store is repeated until it is answered: each is idempotent, and its tasks or endings must not be forgotten. */

import type { Log } from '../runtime/log.js';
import { seldom } from '../runtime/seldom.js';
import { sleep } from '../runtime/timers.js';

/** Runs a call, after it has failed with `error` once, until the store answers; null when nobody waits any more. */
export type Retry = <T>(call: () => Promise<T>, error: unknown) => Promise<T | null>;

const FIRST_WAIT = 50;
const LONGEST = 2_000;

export function retryUntilAnswered(log: Log, gaveUp: AbortSignal): Retry {
  const mayLog = seldom(30_000);
  return async (call, error) => {
    let fault = error;
    for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST)) {
      if (gaveUp.aborted) return null;
      if (mayLog())
        log.warn({ event: 'store.failed', error: fault as Error }, 'The store does not answer, trying again');
      await sleep(wait, gaveUp);
      if (gaveUp.aborted) return null;
      try {
        return await call();
      } catch (again) {
        fault = again;
      }
    }
  };
}
