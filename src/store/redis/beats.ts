/** Leases kept from a thread of their own: a handler that blocks the event loop blocks the beats of its process. */

import { Worker } from 'node:worker_threads';
import { mono, processMono } from '../../runtime/clock.js';
import type { Log } from '../../runtime/log.js';
import type { Beats } from '../contract/index.js';

export interface BeatingRequest {
  /** URL of the Redis that has the leases. */
  url: string;
  /** Text of `beat.lua`. */
  script: string;
  leaseMs: number;
  deadlines: Float64Array;
  /** Monotonic time of the whole process at which that of its main thread begins. */
  zero: number;
}

/** What the thread is told. `prefix`: of the partition. */
export type BeatingMessage =
  | { keep: number; prefix: string; worker: string; ends: Float64Array }
  | { leave: number };

export interface BeatsOptions {
  url: string;
  script: string;
  leaseMs: number;
  deadlines: Float64Array;
  log: Log;
  prefixOf(queue: string): string;
}

/** The thread begins with the first lease: a worker that never gets a task needs none. */
export function redisBeats({ log, prefixOf, ...options }: BeatsOptions): Beats {
  let thread: Worker | null = null;
  let kept = 0;

  const begin = (): Worker => {
    const workerData: BeatingRequest = { ...options, zero: processMono() - mono() };
    const started = new Worker(new URL('./beating-thread.js', import.meta.url), { workerData, execArgv: [] });
    started.on('error', (error) => {
      log.warn({ error }, 'No thread keeps the leases: a handler that blocks the process may lose its task');
    });
    // What is left of the process need not wait for it.
    started.unref();
    return started;
  };

  return {
    keep(queue, worker, ends) {
      const id = kept++;
      thread ??= begin();
      const tell = (message: BeatingMessage): void => thread?.postMessage(message);
      tell({ keep: id, prefix: prefixOf(queue), worker, ends });
      return () => tell({ leave: id });
    },
    close() {
      thread
        ?.terminate()
        .catch((error: unknown) => log.warn({ error }, 'The thread that keeps leases did not end'));
      thread = null;
    },
  };
}
