/** A worker begins when Redis answers, and begins again where it went away in the midst of that. */

import { isUnavailable } from '../domain/input/errors.js';
import { sleep } from '../runtime/timers.js';
import type { Store } from '../store/contract/index.js';

const TRY_AGAIN = 500;

export interface Arrival {
  store: Pick<Store, 'check'>;
  takePart(): Promise<void>;
  /** Before it is done once more. */
  undo(): void;
  /** Aborts when it is to begin no more. */
  stopped: AbortSignal;
}

export async function arrive(arrival: Arrival): Promise<void> {
  for (;;) {
    await reachable(arrival);
    try {
      await arrival.takePart();
      return;
    } catch (error) {
      if (!isUnavailable(error) || arrival.stopped.aborted) throw error;
      arrival.undo();
      await sleep(TRY_AGAIN, arrival.stopped);
    }
  }
}

/** Waits for Redis as long as it takes; one that must not be used is refused. */
async function reachable({ store, stopped }: Arrival): Promise<void> {
  for (;;) {
    try {
      await store.check();
      return;
    } catch (error) {
      if (!isUnavailable(error) || stopped.aborted) throw error;
      await sleep(TRY_AGAIN, stopped);
    }
  }
}
