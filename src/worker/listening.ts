/** The wait of a worker for wake tokens: one at a time, ended where it misses what matters; no token gets lost. */

import { sleep } from '../runtime/timers.js';
import type { RoadStore, Waiter } from '../store/contract/index.js';
import { LONGEST_WAIT } from '../store/contract/road.js';
import type { Account } from './account.js';
import type { Waiting } from './turn.js';

/** After a wait that failed, look for ourselves (ms). */
const AFTER_FAULT = 200;

export interface ListeningOptions {
  handlers: readonly string[];
  /** Aborts when nobody waits any more. */
  over: AbortSignal;
  /** A token of this queue was taken. */
  token(queue: string): void;
  /** The wait is over, whatever it brought. */
  ended(): void;
  broken(error: unknown): void;
}

export class Listening {
  readonly #options: ListeningOptions;
  readonly #waiter: Waiter | null;
  #waiting: Waiting = 'none';
  #interrupted = false;

  constructor(store: Pick<RoadStore, 'waiter'>, options: ListeningOptions) {
    this.#options = options;
    this.#waiter = store.waiter();
    options.over.addEventListener('abort', () => this.#waiter?.close(), { once: true });
  }

  get waiting(): Waiting {
    return this.#waiting;
  }

  /** A token that the wait has taken is answered all the same, so none gets lost. */
  interrupt(): void {
    if (this.#interrupted || this.#waiting === 'none') return;
    this.#interrupted = true;
    this.#waiter?.interrupt().catch(this.#options.broken);
  }

  giveBack(queue: string): void {
    if (!this.#options.over.aborted) this.#waiter?.giveBack(queue).catch(this.#options.broken);
  }

  /** `all`: there is no other queue. */
  wait(accounts: readonly Account[], all: boolean): void {
    if (!this.#waiter || this.#options.over.aborted) return;
    const { handlers, over, token, ended, broken } = this.#options;
    this.#waiting = all ? 'all' : 'some';
    this.#interrupted = false;
    const woken = (queue: string | null): void => {
      if (queue !== null) token(queue);
    };
    const failed = async (): Promise<void> => {
      // The connection reports its own faults; what was told meanwhile is lost.
      await sleep(AFTER_FAULT, over);
      for (const account of accounts) account.wake();
    };
    const queues = accounts.map(({ queue }) => queue);
    this.#waiter
      .wait(queues, handlers, LONGEST_WAIT)
      .then(woken, failed)
      .finally(() => {
        this.#waiting = 'none';
        ended();
      })
      .catch(broken);
  }
}
