/** How long finished tasks are kept: where nobody said otherwise, and as it is set for a queue. */

const DAY = 86_400_000;

/** Of one state: the newest so many, and none older than this (ms). */
export interface Kept {
  count: number;
  age: number;
}

/** How long, and how many, finished tasks are kept. */
export interface Retention {
  completed: Kept;
  dead: Kept;
  /** Absent: as what completed. */
  cancelled?: Kept;
  /** Nothing that ended less than this ago goes, so that a re-sent enqueue still finds it (ms). */
  atLeast: number;
}

/** What is set for a queue; what is not said of a state is as ever. */
export type QueueRetention = { [state in (typeof KEPT_STATES)[number]]?: Partial<Kept> };

export const KEPT_STATES = ['completed', 'cancelled', 'dead'] as const;

export const DEFAULT_RETENTION: Readonly<Retention> = Object.freeze({
  completed: { count: 10_000, age: 7 * DAY },
  dead: { count: 100_000, age: 30 * DAY },
  atLeast: 120_000,
});

/** What holds for a queue. */
export function retentionOf(usual: Retention, { completed, cancelled, dead }: QueueRetention): Retention {
  return {
    completed: { ...usual.completed, ...completed },
    dead: { ...usual.dead, ...dead },
    cancelled: { ...(usual.cancelled ?? usual.completed), ...cancelled },
    atLeast: usual.atLeast,
  };
}
