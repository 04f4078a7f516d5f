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
  /** How many tasks of one concurrency key may run at once, over all workers. */
  keyConcurrency?: number;
  /** strict: the tasks of one concurrency key run in order, one at a time. */
  keyOrder?: 'loose' | 'strict';
  /** Never more starts than each of these allows. */
  rate?: RateRule | RateRule[];
}

/** At most `limit` attempts start in any stretch of `per`. */
export interface RateRule {
  limit: number;
  /** A duration. */
  per: string;
  /** Each concurrency key by itself; absent: the whole queue. */
  key?: true;
}

/** What a concurrency key has to do in a queue. */
export interface KeyFacts {
  key: string;
  /** Ready tasks. */
  backlog: number;
  /** Since when the one that has waited longest waits (ms); absent where none does. */
  oldestAt?: number;
  running: number;
  /** Something waits, and nothing of it may start now, because of a limit, a rate, or the order of the key. */
  throttled: boolean;
  /** When the rate that is closed opens (ms). */
  opensAt?: number;
}

/** A setting that a configuration file has named, and where it stands there. */
export interface OwnedSetting {
  name: string;
  place: string;
}

export interface QueueChange {
  /** Absent: as it is. */
  paused?: boolean;
  /** null: back to its default. */
  settings?: { [name in keyof QueueSettings]: QueueSettings[name] | null };
  /** Settings that are not named are back at their defaults. */
  replace?: boolean;
  /**
   * The settings are those of a configuration file, each with its place there: nobody else changes them. What the same
   * file named before and names no longer is back at its default, and anybody's.
   */
  file?: { path: string; places: Readonly<Record<string, string>> };
}

export interface QueueStore {
  /**
   * Changes a queue, which it opens where there is none. A paused one hands nothing out and wakes nobody; what waits
   * goes on waiting, what runs goes on running. The change acts on all that waits there already. Answers the settings of
   * a file that stand in its way, and then nothing is changed; none: it is done.
   */
  setQueue(queue: string, change: QueueChange): Promise<OwnedSetting[]>;
  /** Writes down what it has done up to now, unless that was done less than so many ms ago. */
  sample(queue: string, apart: number): Promise<void>;
  /** The queues that a configuration file has named, as it was written down last. */
  configured(path: string): Promise<string[]>;
  writeConfigured(path: string, queues: readonly string[]): Promise<void>;
  /** What is set for it. */
  queueSettings(queue: string): Promise<QueueSettings>;
  /** Up to `limit` concurrency keys that have a ready or running task, behind a key, by their bytes. `now`: as of then. */
  keyFacts(queue: string, after: string, limit: number): Promise<{ now: number; keys: KeyFacts[] }>;
}
