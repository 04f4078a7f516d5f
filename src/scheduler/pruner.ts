/** Deletes finished tasks past their retention, one queue after the other; a queue at rest is left alone until some are. */

import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import type { Retention, Store } from '../store/contract/index.js';

/** Between two looks at a queue in which tasks run, ms: nothing tells that they have finished. */
const BUSY = 60_000;
/** Between two batches, ms: deleting must not crowd out the road. */
const PAUSE = 20;

export interface PrunerOptions {
  store: Pick<Store, 'prune'>;
  log: Log;
  retention: Readonly<Retention>;
  /** Nothing can finish there before nodes are told of it. */
  atRest(queue: string): boolean;
}

export class Pruner {
  readonly #options: PrunerOptions;
  /** Queue → when it is looked at, monotonic ms; Infinity: when something is told of it. */
  readonly #looks = new Map<string, number>();

  constructor(options: PrunerOptions) {
    this.#options = options;
  }

  /** A queue is taken up, or has come to rest: it is looked at soon. */
  look(queue: string): void {
    this.#looks.set(queue, mono());
  }

  /** Something was told of a queue; answers whether it is looked at earlier for it. */
  stir(queue: string): boolean {
    const at = mono() + BUSY;
    if ((this.#looks.get(queue) ?? 0) <= at) return false;
    this.#looks.set(queue, at);
    return true;
  }

  async tick(): Promise<number> {
    const { store, retention, log, atRest } = this.#options;
    const next = this.#next();
    if (next === null) return Number.POSITIVE_INFINITY;
    const [queue, at] = next;
    if (at > mono()) return at - mono();
    // If the look fails, the others have their turn first.
    const meanwhile = mono() + BUSY;
    this.#looks.set(queue, meanwhile);
    const rests = atRest(queue);
    const { pruned, again } = await store.prune(queue, retention);
    if (pruned > 0) log.debug({ event: 'queue.pruned', queue, tasks: pruned }, 'finished tasks pruned');
    const wait = Math.max(PAUSE, rests && atRest(queue) ? again : Math.min(again, BUSY));
    // Unless it is to be looked at anew.
    if (this.#looks.get(queue) === meanwhile) this.#looks.set(queue, mono() + wait);
    return PAUSE;
  }

  #next(): [queue: string, at: number] | null {
    let next: [string, number] | null = null;
    for (const entry of this.#looks) if (next === null || entry[1] < next[1]) next = entry;
    return next;
  }
}
