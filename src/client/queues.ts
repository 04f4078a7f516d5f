/** `client.queues`: queues straight on Redis; what each call means is said in src/tasks/queues.ts. */

import type { Store } from '../store/contract/index.js';
import { type KeyView, listKeys } from '../tasks/queue-keys.js';
import type { QueueView } from '../tasks/queue-view.js';
import { findQueue, listQueues, pauseQueue, resumeQueue, setQueue } from '../tasks/queues.js';
import { purgeVerb } from './many.js';
import type { QueueOptions } from './requests.js';

/**
 * `client.queues`: how deep they are, what is set for them, and whether they hand anything out. A queue is opened by its
 * first task, setting or pause.
 *
 * @example
 * await client.queues.set('imports', { concurrency: 2 });
 * const { ready, running } = await client.queues.get('imports');
 */
export class ClientQueues {
  readonly #store: () => Promise<Store>;

  constructor(store: () => Promise<Store>) {
    this.#store = store;
  }

  /**
   * All of them, by name.
   *
   * @example
   * for (const { queue, ready, dead } of await client.queues.list()) console.log(queue, ready, dead);
   */
  async list(): Promise<QueueView[]> {
    return listQueues(await this.#store());
  }

  /**
   * One queue. Throws `not_found`.
   *
   * @example
   * const { ready, paused } = await client.queues.get('mail');
   */
  async get(queue: string): Promise<QueueView> {
    return findQueue(await this.#store(), queue);
  }

  /**
   * What each concurrency key with a ready or running task has to do, by key: `backlog`, `oldestWaitMs`, `running`,
   * `throttled`, `opensAt`. Throws `not_found`.
   *
   * @example
   * const waiting = (await client.queues.keys('mail')).filter(({ throttled }) => throttled);
   */
  async keys(queue: string): Promise<KeyView[]> {
    return listKeys(await this.#store(), queue);
  }

  /**
   * Changes the settings named; null is the default. Opens the queue where there is none. Throws `invalid_input` with each
   * setting that cannot be used, and `conflict` where a file owns it.
   *
   * @example
   * await client.queues.set('mail', { concurrency: 20 });
   */
  async set(queue: string, settings: QueueOptions): Promise<QueueView> {
    return setQueue(await this.#store(), queue, settings, false);
  }

  /**
   * It hands nothing out until it is resumed; what runs goes on. Opens the queue where there is none.
   *
   * @example
   * await client.queues.pause('mail');
   */
  async pause(queue: string): Promise<QueueView> {
    return pauseQueue(await this.#store(), queue);
  }

  /**
   * Cancels what waits, or with `states` deletes the records of what has ended, as an operation. `count` must be what is
   * there, else `conflict` with the number; `dryRun: true` only says how many that are. Throws `not_found`.
   *
   * @example
   * const { count } = await client.queues.purge('mail', { dryRun: true });
   * await client.queues.purge('mail', { count });
   */
  readonly purge = purgeVerb(() => this.#store());

  /**
   * It hands out again. Throws `not_found`.
   *
   * @example
   * await client.queues.resume('mail');
   */
  async resume(queue: string): Promise<QueueView> {
    return resumeQueue(await this.#store(), queue);
  }
}
