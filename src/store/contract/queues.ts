/** Queues: what is set for one, and whether it hands anything out. */

import type { QueueRetention } from '../../domain/task/retention.js';

/** What may be set for a queue; absent: no bound. */
export interface QueueSettings {
  /** How many of its tasks may run at once, over all workers. */
  concurrency?: number;
  /** How many of its tasks may wait, for time or for a worker. */
  maxDepth?: number;
  /** How long its finished tasks are kept. */
  retention?: QueueRetention;
  /** How large a result may be, bytes of JSON. */
  resultLimit?: number;
}

export interface QueueChange {
  /** Absent: as it is. */
  paused?: boolean;
  /** null: back to its default. */
  settings?: { [name in keyof QueueSettings]: QueueSettings[name] | null };
  /** Settings that are not named are back at their defaults. */
  replace?: boolean;
}

export interface QueueStore {
  /**
   * Changes a queue, which it opens where there is none. A paused one hands nothing out and wakes nobody; what waits
   * goes on waiting, what runs goes on running. The change acts on all that waits there already.
   */
  setQueue(queue: string, change: QueueChange): Promise<void>;
  /** What is set for it. */
  queueSettings(queue: string): Promise<QueueSettings>;
}
