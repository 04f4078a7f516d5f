/** What a partition of the model remembers of unique keys and of answered calls. */

import type { TaskState } from '../domain/task/task.js';

export interface Remembered {
  /** Unique key → id of the task that follows the one under it. */
  readonly followers: Map<string, string>;
  /** Unique key → the latest task that was made under it by a throttled call. */
  readonly throttles: Map<string, { id: string; createdAt: number; until: number; state?: TaskState }>;
  /** Idempotency key → what it was answered to which body. */
  readonly answers: Map<string, { id: string; body: string; createdAt: number; until: number }>;
}

export function newRemembered(): Remembered {
  return { followers: new Map(), throttles: new Map(), answers: new Map() };
}
