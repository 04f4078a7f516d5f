/** The TypeScript API (interface §5): a Client and a Worker on Redis, and what handler modules need. */

import { hostname } from 'node:os';
import { TaskClient } from './client/client.js';
import { CONNECTION } from './client/options.js';
import type { EnqueueOptions, NamedRequest, QueueOptions } from './client/requests.js';
import { CarillonError } from './domain/input/errors.js';
import { readOptions } from './domain/input/options.js';
import type { Task } from './domain/task/task.js';
import { RedisClock } from './runtime/clock.js';
import { createLog, type Log } from './runtime/log.js';
import { VERSION } from './runtime/version.js';
import type { QueueFacts, Store } from './store/contract/index.js';
import { openStore } from './store/redis/index.js';
import { findQueue, listQueues, pauseQueue, resumeQueue, setQueue } from './tasks/queues.js';
import type { Handlers } from './worker/handlers.js';
import { WORKER } from './worker/options.js';
import { checkPayload, type TaskDefinition } from './worker/task-definition.js';
import { TaskWorker } from './worker/worker.js';

export type { EnqueueOptions, QueueOptions, RetryOptions } from './client/requests.js';
export { CarillonError, type ErrorCode, type Problem } from './domain/input/errors.js';
export { Fatal, RetryAfter, Snooze } from './domain/task/judge.js';
export type { Outcome, Priority, Task, TaskAttempt, TaskError, TaskState } from './domain/task/task.js';
export { defineSchedules } from './files/define.js';
export type { QueueFacts } from './store/contract/index.js';
export type { TaskContext } from './worker/context.js';
export { defineHandlers, type Handler, type Handlers } from './worker/handlers.js';
export {
  type DefinedTask,
  defineTask,
  type StandardSchema,
  type TaskDefinition,
} from './worker/task-definition.js';

/** One task of many. */
export interface EnqueueRequest<Input = unknown> extends EnqueueOptions {
  handler: string | TaskDefinition<Input, unknown>;
  payload?: Input;
}

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
  const log = options.log ?? createLog({ level: 'warn', format: process.stderr.isTTY ? 'pretty' : 'json' });
  const clock = new RedisClock();
  return { clock, log, namespace, open: () => openStore({ url, namespace, log, clock }) };
}

/** Creates tasks and looks at them. Connects with the first call. */
export class Client {
  readonly #connection: Connection;
  #opened: Promise<{ store: Store; client: TaskClient }> | null = null;
  /** Once it is open, calls need not wait for it. */
  #client: TaskClient | null = null;

  constructor(options: ConnectionOptions = {}) {
    this.#connection = connection(readOptions('a Client', CONNECTION, options));
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
    if (typeof handler !== 'string' && handler?.input !== undefined) {
      const { name } = handler;
      return checkPayload(handler, payload).then(() => this.enqueue(name, payload, options));
    }
    const name = typeof handler === 'string' ? handler : handler?.name;
    if (this.#client) return this.#client.enqueue(name, payload, options);
    return this.#open().then(({ client }) => client.enqueue(name, payload, options));
  }

  /** Creates many tasks; all are checked before any is sent. */
  async enqueueMany(requests: readonly EnqueueRequest[]): Promise<Task[]> {
    if (!Array.isArray(requests))
      throw new CarillonError('invalid_input', 'enqueueMany takes a list of tasks');
    const byName = await Promise.all(requests.map(named));
    const { client } = await this.#open();
    return client.enqueueMany(byName);
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

  /** Queues: how deep they are, what is set for them, and whether they hand anything out. */
  readonly queues = {
    list: async (): Promise<QueueFacts[]> => listQueues((await this.#open()).store),
    /** Throws `not_found`. */
    get: async (queue: string): Promise<QueueFacts> => findQueue((await this.#open()).store, queue),
    /** Changes the settings named; null is the default. Opens the queue where there is none. */
    set: async (queue: string, settings: QueueOptions): Promise<QueueFacts> =>
      setQueue((await this.#open()).store, queue, settings, false),
    /** Hands nothing out until it is resumed; what runs goes on. Opens the queue where there is none. */
    pause: async (queue: string): Promise<QueueFacts> => pauseQueue((await this.#open()).store, queue),
    /** Throws `not_found`. */
    resume: async (queue: string): Promise<QueueFacts> => resumeQueue((await this.#open()).store, queue),
  };

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
    const given = readOptions('a Worker', { ...CONNECTION, ...WORKER }, options, ['handlers']);
    this.#connection = connection(given);
    this.#options = {
      clock: this.#connection.clock,
      log: this.#connection.log,
      queues: given.queues ?? ['default'],
      concurrency: given.concurrency ?? 10,
      handlers: options.handlers,
      name: given.name ?? `${hostname()}-${process.pid}`,
      leaseMs: given.lease ?? 10_000,
      version: VERSION,
      ...(given.drain === undefined ? {} : { drainMs: given.drain }),
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

/** Its handler by name, its payload checked where the definition has a schema. */
async function named(request: EnqueueRequest, index: number): Promise<NamedRequest> {
  const { handler, ...rest } = request ?? {};
  if (typeof handler !== 'object' || handler === null) return request as NamedRequest;
  await checkPayload(handler, rest.payload, `/${index}`);
  return { ...rest, handler: handler.name };
}
