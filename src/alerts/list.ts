/** Every alert there is, as of now: what can be seen by looking is looked for while somebody asks. */

import { about, oneOf, type Values } from '../domain/input/readers.js';
import { timeOf } from '../store/contract/clock.js';
import type { AlertStore } from '../store/contract/index.js';
import { ALERT_KINDS } from './kinds.js';
import {
  type LeaderLook,
  lookAtGone,
  lookAtRest,
  lookForLeader,
  type PresentStore,
  seenTogether,
} from './present.js';
import { QueueLooks } from './queue-looks.js';
import { reconcile } from './reconcile.js';
import { type AlertView, alertViews } from './view.js';

/** What a list of alerts may be asked for, as a query string gives it. */
export const ALERT_LIST = {
  kind: about(oneOf(...ALERT_KINDS), `only of this kind, one of ${ALERT_KINDS.join(', ')}`),
};

export class AlertList {
  readonly #store: PresentStore & AlertStore;
  readonly #leader: LeaderLook;
  readonly #looks = new QueueLooks();
  #looking: Promise<AlertView[]> | null = null;
  #next: Promise<AlertView[]> | null = null;

  constructor(store: PresentStore & AlertStore, leader: LeaderLook) {
    this.#store = store;
    this.#leader = leader;
  }

  /** However many ask, one look is under way, and the next one is for all who came meanwhile. */
  async items({ kind }: Values<typeof ALERT_LIST> = {}): Promise<AlertView[]> {
    const views = await this.#shared();
    return kind === undefined ? views : views.filter((view) => view.kind === kind);
  }

  #shared(): Promise<AlertView[]> {
    if (!this.#looking) return this.#begin();
    this.#next ??= this.#looking
      .catch(() => {})
      .then(() => {
        this.#next = null;
        return this.#begin();
      });
    return this.#next;
  }

  #begin(): Promise<AlertView[]> {
    const looking = this.#look().finally(() => {
      if (this.#looking === looking) this.#looking = null;
    });
    this.#looking = looking;
    return looking;
  }

  async #look(): Promise<AlertView[]> {
    const store = this.#store;
    const now = await timeOf(store);
    const queues = await store.queues();
    const { seen: ofQueues, fresh } = await this.#looks.look(store, queues);
    const standing = await store.alerts();
    const looks = await Promise.all([
      lookAtRest(store, { queues: fresh, standing }, now),
      lookForLeader(store, this.#leader, now),
    ]);
    const seen = seenTogether([ofQueues, lookAtGone(queues), ...looks]);
    const records = await reconcile(store, standing, seen, now);
    // As it is now: how many wait has changed since it was raised.
    const texts = new Map(seen.wrong.map(({ id, text }) => [id, text]));
    return alertViews(records.map((record) => ({ ...record, text: texts.get(record.id) ?? record.text })));
  }
}
