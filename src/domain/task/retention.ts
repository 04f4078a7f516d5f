/** How long finished tasks are kept where nobody said otherwise. */

const DAY = 86_400_000;

export const DEFAULT_RETENTION = Object.freeze({
  completed: { count: 10_000, age: 7 * DAY },
  dead: { count: 100_000, age: 30 * DAY },
  /** Nothing that ended less than this ago goes, so that a re-sent enqueue still finds it (ms). */
  atLeast: 120_000,
});
