/** The TypeScript API (interface §5): a Client and a Worker on Redis, and what handler modules need. */

import { hostname } from 'node:os';
import { TaskClient } from './client/client.js';
import { CONNECTION } from './client/options.js';
import { CarillonError } from './domain/input/errors.js';
import { readOptions } from './domain/input/options.js';
import { DEFAULTS } from './node/defaults.js';
import { type Connection, connection } from './node/open.js';
import type { Log } from './runtime/log.js';
import { VERSION } from './runtime/version.js';
import type { Store } from './store/contract/index.js';
import type { Handlers } from './worker/handlers.js';
import { WORKER } from './worker/options.js';
import { TaskWorker } from './worker/worker.js';

export type {
  EnqueueOptions,
  EnqueueRequest,
  ListOptions,
  QueueOptions,
  RetryOptions,
  TaskPage,
} from './client/requests.js';
export type { Duration } from './domain/input/durations.js';
export { CarillonError, type ErrorCode, type Problem } from './domain/input/errors.js';
export { Fatal, RetryAfter, Snooze } from './domain/task/judge.js';
export type { Outcome, Priority, Task, TaskAttempt, TaskError, TaskState } from './domain/task/task.js';
export { type DeclaredSchedules, defineSchedules } from './files/define.js';
export type { Log } from './runtime/log.js';
export type { QueueFacts } from './store/contract/index.js';
export type { StandardSchema, TaskDefinition } from './tasks/definition.js';
export type { TaskContext } from './worker/context.js';
export { defineHandlers, type Handler, type Handlers } from './worker/handlers.js';
export { type DefinedTask, defineTask } from './worker/task-definition.js';

export interface ConnectionOptions {
  /** redis:// or rediss:// URL, or the path of a unix socket. Default redis://127.0.0.1:6379. */
  redis?: string;
  /** Default `carillon`. */
  namespace?: string;
  /** Where warnings go; default stderr, from level `warn`. */
  log?: Log;
}

export interface WorkerOptions extends ConnectionOptions {
  /** Names, or `*` for all; default `['default']`. */
  queues?: readonly string[];
  /** Handlers running at once; default 10. */
  concurrency?: number;
  handlers: Handlers;
  /** A label; default host-pid. */
  name?: string;
  /** How long the worker keeps its tasks without a sign of life; default `10s`, at least `100ms`. */
  lease?: string;
  /** How long `stop` waits for running handlers; default `25s`. */
  drain?: string;
  /** How long a handler that was told to stop has to settle before its attempt is taken back; default `30s`. */
  killAfter?: string;
}

/** Creates tasks and looks at them. Connects with the first call. */
export class Client extends TaskClient {
  constructor(options: ConnectionOptions = {}) {
    super(connection(readOptions('a Client', CONNECTION, options)));
  }
}

/** Runs tasks. One process may hold several. */
export class Worker {
  readonly #connection: Connection;
  readonly #options: Omit<ConstructorParameters<typeof TaskWorker>[0], 'store'>;
  #store: Store | null = null;
  #worker: TaskWorker | null = null;
  #starting: Promise<void> | null = null;
  #stopping = false;
  #ending: Promise<void> | null = null;

  constructor(options: WorkerOptions) {
    const given = readOptions('a Worker', { ...CONNECTION, ...WORKER }, options, ['handlers']);
    this.#connection = connection(given);
    this.#options = {
      clock: this.#connection.clock,
      log: this.#connection.log,
      queues: given.queues ?? DEFAULTS.queues,
      concurrency: given.concurrency ?? DEFAULTS.concurrency,
      handlers: options.handlers,
      name: given.name ?? `${hostname()}-${process.pid}`,
      leaseMs: given.lease ?? DEFAULTS.lease,
      version: VERSION,
      drainMs: given.drain ?? DEFAULTS.drain,
      killAfterMs: given.killAfter ?? DEFAULTS.killAfter,
    };
  }

  /** Resolves when it is connected and claiming; waits for a Redis that is not reachable yet. */
  async start(): Promise<void> {
    if (this.#starting || this.#stopping) {
      throw new CarillonError('usage', 'A worker starts once; make a new one');
    }
    this.#starting = this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    const store = await this.#connection.open();
    try {
      if (this.#stopping) return await store.close();
      this.#worker = new TaskWorker({ ...this.#options, store });
      this.#store = store;
      await this.#worker.start();
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Drains, hands back what is left, and disconnects. Called by a handler it resolves as soon as that has begun. */
  async stop(): Promise<void> {
    const byHandler = this.#worker?.isCalledByHandler === true;
    this.#ending ??= this.#end();
    if (byHandler) this.#ending.catch((error: unknown) => this.#options.log.error({ error }, 'stop failed'));
    else await this.#ending;
  }

  async #end(): Promise<void> {
    this.#stopping = true;
    await this.#worker?.stopped();
    // A start under way notices, and takes back what it has announced.
    await this.#starting?.catch(() => {});
    await this.#store?.close();
  }

  /** `<name>~<random>`; null before the start. */
  get id(): string | null {
    return this.#worker?.id ?? null;
  }
}
