/** Deletes finished tasks past their retention, in one queue, in office only. */

import type { Retention, Term } from '../store/contract/index.js';
import type { DutyContext } from './duty.js';

const DAY = 86_400_000;

export const DEFAULT_RETENTION: Readonly<Retention> = Object.freeze({
  completed: { count: 10_000, age: 7 * DAY },
  dead: { count: 100_000, age: 30 * DAY },
  atLeast: 120_000,
});

/** Longest wait between two looks, ms: nothing tells the pruner that tasks have finished. */
export const PRUNER_IDLE = 60_000;
/** Between two batches, ms: deleting must not crowd out the road. */
const PAUSE = 20;

export interface PrunerOptions extends DutyContext {
  term: Term;
  retention: Readonly<Retention>;
  onFenced(): Promise<void>;
}

export class Pruner {
  readonly #options: PrunerOptions;

  constructor(options: PrunerOptions) {
    this.#options = options;
  }

  async tick(): Promise<number> {
    const { queue, store, term, retention, onFenced, log } = this.#options;
    const reply = await store.prune(queue, term, retention);
    if (reply === 'fenced') {
      await onFenced();
      return Number.POSITIVE_INFINITY;
    }
    if (reply.pruned > 0) log.debug({ queue, tasks: reply.pruned }, 'finished tasks pruned');
    return Math.max(reply.again, PAUSE);
  }
}
