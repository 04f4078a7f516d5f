/** Idle waits in the model: they end when work arrives, at their time on the virtual clock, or at close. */

import { LONGEST_WAIT, type StopWaiter, type Waiter } from '../store/contract/road.js';

interface Wait {
  /** The queue that there is something in. */
  found: () => string | undefined;
  until: number;
  owner: object;
  resolve: (queue: string | null) => void;
}

export class ModelWaits {
  readonly #now: () => number;
  readonly #hasReady: (queue: string, handlers: readonly string[]) => boolean;
  readonly #waits = new Set<Wait>();

  constructor(now: () => number, hasReady: (queue: string, handlers: readonly string[]) => boolean) {
    this.#now = now;
    this.#hasReady = hasReady;
  }

  waiter(): Waiter {
    const owner = {};
    return {
      wait: (queues, handlers, timeoutMs) =>
        new Promise((resolve) => {
          const until = this.#now() + Math.min(timeoutMs, LONGEST_WAIT);
          const found = () => queues.find((name) => this.#hasReady(name, handlers));
          this.#waits.add({ found, until, owner, resolve });
          this.look();
        }),
      interrupt: async () => this.#finish((wait) => (wait.owner === owner ? null : undefined)),
      // The model knows no tokens: whoever waits sees what is ready.
      giveBack: async () => {},
      close: () => this.#finish((wait) => (wait.owner === owner ? null : undefined)),
    };
  }

  /** `take`: takes the token of one of these leases. */
  stopWaiter(take: (leases: readonly { queue: string; worker: string }[]) => string | undefined): StopWaiter {
    const owner = {};
    const end = () => this.#finish((wait) => (wait.owner === owner ? null : undefined));
    return {
      wait: (leases, timeoutMs) =>
        new Promise((resolve) => {
          const until = this.#now() + Math.min(timeoutMs, LONGEST_WAIT);
          this.#waits.add({ found: () => take(leases), until, owner, resolve });
          this.look();
        }),
      interrupt: end,
      close: end,
    };
  }

  /** To be called after everything that may have made work ready, and after the clock moved. */
  look(): void {
    this.#finish((wait) => {
      return wait.found() ?? (wait.until <= this.#now() ? null : undefined);
    });
  }

  closeAll(): void {
    this.#finish(() => null);
  }

  /** Ends the waits that `answer` has an answer for; undefined lets a wait go on. */
  #finish(answer: (wait: Wait) => string | null | undefined): void {
    for (const wait of [...this.#waits]) {
      const queue = answer(wait);
      if (queue === undefined) continue;
      this.#waits.delete(wait);
      wait.resolve(queue);
    }
  }
}
