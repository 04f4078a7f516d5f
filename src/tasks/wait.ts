/** Waits for the end of tasks: looks at each ever less often, and the more are awaited the less often at all of them. */

import { setMaxListeners } from 'node:events';
import { CarillonError, isUnavailable } from '../domain/input/errors.js';
import { mono } from '../runtime/clock.js';
import { sleep } from '../runtime/timers.js';
import type { ReadStore, TaskFacts } from '../store/contract/index.js';
import { findTask } from './find.js';

/** How long a wait takes when nothing is said, ms. */
export const USUAL_WAIT = 30_000;

const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 500;
/** All waits of a process together come to about this many looks a second once they are past their first pauses. */
const LOOKS_A_SECOND = 200;

export class TaskWaits {
  readonly #store: Pick<ReadStore, 'find'>;
  readonly #closing: AbortSignal;
  #awaited = 0;

  /** `closing` ends every wait at once. */
  constructor(store: Pick<ReadStore, 'find'>, closing: AbortSignal) {
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
    this.#awaited += 1;
    try {
      for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, this.#longestPause)) {
        const seen = await Promise.race([this.#look(id), closed]);
        if (seen === null) return last;
        const left = end - mono();
        if (seen instanceof CarillonError) {
          if (left <= 0) throw seen;
        } else if (seen.finishedAt !== undefined || left <= 0) return seen;
        else last = seen;
        await sleep(Math.min(pause, left), this.#closing);
      }
    } finally {
      this.#awaited -= 1;
      over.abort();
    }
  }

  get #longestPause(): number {
    return Math.max(LONGEST_PAUSE, (this.#awaited * 1_000) / LOOKS_A_SECOND);
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
