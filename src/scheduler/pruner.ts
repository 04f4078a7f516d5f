/** Deletes finished tasks past their retention, in one queue. */

import type { Retention } from '../store/contract/index.js';
import type { DutyContext } from './duty.js';

/** Longest wait between two looks, ms: nothing tells the pruner that tasks have finished. */
export const PRUNER_IDLE = 60_000;
/** Between two batches, ms: deleting must not crowd out the road. */
const PAUSE = 20;

export interface PrunerOptions extends DutyContext {
  retention: Readonly<Retention>;
}

export class Pruner {
  readonly #options: PrunerOptions;

  constructor(options: PrunerOptions) {
    this.#options = options;
  }

  async tick(): Promise<number> {
    const { queue, store, retention, log } = this.#options;
    const { pruned, again } = await store.prune(queue, retention);
    if (pruned > 0) log.debug({ queue, tasks: pruned }, 'finished tasks pruned');
    return Math.max(again, PAUSE);
  }
}
