/** Whether anybody can run a task: asked for every task that is created over HTTP, and looked up far less often. */

import { mono } from '../runtime/clock.js';
import type { ReadStore } from '../store/contract/index.js';

/** How long a handler that was there is taken to be there still, ms. That one is missing is looked up each time. */
const BELIEVED = 1_000;

interface Look {
  at: number;
  handlers: ReadonlySet<string>;
}

export class ServedHandlers {
  readonly #store: Pick<ReadStore, 'served'>;
  readonly #seen = new Map<string, Look>();
  /** Looks that are to be sent: those who ask meanwhile share one. */
  readonly #next = new Map<string, Promise<Look>>();
  readonly #looking = new Map<string, Promise<Look>>();

  constructor(store: Pick<ReadStore, 'served'>) {
    this.#store = store;
  }

  /** true as well when the store cannot say: a task is not called unroutable for that. */
  async has(queue: string, handler: string): Promise<boolean> {
    const seen = this.#seen.get(queue);
    if (seen && mono() - seen.at < BELIEVED && seen.handlers.has(handler)) return true;
    try {
      return (await this.#look(queue)).handlers.has(handler);
    } catch {
      return true;
    }
  }

  /** A look that begins after this call, at most one at a time for a queue. */
  #look(queue: string): Promise<Look> {
    const next = this.#next.get(queue);
    if (next) return next;
    const before = this.#looking.get(queue);
    const look = this.#lookAfter(queue, before);
    this.#next.set(queue, look);
    return look;
  }

  async #lookAfter(queue: string, before: Promise<Look> | undefined): Promise<Look> {
    await before?.catch(() => {});
    const looking = this.#read(queue);
    this.#looking.set(queue, looking);
    this.#next.delete(queue);
    try {
      const look = await looking;
      this.#seen.set(queue, look);
      return look;
    } finally {
      if (this.#looking.get(queue) === looking) this.#looking.delete(queue);
    }
  }

  async #read(queue: string): Promise<Look> {
    return { at: mono(), handlers: await this.#store.served(queue) };
  }
}
