/** The accounts of a worker: one for each queue, and those that were removed or lost while they have something to tell. */

import type { RoadStore } from '../store/contract/index.js';
import { Account, type AccountOptions } from './account.js';
import type { Attempt } from './attempt.js';

export class Accounts {
  readonly #options: AccountOptions;
  readonly #store: Pick<RoadStore, 'leave'>;
  /** The id that those to come go by. */
  #worker: string;
  #all: Account[];

  constructor(queues: readonly string[], worker: string, options: AccountOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#worker = worker;
    this.#all = queues.map((queue) => new Account(queue, worker, options));
  }

  get all(): readonly Account[] {
    return this.#all;
  }

  /** Those that tasks are claimed for. */
  get open(): Account[] {
    return this.#all.filter(({ closed }) => !closed);
  }

  /** Attempts whose ending is not known. */
  get attempts(): Attempt[] {
    return this.#all.flatMap(({ attempts }) => [...attempts]);
  }

  /** The one whose lease counts in this queue. */
  of(queue: string): Account | undefined {
    return this.#all.find((account) => account.queue === queue && !account.lost);
  }

  /** One that was removed and still has something running is taken back. */
  add(queue: string): void {
    const known = this.of(queue);
    if (!known) this.#all.push(new Account(queue, this.#worker, this.#options));
    else if (known.closed) known.reopen();
  }

  /** Its lease is over: answers the attempts that ran under it. Accounts go by the new id as far as possible. */
  lose(account: Account, newId: string): Attempt[] {
    const disowned = [...account.attempts];
    account.attempts.clear();
    this.#worker = newId;
    // Where nothing is held the new id counts at once.
    for (const other of [...this.#all]) {
      if (!other.lost && !other.holds && other.idle) this.#replace(other);
    }
    if (!account.lost) this.#replace(account);
    return disowned;
  }

  #replace(account: Account): void {
    const { closed } = account;
    account.lost = true;
    account.stop();
    // One that was removed has no successor.
    if (closed) return;
    const at = this.#all.indexOf(account);
    this.#all[at] = new Account(account.queue, this.#worker, this.#options);
    // What had ended before still tries to be recorded; whether it counts is the store's to say.
    if (!account.idle) this.#all.push(account);
  }

  /** Forgets those that are closed and have told everything, and takes back leases that stand; answers them. */
  dropOver(): readonly Account[] {
    if (!this.#all.some(isOver)) return NONE;
    const over = this.#all.filter(isOver);
    this.#all = this.#all.filter((account) => !isOver(account));
    for (const account of over) {
      account.stop();
      // A lease that is not taken back is over by itself.
      if (!account.lost) this.#store.leave(account.queue, account.worker).catch(() => {});
    }
    return over;
  }
}

const NONE: readonly Account[] = [];

function isOver({ closed, idle, attempts }: Account): boolean {
  return closed && idle && attempts.size === 0;
}
