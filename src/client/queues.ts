/** `client.queues`: queues straight on Redis; what each call means is said in src/tasks/queues.ts. */

import type { QueueFacts, Store } from '../store/contract/index.js';
import { findQueue, listQueues, pauseQueue, resumeQueue, setQueue } from '../tasks/queues.js';
import { purgeVerb } from './many.js';
import type { QueueOptions } from './requests.js';

/** Queues: how deep they are, what is set for them, and whether they hand anything out. */
export class ClientQueues {
  readonly #store: () => Promise<Store>;

  constructor(store: () => Promise<Store>) {
    this.#store = store;
  }

  /** All of them, by name. */
  async list(): Promise<QueueFacts[]> {
    return listQueues(await this.#store());
  }

  /** Throws `not_found`. */
  async get(queue: string): Promise<QueueFacts> {
    return findQueue(await this.#store(), queue);
  }

  /** Changes the settings named; null is the default. Opens the queue where there is none. */
  async set(queue: string, settings: QueueOptions): Promise<QueueFacts> {
    return setQueue(await this.#store(), queue, settings, false);
  }

  /** Hands nothing out until it is resumed; what runs goes on. Opens the queue where there is none. */
  async pause(queue: string): Promise<QueueFacts> {
    return pauseQueue(await this.#store(), queue);
  }

  /** Cancels what waits, or deletes records of what has ended, as an operation. Throws as `cancelMany`, and `not_found`. */
  readonly purge = purgeVerb(() => this.#store());

  /** Throws `not_found`. */
  async resume(queue: string): Promise<QueueFacts> {
    return resumeQueue(await this.#store(), queue);
  }
}
