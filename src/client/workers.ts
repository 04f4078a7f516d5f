/** `client.workers`: who is there to run tasks. */

import type { Store } from '../store/contract/index.js';
import { listWorkers, type WorkerView } from '../tasks/workers.js';

/**
 * `client.workers`: who is there to run tasks.
 *
 * @example
 * const idle = (await client.workers.list()).filter(({ running }) => running === 0);
 */
export class ClientWorkers {
  readonly #store: () => Promise<Store>;

  constructor(store: () => Promise<Store>) {
    this.#store = store;
  }

  /**
   * All that have said within 15 s that they are there, by name.
   *
   * @example
   * for (const { name, queues, running, concurrency } of await client.workers.list()) {
   *   console.log(name, queues.join(), `${running}/${concurrency}`);
   * }
   */
  async list(): Promise<WorkerView[]> {
    return listWorkers(await this.#store());
  }
}
