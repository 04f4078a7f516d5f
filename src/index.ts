/** The TypeScript API (interface §5): a Client and a Worker on Redis, and what handler modules need. */

import { hostname } from 'node:os';
import { TaskClient } from './client/client.js';
import type { EnqueueOptions, EnqueueRequest } from './client/requests.js';
import { parseDuration } from './domain/durations.js';
import { CarillonError } from './domain/errors.js';
import { isNamespace, isQueueName, NAME_GRAMMAR } from './domain/names.js';
import type { Task } from './domain/task.js';
import { RedisClock } from './runtime/clock.js';
import { createLog, type Log } from './runtime/log.js';
import { VERSION } from './runtime/version.js';
import type { Store } from './store/contract.js';
import { openStore } from './store/redis/index.js';
import type { Handlers, TaskDefinition } from './worker/handlers.js';
import { TaskWorker } from './worker/worker.js';

export type { EnqueueOptions, EnqueueRequest, RetryOptions } from './client/requests.js';
export { CarillonError, type ErrorCode, type Problem } from './domain/errors.js';
export { Fatal, RetryAfter, Snooze } from './domain/judge.js';
export type { Outcome, Priority, Task, TaskAttempt, TaskError, TaskState } from './domain/task.js';
export { defineSchedules } from './files/define.js';
export type { TaskContext } from './worker/context.js';
export {
  defineHandlers,
  defineTask,
  type Handler,
  type Handlers,
  type StandardSchema,
  type TaskDefinition,
} from './worker/handlers.js';

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
  /** How long `stop` waits for running handlers; default `20s`. */
  drain?: string;
}

interface Connection {
  clock: RedisClock;
  log: Log;
  namespace: string;
  open: () => Promise<Store>;
}

function connection(options: ConnectionOptions): Connection {
  const { redis: url = 'redis://127.0.0.1:6379', namespace = 'carillon' } = options;
  if (typeof url !== 'string' || url === '') throw invalid('redis must be a URL or the path of a socket');
  if (!isNamespace(namespace)) throw invalid(`namespace must be ${NAME_GRAMMAR.namespace}`);
  const log = options.log ?? createLog({ level: 'warn', format: process.stderr.isTTY ? 'pretty' : 'json' });
  const clock = new RedisClock();
  return { clock, log, namespace, open: () => openStore({ url, namespace, log, clock }) };
}

function invalid(message: string): CarillonError {
  return new CarillonError('invalid_input', message);
}

/** Creates tasks and looks at them. Connects with the first call. */
export class Client {
  readonly #connection: Connection;
  #opened: Promise<{ store: Store; client: TaskClient }> | null = null;
  /** Once it is open, calls need not wait for it. */
  #client: TaskClient | null = null;

  constructor(options: ConnectionOptions = {}) {
    this.#connection = connection(options);
  }

  #open(): Promise<{ store: Store; client: TaskClient }> {
    this.#opened ??= this.#connect().catch((error: unknown) => {
      // The next call tries again.
      this.#opened = null;
      throw error;
    });
    return this.#opened;
  }

  async #connect(): Promise<{ store: Store; client: TaskClient }> {
    const store = await this.#connection.open();
    try {
      await store.check();
    } catch (error) {
      await store.close();
      throw error;
    }
    this.#client = new TaskClient(store, this.#connection.clock);
    return { store, client: this.#client };
  }

  /** Creates a task. Throws a `CarillonError` that names each problem. */
  enqueue<Input>(
    handler: string | TaskDefinition<Input, unknown>,
    payload?: Input,
    options?: EnqueueOptions,
  ): Promise<Task> {
    const name = typeof handler === 'string' ? handler : handler?.name;
    if (this.#client) return this.#client.enqueue(name, payload, options);
    return this.#open().then(({ client }) => client.enqueue(name, payload, options));
  }

  /** Creates many tasks; all are checked before any is sent. */
  async enqueueMany(requests: readonly EnqueueRequest[]): Promise<Task[]> {
    const { client } = await this.#open();
    return client.enqueueMany(requests);
  }

  /** The task with its attempts, or null. */
  async get(id: string): Promise<Task | null> {
    return (await this.#open()).client.get(id);
  }

  /** Cancels a task that is not running. */
  async cancel(id: string): Promise<Task> {
    return (await this.#open()).client.cancel(id);
  }

  /** The finished task, or the task as it is after `timeout` (default `30s`). */
  async wait(id: string, timeout?: string): Promise<Task> {
    return (await this.#open()).client.wait(id, timeout);
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    this.#client = null;
    if (opened)
      await opened.then(
        ({ store }) => store.close(),
        () => {},
      );
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

  constructor(options: WorkerOptions) {
    this.#connection = connection(options);
    const leaseMs = duration('lease', options.lease ?? '10s', 100);
    const queues = options.queues ?? ['default'];
    const wrong = queues.filter((queue) => queue !== '*' && !isQueueName(queue));
    if (wrong.length > 0) throw invalid(`queue "${String(wrong[0])}" must be ${NAME_GRAMMAR.queue}, or *`);
    this.#options = {
      clock: this.#connection.clock,
      log: this.#connection.log,
      queues,
      concurrency: options.concurrency ?? 10,
      handlers: options.handlers,
      name: options.name ?? `${hostname()}-${process.pid}`,
      leaseMs,
      version: VERSION,
      ...(options.drain === undefined ? {} : { drainMs: duration('drain', options.drain, 0) }),
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

  /** Drains, hands back what is left, and disconnects. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#worker?.stop();
    // A start under way notices, and takes back what it has announced.
    await this.#starting?.catch(() => {});
    await this.#store?.close();
  }

  /** `<name>~<random>`; null before the start. */
  get id(): string | null {
    return this.#worker?.id ?? null;
  }
}

function duration(name: string, text: string, atLeast: number): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms < atLeast) throw invalid(`${name} must be a duration of at least ${atLeast}ms`);
  return ms;
}
