/** A fault that no attempt has caught ends the process; what it ran goes back first, and its cause is told where it belongs. */

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Log } from '../runtime/log.js';
import type { Attempt } from '../worker/attempt.js';
import type { Worker } from '../worker/worker.js';

export class Faults {
  readonly #culprit = new AsyncLocalStorage<Attempt>();
  readonly #workers = new Set<Worker>();
  readonly #log: Log;
  #ending = false;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Runs an attempt so that whatever it leaves behind, timers and promises, is known to be its own. */
  readonly within = (attempt: Attempt, run: () => void): void => {
    this.#culprit.run(attempt, run);
  };

  watch(worker: Worker): void {
    this.#workers.add(worker);
  }

  /** From now on; answers an undo. */
  catch(): () => void {
    const fault = (reason: unknown): void => {
      this.#end(reason).catch(() => process.exit(1));
    };
    process.on('uncaughtException', fault);
    process.on('unhandledRejection', fault);
    return () => {
      process.off('uncaughtException', fault);
      process.off('unhandledRejection', fault);
    };
  }

  async #end(reason: unknown): Promise<void> {
    const culprit = this.#culprit.getStore();
    const { id, handler } = culprit?.task ?? {};
    this.#log.error(
      { event: 'process.fault', ...(culprit ? { task: id, handler } : {}), error: reason },
      culprit
        ? 'A handler has thrown where nobody catches it; this process ends, and its other tasks go back'
        : 'Something has thrown where nobody catches it; this process ends, and its tasks go back',
    );
    if (this.#ending) return;
    this.#ending = true;
    await Promise.all([...this.#workers].map((worker) => worker.crash(reason, culprit)));
    process.exit(1);
  }
}
