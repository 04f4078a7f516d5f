/** `client.workers`: who is there to run tasks, and what people ask of them. */

import { readOptions } from '../domain/input/options.js';
import type { Store } from '../store/contract/index.js';
import {
  changeQueues,
  quietWorker,
  resumeWorker,
  SCALE,
  scaleWorker,
  stopWorker,
  WORKER_QUEUES,
} from '../tasks/order-worker.js';
import { findWorker, listWorkers, type WorkerView } from '../tasks/workers.js';

/**
 * `client.workers`: who is there to run tasks, and what is asked of them. A worker is named by its id, or by its name where
 * no other goes by it. It does what it is asked at its next beat, within a third of its lease, and shows it; until then it
 * stands in `asked`. Every verb throws `not_found`, and `conflict` where several go by the name or the worker is stopping.
 *
 * @example
 * const idle = (await client.workers.list()).filter(({ running }) => running.length === 0);
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
   * for (const { name, queues, runningCount, concurrency } of await client.workers.list()) {
   *   console.log(name, queues.join(), `${runningCount}/${concurrency}`);
   * }
   */
  async list(): Promise<WorkerView[]> {
    return listWorkers(await this.#store());
  }

  /**
   * One of them.
   *
   * @example
   * const { running, processed, failed } = await client.workers.get('mailer-1');
   */
  async get(worker: string): Promise<WorkerView> {
    return findWorker(await this.#store(), worker);
  }

  /**
   * It takes nothing more until it is resumed; what it runs goes on.
   *
   * @example
   * await client.workers.quiet('mailer-1');
   */
  async quiet(worker: string): Promise<WorkerView> {
    return quietWorker(await this.#store(), worker);
  }

  /**
   * It takes tasks again.
   *
   * @example
   * await client.workers.resume('mailer-1');
   */
  async resume(worker: string): Promise<WorkerView> {
    return resumeWorker(await this.#store(), worker);
  }

  /**
   * It finishes what it runs, as on SIGTERM, and leaves; `carillon worker` ends with exit code 0.
   *
   * @example
   * await client.workers.stop('mailer-1');
   */
  async stop(worker: string): Promise<WorkerView> {
    return stopWorker(await this.#store(), worker);
  }

  /**
   * It runs so many tasks at once; what runs beyond that ends first.
   *
   * @example
   * await client.workers.scale('mailer-1', 20);
   */
  async scale(worker: string, concurrency: number | { concurrency: number }): Promise<WorkerView> {
    const asked = typeof concurrency === 'object' ? concurrency : { concurrency };
    const read = readOptions('scale', SCALE, asked, ['concurrency']);
    return scaleWorker(await this.#store(), worker, read.concurrency);
  }

  /**
   * It takes part in queues, or leaves some: what it runs of those ends here.
   *
   * @example
   * await client.workers.queues('mailer-1', { add: ['newsletter'], remove: ['mail'] });
   */
  async queues(worker: string, change: { add?: string[]; remove?: string[] }): Promise<WorkerView> {
    const read = readOptions('queues', WORKER_QUEUES, change);
    return changeQueues(await this.#store(), worker, read);
  }
}
