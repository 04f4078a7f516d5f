/** What holds when nothing is said, for the command line, its settings and the TypeScript API alike (interface §1). */

import { WORKER_DEFAULTS } from '../worker/options.js';

export const DEFAULTS = {
  redis: 'redis://127.0.0.1:6379',
  namespace: 'carillon',
  queues: ['default'],
  concurrency: 10,
  /** ms */
  lease: 10_000,
  ...WORKER_DEFAULTS,
} as const;
