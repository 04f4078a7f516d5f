/** What every route may use. */

import type { RedisClock } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import type { Store } from '../store/contract/index.js';

/** Who is in office, as this node sees it. */
export interface LeaderView {
  node: string;
  term: number;
  /** ms of Redis time. */
  since: number;
}

export interface ClusterView {
  leader(): Promise<LeaderView | null>;
  /** Name of the node this API belongs to. */
  self: string;
}

export interface ApiContext {
  store: Store;
  clock: RedisClock;
  cluster: ClusterView;
  log: Log;
  version: string;
  /** Aborts when the API closes, so that open waits end. */
  closing: AbortSignal;
}
