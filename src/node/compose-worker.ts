/** One worker put together. */

import { formatDuration } from '../domain/input/durations.js';
import type { RedisClock } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import type { Service } from '../runtime/service.js';
import type { Store } from '../store/contract/index.js';
import type { Handlers } from '../worker/handlers.js';
import { TaskWorker, type TaskWorkerOptions } from '../worker/worker.js';
import { waitForStore } from './await-store.js';
import { DEFAULTS } from './defaults.js';
import type { Faults } from './faults.js';
import type { Settings } from './settings-read.js';

export interface WorkerParts {
  settings: Settings;
  store: Store;
  clock: RedisClock;
  log: Log;
  version: string;
  onAttempt?: NonNullable<TaskWorkerOptions['onAttempt']>;
  faults: Faults;
}

export function makeWorker(handlers: Handlers, parts: WorkerParts): TaskWorker {
  const { settings, store, clock, log, version, onAttempt, faults } = parts;
  const worker = new TaskWorker({
    store,
    clock,
    log,
    queues: settings.queues,
    concurrency: settings.concurrency,
    handlers,
    name: settings.name,
    leaseMs: settings.lease,
    version,
    ...(onAttempt ? { onAttempt } : {}),
    drainMs: settings.drain ?? DEFAULTS.drain,
    killAfterMs: settings.killAfter,
    within: faults.within,
  });
  faults.watch(worker);
  return worker;
}

/** What a person who stops it is told: what it waits for, how long, and how to leave at once. */
export function farewell(worker: TaskWorker, { drain = DEFAULTS.drain }: Settings): string | null {
  const { running } = worker;
  if (running === 0) return null;
  const tasks = running === 1 ? '1 running task' : `${running} running tasks`;
  return `waiting for ${tasks}, at most ${formatDuration(drain)}; a second signal hands back what is left and leaves at once`;
}

export function workerService(
  worker: TaskWorker,
  handlers: Handlers,
  { settings, store, log }: WorkerParts,
  stopping: AbortSignal,
): Service {
  return {
    name: 'worker',
    async start() {
      await waitForStore(store, log, stopping);
      await worker.start();
      const { queues, concurrency } = settings;
      log.info({ queues, concurrency, handlers: Object.keys(handlers) }, 'the worker takes tasks');
    },
    stop() {
      const words = farewell(worker, settings);
      if (words) log.warn(words);
      return worker.stop();
    },
  };
}
