/**
 * Looks at queues for whoever asks over the API: one in which nothing goes on, and of which nothing was told, is not counted
 * anew. Where somebody asks all the time the others are looked at in turn, so that none of many answers takes long.
 */

import { mono } from '../runtime/clock.js';
import type { Store } from '../store/contract/index.js';
import { lookAtQueues, type QueueSeen, seenOf } from './present.js';
import type { Seen } from './reconcile.js';

/** For so long at most, ms: a task that nobody can run arrives without a word. */
const KEPT = 10_000;
/** Of those in which something goes on so many are looked at each time, those first that were not for longest; and each one that was not for so long, ms. */
const BUSY_AT_ONCE = 50;
const BUSY_KEPT = 3_000;

interface Known {
  at: number;
  told: string;
  seen: QueueSeen;
}

export class QueueLooks {
  #known = new Map<string, Known>();

  /** `fresh`: those that were looked at now. */
  async look(
    store: Pick<Store, 'queuesFacts' | 'told'>,
    queues: readonly string[],
  ): Promise<{ seen: Seen; fresh: string[] }> {
    // Asked before they are looked at: what is told meanwhile shows the next time.
    const told = await store.told(queues);
    const now = mono();
    const known = new Map<string, Known>();
    const busy: { queue: string; before: Known }[] = [];
    for (const [i, queue] of queues.entries()) {
      const before = this.#known.get(queue);
      if (!before || before.told !== told[i]) continue;
      const age = now - before.at;
      if (!isCalm(before.seen)) busy.push(...(age < BUSY_KEPT ? [{ queue, before }] : []));
      else if (age < KEPT) known.set(queue, before);
    }
    busy.sort((a, b) => a.before.at - b.before.at);
    for (const { queue, before } of busy.slice(BUSY_AT_ONCE)) known.set(queue, before);
    const fresh = queues.filter((queue) => !known.has(queue));
    const looked = await lookAtQueues(store, fresh);
    for (const [i, queue] of queues.entries()) {
      const seen = looked.get(queue);
      if (seen) known.set(queue, { at: now, told: told[i] ?? '', seen });
    }
    this.#known = known;
    return { seen: seenOf(new Map([...known].map(([queue, { seen }]) => [queue, seen]))), fresh };
  }
}

/** What is wrong may be over without a word about the queue: a worker came. */
function isCalm({ facts, wrong }: QueueSeen): boolean {
  return facts.pace.rests === true && facts.ready === 0 && wrong.length === 0;
}
