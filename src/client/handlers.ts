/** `client.handlers`: who has each handler, and how many of its tasks wait and run. */

import { CarillonError } from '../domain/input/errors.js';
import { readOptions } from '../domain/input/options.js';
import { boolean, type Given, integer } from '../domain/input/readers.js';
import { HANDLER_LIST } from '../domain/overview-fields.js';
import type { HandlerDetail, HandlerPage } from '../overviews/handlers.js';
import { Overviews } from '../overviews/overviews.js';
import type { Store } from '../store/contract/index.js';

const LIST = { ...HANDLER_LIST, schema: boolean, limit: integer(1, 1000) };

/** What a list of handlers is asked for; absent: not asked about. */
export type HandlerListOptions = Omit<Given<typeof HANDLER_LIST>, 'limit' | 'schema'> & {
  /** false: without the schemas of their payloads, up to 16 KiB each; default true. */
  schema?: boolean;
  /** At most 1000; default 50. */
  limit?: number;
};

/**
 * `client.handlers`: those that a present worker has, that tasks stand for, or that a schedule names.
 *
 * @example
 * const alone = (await client.handlers.list()).items.filter(({ workerCount }) => workerCount === 0);
 */
export class ClientHandlers {
  readonly #store: () => Promise<Store>;
  #known: Overviews | null = null;

  constructor(store: () => Promise<Store>) {
    this.#store = store;
  }

  /**
   * Handlers by name, page by page: 50, or up to 1000 with `limit`.
   *
   * @example
   * for (const { name, workerCount, counts } of (await client.handlers.list({ q: 'mail' })).items) {
   *   console.log(name, workerCount, counts.ready, counts.running);
   * }
   */
  async list(options: HandlerListOptions = {}): Promise<HandlerPage> {
    const query = readOptions('a list of handlers', LIST, options);
    return (await this.#overviews()).handlers(query);
  }

  /**
   * One handler with its workers, queues, schedules, and the counts of its tasks in all states. Throws `not_found`.
   *
   * @example
   * const { workers, counts } = await client.handlers.get('email.welcome');
   */
  async get(name: string): Promise<HandlerDetail> {
    if (typeof name !== 'string') throw new CarillonError('invalid_input', "A handler's name must be a text");
    return (await this.#overviews()).handler(name);
  }

  async #overviews(): Promise<Overviews> {
    const store = await this.#store();
    this.#known ??= new Overviews(store);
    return this.#known;
  }
}
