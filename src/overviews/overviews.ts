/** What is told of all schedules together, kept in memory between questions: one for a process. */

import type { Values } from '../domain/input/readers.js';
import type { HANDLER_LIST, LOAD, UpcomingQuery } from '../domain/overview-fields.js';
import { timeOf } from '../store/contract/clock.js';
import type { ScheduleRow, Store } from '../store/contract/index.js';
import { AheadOfAll } from './ahead-of-all.js';
import { findHandler, type HandlerDetail, type HandlerPage, handlerPage } from './handlers.js';
import { type Keeper, KeptSchedules } from './kept-schedules.js';
import { LoadOfAll, type LoadView } from './load.js';
import { type UpcomingPage, upcomingPage } from './upcoming.js';

export class Overviews {
  readonly #store: Store;
  readonly #ahead: AheadOfAll;
  readonly #handlers = new ByHandler();
  readonly #kept: KeptSchedules;
  readonly #load: LoadOfAll;

  constructor(store: Store) {
    this.#store = store;
    this.#ahead = new AheadOfAll(() => store.clock().now());
    this.#kept = new KeptSchedules(store, both(this.#ahead, this.#handlers));
    this.#load = new LoadOfAll(store, this.#ahead, () => this.#kept.version);
  }

  async upcoming(query: UpcomingQuery): Promise<UpcomingPage> {
    // Of tasks their queues tell.
    if (query.kind !== 'task') await this.#refresh();
    return upcomingPage(this.#store, this.#ahead, query);
  }

  async load(query: Values<typeof LOAD>): Promise<LoadView> {
    const now = await this.#refresh();
    return this.#load.view(query, now);
  }

  async handlers(query: Values<typeof HANDLER_LIST>): Promise<HandlerPage> {
    await this.#refresh();
    return handlerPage(this.#store, this.#handlers.schedules, query);
  }

  /** Throws `not_found`. */
  async handler(name: string): Promise<HandlerDetail> {
    await this.#refresh();
    return findHandler(this.#store, this.#handlers.schedules, name);
  }

  async #refresh(): Promise<number> {
    // The clock knows the time from then on.
    const now = await timeOf(this.#store);
    await this.#kept.refresh();
    return now;
  }
}

/** Ids of schedules by the handler they name, those that rest as well. */
class ByHandler implements Keeper {
  readonly schedules = new Map<string, Set<string>>();
  readonly #of = new Map<string, string>();

  put({ schedule: { definition } }: ScheduleRow): void {
    const { id, handler } = definition;
    this.remove(id);
    const ids = this.schedules.get(handler);
    if (ids) ids.add(id);
    else this.schedules.set(handler, new Set([id]));
    this.#of.set(id, handler);
  }

  remove(id: string): void {
    const handler = this.#of.get(id);
    if (handler === undefined) return;
    this.#of.delete(id);
    const ids = this.schedules.get(handler);
    ids?.delete(id);
    if (ids?.size === 0) this.schedules.delete(handler);
  }
}

function both(...keepers: readonly Keeper[]): Keeper {
  return {
    put: (row) => {
      for (const keeper of keepers) keeper.put(row);
    },
    remove: (id) => {
      for (const keeper of keepers) keeper.remove(id);
    },
  };
}
