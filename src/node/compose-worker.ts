/** One worker put together. */

import { DEFAULTS } from '../domain/defaults.js';
import { formatDuration } from '../domain/input/durations.js';
import type { Log } from '../runtime/log.js';
import type { Service } from '../runtime/service.js';
import type { Store } from '../store/contract/index.js';
import type { ProcessFigures } from '../telemetry/process-figures.js';
import type { Handlers } from '../worker/handlers.js';
import type { WorkerParts as Handed } from '../worker/parts.js';
import { Worker } from '../worker/worker.js';
import { waitForStore } from './await-store.js';
import type { Faults } from './faults.js';
import type { Settings } from './settings-read.js';

export interface WorkerParts {
  settings: Settings;
  store: Store;
  log: Log;
  onAttempt?: NonNullable<Handed['onAttempt']>;
  /** Where it is counted what this process does; absent: nowhere. */
  figures?: ProcessFigures;
  faults: Faults;
}

export function makeWorker(handlers: Handlers, parts: WorkerParts): Worker {
  const { settings, store, log, onAttempt, faults, figures } = parts;
  const { queues, concurrency, name, release, lease, drain = DEFAULTS.drain, killAfter } = settings;
  const times = { lease: `${lease}ms`, drain: `${drain}ms`, killAfter: `${killAfter}ms` } as const;
  const handed = {
    store,
    log,
    within: faults.within,
    ...(onAttempt ? { onAttempt } : {}),
    ...(figures ? { figures } : {}),
  };
  const own = { queues, concurrency, name, ...(release === undefined ? {} : { release }) };
  const worker = new Worker({ ...own, handlers, ...times }, handed);
  faults.watch(worker);
  return worker;
}

/** What a person who stops it is told: what it waits for, how long, and how to leave at once. */
export function farewell(worker: Worker, { drain = DEFAULTS.drain }: Settings): string | null {
  const { running } = worker;
  if (running === 0) return null;
  const tasks = running === 1 ? '1 running task' : `${running} running tasks`;
  return `waiting for ${tasks}, at most ${formatDuration(drain)}; a second signal hands back what is left and leaves at once`;
}

export function workerService(
  worker: Worker,
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
      log.info(
        { event: 'worker.started', queues, concurrency, handlers: Object.keys(handlers) },
        'the worker takes tasks',
      );
    },
    stop() {
      const words = farewell(worker, settings);
      if (words) log.warn({ event: 'worker.draining' }, words);
      return worker.stop();
    },
  };
}
