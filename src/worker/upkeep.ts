/** What workers see to beside their tasks, so that no scheduler node is needed for it: rarely, and bounded. */

import { DEFAULT_RETENTION } from '../domain/task/retention.js';
import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { type Loop, startLoop } from '../runtime/loop.js';
import type { Store, StoreClock } from '../store/contract/index.js';
import { takeBackLost } from '../tasks/take-back.js';

/** One queue is looked at in this time, whatever their number (ms): nodes, where there are some, are quicker. */
export const BETWEEN_QUEUES = 4_000;
/** Finished tasks of one queue are looked at in this time (ms). */
const BETWEEN_PRUNES = 60_000;
/** Between two batches where there is much to delete (ms). */
const PAUSE = 100;

/** A step of this part of a lease matters. */
const MATTERS = 10;

export interface UpkeepOptions {
  store: Store;
  log: Log;
  leaseMs: number;
  queues: () => readonly string[];
}

/** Takes back what dead workers held, and deletes what is past its retention, queue by queue. */
export function startUpkeep({ store, log, leaseMs, queues }: UpkeepOptions): Loop {
  let started = false;
  let reaping = 0;
  let pruning = 0;
  let pruneAt = mono() + BETWEEN_PRUNES;
  const rests = new Rests(leaseMs);

  const tick = async (): Promise<number> => {
    const names = queues();
    // Whoever has just started leaves it to those that did before.
    if (!started || names.length === 0) {
      started = true;
      return BETWEEN_QUEUES;
    }
    if (mono() >= pruneAt) {
      const { again } = await store.prune(names[pruning % names.length] as string, DEFAULT_RETENTION);
      if (again < BETWEEN_QUEUES) return Math.max(again, PAUSE);
      pruning += 1;
      pruneAt = mono() + BETWEEN_PRUNES;
    }
    const queue = names[reaping % names.length] as string;
    const clock = store.clock(queue);
    if (rests.at(clock)) {
      reaping += 1;
      return BETWEEN_QUEUES;
    }
    const { more, children } = await takeBackLost(store, queue, () => clock.now(), log);
    // What somebody who died has left in the outboxes of its parents: their queues may have no worker, nor a node.
    if (children) for (const parents of await store.parentQueues(queue)) await store.relay(parents);
    if (more) return PAUSE;
    reaping += 1;
    return BETWEEN_QUEUES;
  };
  return startLoop('upkeep', tick, { log, maxDelay: BETWEEN_QUEUES });
}

/**
 * After a step forward leases end too early by as much; whoever lives renews within one lease, only then judge. What a
 * slewed clock adds up to counts once it matters against a lease, and a rest is never prolonged.
 */
class Rests {
  readonly #leaseMs: number;
  readonly #of = new Map<StoreClock, { advanced: number; until: number }>();

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  /** Whether nothing of this clock's is judged now. */
  at(clock: StoreClock): boolean {
    const { advanced } = clock;
    const known = this.#of.get(clock) ?? { advanced, until: Number.NEGATIVE_INFINITY };
    this.#of.set(clock, known);
    if (mono() < known.until) return true;
    if (advanced - known.advanced < this.#leaseMs / MATTERS) return false;
    known.advanced = advanced;
    known.until = mono() + this.#leaseMs;
    return true;
  }
}
