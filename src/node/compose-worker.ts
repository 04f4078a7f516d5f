/** One worker put together. */

import type { RedisClock } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import type { Service } from '../runtime/service.js';
import type { Store } from '../store/contract/index.js';
import type { Handlers } from '../worker/handlers.js';
import { TaskWorker, type TaskWorkerOptions } from '../worker/worker.js';
import { waitForStore } from './await-store.js';
import type { Settings } from './settings-read.js';

export interface WorkerParts {
  settings: Settings;
  store: Store;
  clock: RedisClock;
  log: Log;
  version: string;
  onAttempt?: NonNullable<TaskWorkerOptions['onAttempt']>;
  drainMs?: number;
}

export function makeWorker(handlers: Handlers, parts: WorkerParts): TaskWorker {
  const { settings, store, clock, log, version, onAttempt, drainMs } = parts;
  return new TaskWorker({
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
    ...(drainMs === undefined ? {} : { drainMs }),
  });
}

export function workerService(handlers: Handlers, parts: WorkerParts, stopping: AbortSignal): Service {
  const worker = makeWorker(handlers, parts);
  return {
    name: 'worker',
    async start() {
      await waitForStore(parts.store, parts.log, stopping);
      await worker.start();
      const { queues, concurrency } = parts.settings;
      parts.log.info({ queues, concurrency, handlers: Object.keys(handlers) }, 'the worker takes tasks');
    },
    stop: () => worker.stop(),
  };
}
