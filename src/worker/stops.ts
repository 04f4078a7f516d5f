/** Hears at once of tasks that are to stop, while something runs for so long that somebody may have asked for it. */

import { sleep } from '../runtime/timers.js';
import type { RoadStore } from '../store/contract/index.js';
import { LONGEST_WAIT } from '../store/contract/road.js';
import type { Account } from './account.js';

/** What runs for less is over before a request to stop it would be of use, and costs no wait, ms. */
const PATIENCE = 250;
/** After a failed wait, ms. */
const AFTER_FAULT = 1_000;

export class Stops {
  readonly #waiter: ReturnType<RoadStore['stopWaiter']>;
  readonly #accounts: () => readonly Account[];
  readonly #over: AbortSignal;
  #listens = false;

  /** `over`: nobody works here any more. */
  constructor(store: Pick<RoadStore, 'stopWaiter'>, accounts: () => readonly Account[], over: AbortSignal) {
    this.#waiter = store.stopWaiter();
    this.#accounts = accounts;
    this.#over = over;
    over.addEventListener('abort', () => this.#waiter.close(), { once: true });
  }

  /** An attempt has begun. */
  began(): void {
    if (this.#listens) return;
    this.#listens = true;
    this.#listen()
      .finally(() => {
        this.#listens = false;
      })
      // What is not heard here is told by the next beat.
      .catch(() => {});
  }

  /** Leases have other names now, or there is one more. */
  changed(): void {
    this.#waiter.interrupt();
  }

  async #listen(): Promise<void> {
    await sleep(PATIENCE, this.#over);
    while (!this.#over.aborted && this.#accounts().some(({ attempts }) => attempts.size > 0)) {
      if (this.#accounts().some((account) => account.runsSince(PATIENCE))) await this.#wait();
      else await sleep(PATIENCE, this.#over);
    }
  }

  async #wait(): Promise<void> {
    const open = this.#accounts().filter(({ lost }) => !lost);
    const leases = open.map(({ queue, worker }) => ({ queue, worker }));
    try {
      const queue = await this.#waiter.wait(leases, LONGEST_WAIT);
      for (const account of open) if (account.queue === queue) account.checkLease();
    } catch {
      // A token may have been lost on the way: every beat tells it as well.
      await sleep(AFTER_FAULT, this.#over);
      for (const account of open) account.checkLease();
    }
  }
}
