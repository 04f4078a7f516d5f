/** A worker whose handlers follow their module: a changed one replaces it, a broken one is reported and waits. */

import { dirname, resolve } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import type { Log } from '../runtime/log.js';
import type { Handlers } from '../worker/handlers.js';
import type { Worker } from '../worker/worker.js';
import { loadHandlers } from './load-module.js';

export interface LiveWorkerOptions {
  directory: string;
  module: string;
  handlers: Handlers;
  make(handlers: Handlers): Worker;
  log: Log;
  /** Told after each exchange. */
  onReload(handlers: Handlers): void;
  /** The present one has ended, and nobody here has told it to. */
  onEnded(): void;
}

const AT_REST = 100;

export class LiveWorker {
  readonly #options: LiveWorkerOptions;
  #worker: Worker;
  #watcher: FSWatcher | undefined;
  /** Exchanges one after the other. */
  #turn: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: LiveWorkerOptions) {
    this.#options = options;
    this.#worker = options.make(options.handlers);
  }

  /** The one that takes tasks now. */
  get present(): Worker {
    return this.#worker;
  }

  async start(): Promise<void> {
    await this.#worker.start();
    this.#watchEnd(this.#worker);
    // Beside the module, because what it imports usually lies there too.
    this.#watcher = watch(dirname(resolve(this.#options.directory, this.#options.module)), {
      ignoreInitial: true,
      depth: 1,
      ignored: (path, stats) =>
        /node_modules|[/\\]\.[^/\\]/.test(path) || (stats?.isFile() === true && !/\.[cm]?[jt]s$/.test(path)),
      awaitWriteFinish: { stabilityThreshold: AT_REST, pollInterval: AT_REST / 2 },
    });
    this.#watcher.on('all', () => {
      this.#turn = this.#turn.then(() => this.#exchange());
    });
    this.#watcher.on('error', (error) =>
      this.#options.log.warn(
        { event: 'handlers.unwatched', error },
        'the handler module is not watched any more',
      ),
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#watcher?.close();
    await this.#turn;
    await this.#worker.stop();
  }

  #watchEnd(worker: Worker): void {
    worker.ended
      .then(() => {
        if (worker === this.#worker && !this.#stopped) this.#options.onEnded();
      })
      .catch(() => {});
  }

  /** The new one takes tasks before the old one drains, so that nothing waits for the exchange. */
  async #exchange(): Promise<void> {
    const { directory, module, make, log, onReload } = this.#options;
    if (this.#stopped) return;
    try {
      const handlers = await loadHandlers(directory, module, { afresh: true });
      const next = make(handlers);
      await next.start();
      const former = this.#worker;
      this.#worker = next;
      this.#watchEnd(next);
      onReload(handlers);
      await former.stop();
    } catch (error) {
      log.error(
        { event: 'handlers.invalid', error },
        'the changed handler module is not used; the former one goes on',
      );
    }
  }
}
