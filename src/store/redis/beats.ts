/** Leases kept from a thread of their own: a handler that blocks the event loop blocks the beats of its process. */

import { Worker } from 'node:worker_threads';
import { mono, processMono } from '../../runtime/clock.js';
import type { Log } from '../../runtime/log.js';
import type { Beats } from '../contract/index.js';

/** One worker's leases, as the thread is told of them. */
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

/** What the thread is told; `of`: the worker, by its number. `prefix`: of the partition. */
export type BeatingMessage =
  | { begin: BeatingRequest; of: number }
  | { end: true; of: number }
  | { keep: number; of: number; prefix: string; worker: string; ends: Float64Array }
  | { leave: number; of: number };

export interface BeatsOptions extends Omit<BeatingRequest, 'zero'> {
  log: Log;
  prefixOf(queue: string): string;
}

/** One for the whole process, whatever its workers: to start one costs more than thousands of tasks. */
let thread: Worker | null = null;
let workers = 0;

function begin(log: Log): Worker {
  const started = new Worker(new URL('./beating-thread.js', import.meta.url), { execArgv: [] });
  started.on('error', (error) => {
    if (thread === started) thread = null;
    log.warn(
      { event: 'worker.noThread', error },
      'No thread keeps the leases: a handler that blocks the process may lose its task',
    );
  });
  // What is left of the process need not wait for it.
  started.unref();
  return started;
}

/** The thread begins with the first lease: a process that never gets a task needs none. */
export function redisBeats({ log, prefixOf, ...request }: BeatsOptions): Beats {
  const of = workers++;
  let told: Worker | null = null;
  let kept = 0;

  return {
    keep(queue, worker, ends) {
      const keep = kept++;
      thread ??= begin(log);
      if (told !== thread) {
        thread.postMessage({
          begin: { ...request, zero: processMono() - mono() },
          of,
        } satisfies BeatingMessage);
        told = thread;
      }
      const to = thread;
      to.postMessage({ keep, of, prefix: prefixOf(queue), worker, ends } satisfies BeatingMessage);
      return () => to.postMessage({ leave: keep, of } satisfies BeatingMessage);
    },
    close() {
      told?.postMessage({ end: true, of } satisfies BeatingMessage);
      told = null;
    },
  };
}
