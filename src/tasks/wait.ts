/** Waits for the end of tasks: looks, is told, and looks again; also where time is up, and after a fault. */

import { setMaxListeners } from 'node:events';
import { CarillonError, isUnavailable } from '../domain/input/errors.js';
import { mono } from '../runtime/clock.js';
import { sleep } from '../runtime/timers.js';
import type { AwaitedStore, ReadStore, TaskFacts } from '../store/contract/index.js';
import { findTask } from './find.js';

/** How long a wait takes when nothing is said, ms. */
export const USUAL_WAIT = 30_000;

/** After a look that the store did not answer, ms. */
const AFTER_FAULT = 200;

type Waited = Pick<ReadStore, 'find'> & AwaitedStore;

export class TaskWaits {
  readonly #store: Waited;
  readonly #closing: AbortSignal;

  /** `closing` ends every wait at once. */
  constructor(store: Waited, closing: AbortSignal) {
    this.#store = store;
    this.#closing = closing;
    // Each wait listens to it, and how many wait is nobody's mistake.
    setMaxListeners(0, closing);
  }

  /**
   * The task once it has ended, or as it was last seen when `timeout` is over or the waits are closed; null when it
   * was not seen before they were closed. A Redis that does not answer is asked again while there is time.
   */
  async wait(id: string, timeout: number): Promise<TaskFacts | null> {
    const end = mono() + timeout;
    const over = new AbortController();
    const closed = aborted(this.#closing, over.signal);
    let last: TaskFacts | null = null;
    try {
      for (;;) {
        const seen = await Promise.race([this.#look(id), closed]);
        if (seen === null) return last;
        const left = end - mono();
        if (seen instanceof CarillonError) {
          if (left <= 0) throw seen;
          await sleep(Math.min(AFTER_FAULT, left), this.#closing);
        } else if (seen.finishedAt !== undefined || left <= 0) return seen;
        else {
          last = seen;
          await this.#told(seen, left);
        }
      }
    } finally {
      over.abort();
    }
  }

  /** It has ended, as far as is known, or time is up. */
  async #told({ queue, id }: TaskFacts, ms: number): Promise<void> {
    const told = new AbortController();
    const end = (): void => told.abort();
    const stop = this.#store.onceEnded(queue, id, end);
    this.#closing.addEventListener('abort', end, { once: true, signal: told.signal });
    if (this.#closing.aborted) end();
    await sleep(ms, told.signal);
    stop();
    end();
  }

  async #look(id: string): Promise<TaskFacts | CarillonError> {
    try {
      return await findTask(this.#store, id);
    } catch (error) {
      if (isUnavailable(error)) return error;
      throw error;
    }
  }
}

/** Resolves when `signal` aborts, unless `over` does so before. */
function aborted(signal: AbortSignal, over: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', () => resolve(null), { once: true, signal: over });
  });
}
