/** Whoever uses a store relays what it finds in outboxes there: what is left by one that dies, the next one finds. */

import type { Log } from '../runtime/log.js';
import { within } from '../runtime/within.js';
import type { FlowStore } from './contract/index.js';

/** How long an end waits for what is under way, ms: what is left then stays where it is. */
const LAST = 1_000;

export class Relays {
  readonly #store: FlowStore;
  readonly #log: Log;
  /** Queue → whether it is to be looked at once more. */
  readonly #underWay = new Map<string, boolean>();
  readonly #working = new Set<Promise<void>>();
  readonly #stopListening: () => void;
  #closed = false;

  constructor(store: FlowStore, log: Log) {
    this.#store = store;
    this.#log = log;
    this.#stopListening = store.onOwing((queue) => this.soon(queue));
  }

  /** Something waits in the outbox of a queue. */
  soon(queue: string): void {
    if (this.#closed) return;
    if (this.#underWay.has(queue)) {
      this.#underWay.set(queue, true);
      return;
    }
    this.#underWay.set(queue, false);
    const work = this.#relay(queue);
    this.#working.add(work);
    work.finally(() => this.#working.delete(work)).catch(() => {});
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopListening();
    await within(LAST, Promise.allSettled(this.#working));
  }

  async #relay(queue: string): Promise<void> {
    try {
      for (;;) {
        this.#underWay.set(queue, false);
        const { more } = await this.#store.relay(queue);
        if (!more && !this.#underWay.get(queue)) return;
      }
    } catch (error) {
      // It is still there, and the next answer of the store tells of it.
      this.#log.debug(
        { event: 'store.failed', queue, error: error as Error },
        'what waits in an outbox was not delivered',
      );
    } finally {
      this.#underWay.delete(queue);
    }
  }
}
