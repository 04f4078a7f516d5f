/** What workers see to beside their tasks, so that no scheduler node is needed for it: rarely, and bounded. */

import { DEFAULT_RETENTION } from '../domain/task/retention.js';
import { mono, type RedisClock } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { type Loop, startLoop } from '../runtime/loop.js';
import type { Store } from '../store/contract/index.js';
import { takeBackLost } from '../tasks/take-back.js';

/** One queue is looked at in this time, whatever their number (ms): nodes, where there are some, are quicker. */
export const BETWEEN_QUEUES = 4_000;
/** Finished tasks of one queue are looked at in this time (ms). */
const BETWEEN_PRUNES = 60_000;
/** Between two batches where there is much to delete (ms). */
const PAUSE = 100;

export interface UpkeepOptions {
  store: Store;
  clock: RedisClock;
  log: Log;
  leaseMs: number;
  queues: () => readonly string[];
}

/** Takes back what dead workers held, and deletes what is past its retention, queue by queue. */
export function startUpkeep({ store, clock, log, leaseMs, queues }: UpkeepOptions): Loop {
  let started = false;
  let reaping = 0;
  let pruning = 0;
  let pruneAt = mono() + BETWEEN_PRUNES;
  let { steps } = clock;
  let restUntil = Number.NEGATIVE_INFINITY;

  const tick = async (): Promise<number> => {
    const names = queues();
    // Whoever has just started leaves it to those that did before.
    if (!started || names.length === 0) {
      started = true;
      return BETWEEN_QUEUES;
    }
    if (clock.steps !== steps) {
      // Leases were set by the old time: whoever lives renews within one lease, only then judge.
      steps = clock.steps;
      restUntil = mono() + leaseMs;
    }
    if (mono() >= pruneAt) {
      const { again } = await store.prune(names[pruning % names.length] as string, DEFAULT_RETENTION);
      if (again < BETWEEN_QUEUES) return Math.max(again, PAUSE);
      pruning += 1;
      pruneAt = mono() + BETWEEN_PRUNES;
    }
    if (mono() < restUntil) return BETWEEN_QUEUES;
    const { more } = await takeBackLost(
      store,
      names[reaping % names.length] as string,
      () => clock.now(),
      log,
    );
    if (more) return PAUSE;
    reaping += 1;
    return BETWEEN_QUEUES;
  };
  return startLoop('upkeep', tick, { log, maxDelay: BETWEEN_QUEUES });
}
