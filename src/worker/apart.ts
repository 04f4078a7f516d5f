/**
 * Two claims that are answered together would be sent together again, and again: the store would rest while the worker
 * works and the other way round. Taken one after the other, the store has the next claim of the one in hand while the
 * tasks of the other are run (measured, bench/).
 */

import { after, sleep } from '../runtime/timers.js';

export class Apart {
  #taken = false;

  /** Resolves when no other answer was taken since the event loop last turned. `others` are still under way. */
  async turn(others: boolean): Promise<void> {
    while (this.#taken) await sleep(0);
    if (!others) return;
    this.#taken = true;
    after(0, () => {
      this.#taken = false;
    });
  }
}
