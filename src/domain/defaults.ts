/** What holds when nothing is said, for settings, Client and Worker alike; times in ms. */

export const DEFAULTS = {
  redis: 'redis://127.0.0.1:6379',
  namespace: 'carillon',
  queues: ['default'],
  concurrency: 10,
  lease: 10_000,
  drain: 25_000,
  killAfter: 30_000,
} as const;

/** Tasks one worker runs at once, at most. */
export const MOST_CONCURRENCY = 10_000;
