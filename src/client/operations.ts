/** `client.operations`: deeds on many things, and how far they have come; what each call means is said in src/operations. */

import { readOptions } from '../domain/input/options.js';
import { text } from '../domain/input/readers.js';
import {
  abortOperation,
  findOperation,
  listOperations,
  type OperationPage,
} from '../operations/operations.js';
import type { OperationView } from '../operations/view.js';
import { timeOf } from '../store/contract/clock.js';
import type { Store } from '../store/contract/index.js';
import { OPERATIONS, type OperationListOptions } from './requests.js';

const ABORT = { reason: text(256) };

/**
 * `client.operations`: backfills, and other deeds on many things, which the leading node carries out.
 *
 * @example
 * const { id } = await client.queues.purge('mail', { count: 120 });
 * const { state, done, matched } = await client.operations.get(id);
 */
export class ClientOperations {
  readonly #store: () => Promise<Store>;

  constructor(store: () => Promise<Store>) {
    this.#store = store;
  }

  /**
   * The latest first, page by page: 50, or up to 1000 with `limit`.
   *
   * @example
   * const { items } = await client.operations.list({ limit: 10 });
   */
  async list(options: OperationListOptions = {}): Promise<OperationPage> {
    const query = readOptions('a list of operations', OPERATIONS, options);
    return listOperations(await this.#store(), query);
  }

  /**
   * How far it has come. Throws `not_found`.
   *
   * @example
   * const { state, done, failed, matched } = await client.operations.get(id);
   */
  async get(id: string): Promise<OperationView> {
    return findOperation(await this.#store(), id);
  }

  /**
   * It does nothing more; what it has done stays done. Throws `not_found`, or `conflict` when it is done.
   *
   * @example
   * await client.operations.abort(id, { reason: 'wrong filter' });
   */
  async abort(id: string, options: { reason?: string } = {}): Promise<OperationView> {
    const { reason } = readOptions('abort', ABORT, options);
    const store = await this.#store();
    return abortOperation(store, id, await timeOf(store), reason);
  }
}
