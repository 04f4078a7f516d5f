/** The client: tasks straight on Redis, no scheduler node needed. What a call means is said in src/tasks. */

import { CONNECTION, type Connection, type ConnectionOptions, connection } from '../connect.js';
import { DURATION_GRAMMAR, type Duration, parseDuration } from '../domain/input/durations.js';
import { CarillonError } from '../domain/input/errors.js';
import { readOptions } from '../domain/input/options.js';
import { isRecord, text } from '../domain/input/readers.js';
import type { Task } from '../domain/task/task.js';
import { plainTaskInput, type TaskInput } from '../domain/task/task-input.js';
import {
  abortOperation,
  findOperation,
  listOperations,
  type OperationPage,
} from '../operations/operations.js';
import type { OperationView } from '../operations/view.js';
import { Unanswered } from '../runtime/unanswered.js';
import { timeOf } from '../store/contract/clock.js';
import type { QueueFacts, Store, TaskFacts } from '../store/contract/index.js';
import { cancelTask } from '../tasks/cancel.js';
import { checkPayload, type TaskDefinition } from '../tasks/definition.js';
import { type ErrorPage, groupedErrors } from '../tasks/errors.js';
import { acceptTask, TaskMaker } from '../tasks/make.js';
import { queryTasks } from '../tasks/query.js';
import { findQueue, listQueues, pauseQueue, resumeQueue, setQueue } from '../tasks/queues.js';
import { createdView, taskView } from '../tasks/view.js';
import { TaskWaits, USUAL_WAIT } from '../tasks/wait.js';
import { manyVerb, purgeVerb } from './many.js';
import {
  type EnqueueOptions,
  type EnqueueRequest,
  ERRORS,
  type ErrorOptions,
  LIST,
  type ListOptions,
  OPERATIONS,
  type OperationListOptions,
  type PayloadOf,
  type QueueOptions,
  type TaskPage,
} from './requests.js';
import { ClientSchedules } from './schedules.js';

type Schema = TaskDefinition<unknown, unknown>;

interface Opened {
  store: Store;
  maker: TaskMaker<Task>;
}

const CANCEL = { reason: text(256) };

/** Creates tasks and looks at them. Connects with the first call. */
export class Client {
  readonly #connection: Connection;
  readonly #closing = new AbortController();
  readonly #waits: TaskWaits;
  /** Calls to `enqueue` and `enqueueMany` that have not been answered; `close` waits for them. */
  readonly #unanswered = new Unanswered();
  #opening: Promise<Opened> | null = null;
  /** Once it is open, calls need not wait for it. */
  #opened: Opened | null = null;
  #closed: Promise<void> | null = null;

  constructor(options: ConnectionOptions = {}) {
    this.#connection = connection(readOptions('a Client', CONNECTION, options));
    const find = async (id: string) => (await this.#open()).store.find(id);
    // It was found before, so the store is open.
    const onceEnded: Store['onceEnded'] = (...wait) => this.#opened?.store.onceEnded(...wait) ?? (() => {});
    this.#waits = new TaskWaits({ find, onceEnded }, this.#closing.signal);
  }

  /** Creates a task. The payload is written down before this returns. Throws a `CarillonError` that names each problem. */
  enqueue<Input>(
    task: TaskDefinition<Input, unknown>,
    ...rest: [...PayloadOf<Input>, options?: EnqueueOptions]
  ): Promise<Task>;
  enqueue(handler: string, payload?: unknown, options?: EnqueueOptions): Promise<Task>;
  enqueue(handler: string | Schema, payload?: unknown, options?: EnqueueOptions): Promise<Task> {
    try {
      this.#checkOpen();
      const input = inputOf(handler, payload, options);
      const schema = schemaOf(handler);
      if (this.#opened && !schema) return this.#opened.maker.make(input);
      return this.#unanswered.keep(this.#enqueue(input, schema));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #enqueue(input: TaskInput, schema: Schema | null): Promise<Task> {
    if (schema) await checkPayload(schema, input.payload);
    const { maker } = await this.#open();
    return maker.make(input);
  }

  /** Creates many tasks; all are checked before any is sent. */
  enqueueMany<Inputs extends readonly unknown[]>(
    requests: readonly [...{ [K in keyof Inputs]: EnqueueRequest<Inputs[K]> }],
  ): Promise<Task[]>;
  enqueueMany(requests: readonly EnqueueRequest<never>[]): Promise<Task[]> {
    try {
      this.#checkOpen();
      if (!Array.isArray(requests))
        throw new CarillonError('invalid_input', 'enqueueMany takes a list of tasks');
      const inputs = requests.map(namedInput);
      return this.#unanswered.keep(
        this.#enqueueMany(
          inputs,
          requests.map(({ handler }) => schemaOf(handler)),
        ),
      );
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #enqueueMany(inputs: readonly TaskInput[], schemas: readonly (Schema | null)[]): Promise<Task[]> {
    const check = (schema: Schema | null, index: number) =>
      schema && checkPayload(schema, inputs[index]?.payload ?? '', `/${index}`);
    await Promise.all(schemas.map(check));
    const { maker } = await this.#open();
    return maker.makeAll(inputs);
  }

  /** The task with its attempts, or null. */
  async get(id: string): Promise<Task | null> {
    checkId(id);
    const facts = await (await this.#store()).find(id);
    return facts && taskView(facts);
  }

  /** Tasks, page by page. */
  async list(options: ListOptions = {}): Promise<TaskPage> {
    const query = readOptions('a list of tasks', LIST, options);
    const { items, ...page } = await queryTasks(await this.#store(), query);
    return { ...page, items: items.map(taskView) };
  }

  /**
   * Cancels a task that waits. The worker of one that runs is told to stop it (`cancelRequested`); it ends cancelled when
   * its handler has settled or its worker is gone, and runs no more. Throws `not_found`, or `conflict` where it has ended.
   */
  async cancel(id: string, options: { reason?: string } = {}): Promise<Task> {
    checkId(id);
    const { reason } = readOptions('cancel', CANCEL, options);
    return taskView(await cancelTask(await this.#store(), id, reason));
  }

  /**
   * Cancels all tasks that a filter matches, as an operation that the leading node carries out. Throws `conflict` with
   * the number when they are not `count`; `dryRun: true` only answers how many they are.
   */
  readonly cancelMany = manyVerb(() => this.#store(), 'cancel');

  /** What dead tasks died of, the most frequent first; a filter takes a `fingerprint` as `error`. */
  async errors(options: ErrorOptions = {}): Promise<ErrorPage> {
    return groupedErrors(await this.#store(), readOptions('errors', ERRORS, options));
  }

  /** The task once it is completed, dead or cancelled, or as it is when `timeout` (default 30s) has passed. */
  async wait<Result = unknown>(id: string, timeout?: Duration): Promise<Task<Result>> {
    this.#checkOpen();
    checkId(id);
    const patience = timeout === undefined ? USUAL_WAIT : parseDuration(timeout);
    if (patience === undefined)
      throw new CarillonError('invalid_input', `The timeout must be ${DURATION_GRAMMAR}`);
    const facts = await this.#waits.wait(id, patience);
    if (facts && !this.#closed) return taskView(facts) as Task<Result>;
    throw closed();
  }

  /** Queues: how deep they are, what is set for them, and whether they hand anything out. */
  readonly queues = {
    list: async (): Promise<QueueFacts[]> => listQueues(await this.#store()),
    /** Throws `not_found`. */
    get: async (queue: string): Promise<QueueFacts> => findQueue(await this.#store(), queue),
    /** Changes the settings named; null is the default. Opens the queue where there is none. */
    set: async (queue: string, settings: QueueOptions): Promise<QueueFacts> =>
      setQueue(await this.#store(), queue, settings, false),
    /** Hands nothing out until it is resumed; what runs goes on. Opens the queue where there is none. */
    pause: async (queue: string): Promise<QueueFacts> => pauseQueue(await this.#store(), queue),
    /** Throws `not_found`. */
    resume: async (queue: string): Promise<QueueFacts> => resumeQueue(await this.#store(), queue),
    /** Cancels what waits, or deletes records of what has ended, as an operation. Throws as `cancelMany`, and `not_found`. */
    purge: purgeVerb(() => this.#store()),
  };

  /** Schedules: the same as over HTTP, with the same errors. */
  readonly schedules = new ClientSchedules(() => this.#store());

  /** Backfills, and other deeds on many things: how far they have come. Throws `not_found`. */
  readonly operations = {
    list: async (options: OperationListOptions = {}): Promise<OperationPage> =>
      listOperations(await this.#store(), readOptions('a list of operations', OPERATIONS, options)),
    get: async (id: string): Promise<OperationView> => findOperation(await this.#store(), id),
    /** It does nothing more; what it has done stays done. Throws `conflict` when it is done. */
    abort: async (id: string, options: { reason?: string } = {}): Promise<OperationView> => {
      const { reason } = readOptions('abort', CANCEL, options);
      const store = await this.#store();
      return abortOperation(store, id, await timeOf(store), reason);
    },
  };

  /** Sends what was gathered, ends every wait, and disconnects. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    await this.#unanswered.settled();
    await this.#opened?.maker.flush();
    const opened = await this.#opening?.catch(() => null);
    await opened?.store.close();
  }

  #checkOpen(): void {
    if (this.#closed) throw closed();
  }

  async #store(): Promise<Store> {
    this.#checkOpen();
    return (await this.#open()).store;
  }

  #open(): Promise<Opened> {
    this.#opening ??= this.#connect().catch((error: unknown) => {
      // The next call tries again.
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  async #connect(): Promise<Opened> {
    const store = await this.#connection.open();
    try {
      await store.check();
    } catch (error) {
      await store.close();
      throw error;
    }
    const showTaken = (facts: TaskFacts): Task => ({ ...taskView(facts), deduplicated: true });
    this.#opened = { store, maker: new TaskMaker({ store, show: createdView, showTaken }) };
    return this.#opened;
  }
}

function closed(): CarillonError {
  return new CarillonError('usage', 'This client is closed; make a new one.');
}

function checkId(id: unknown): void {
  if (typeof id === 'string' && id !== '') return;
  throw new CarillonError('invalid_input', "A task's id must be a text, as `enqueue` answers it");
}

/** The definition, where its schema has something to say. */
function schemaOf(handler: string | Schema): Schema | null {
  return typeof handler === 'object' && handler?.input !== undefined ? handler : null;
}

/** What is asked for, its payload written down. */
function inputOf(handler: string | Schema, payload: unknown, options: EnqueueOptions | undefined): TaskInput {
  if (options !== undefined && (typeof options !== 'object' || options === null || Array.isArray(options))) {
    throw new CarillonError('invalid_input', 'The options of a task must be an object');
  }
  const name = typeof handler === 'string' ? handler : handler?.name;
  return plainTaskInput(name, payload, options) ?? acceptTask({ ...options, handler: name, payload });
}

function namedInput(request: EnqueueRequest<never>, index: number): TaskInput {
  const { handler, payload } = request ?? {};
  const name = typeof handler === 'object' && handler !== null ? (handler as Schema).name : handler;
  const plain = isRecord(request) ? plainTaskInput(name, payload, request) : null;
  return plain ?? acceptTask(name === handler ? request : { ...request, handler: name }, `/${index}`);
}
