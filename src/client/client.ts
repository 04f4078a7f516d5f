/** The client: tasks straight on Redis, no scheduler node needed. What a call means is said in src/tasks. */

import { CONNECTION, type Connection, type ConnectionOptions, connection } from '../connect.js';
import {
  type AnyText,
  DURATION_GRAMMAR,
  type Duration,
  type DurationText,
  parseDuration,
  type Written,
} from '../domain/input/durations.js';
import { CarillonError } from '../domain/input/errors.js';
import { readOptions } from '../domain/input/options.js';
import { text } from '../domain/input/readers.js';
import type { Task, TaskId } from '../domain/task/task.js';
import type { TaskInput } from '../domain/task/task-input.js';
import { Unanswered } from '../runtime/unanswered.js';
import type { Store, TaskFacts } from '../store/contract/index.js';
import { cancelTask } from '../tasks/cancel.js';
import { type AnyDefinition, checkPayload } from '../tasks/definition.js';
import { type ErrorPage, groupedErrors } from '../tasks/errors.js';
import { TaskMaker } from '../tasks/make.js';
import { queryTasks } from '../tasks/query.js';
import { REDRIVE, redriveTask } from '../tasks/redrive.js';
import { RESCHEDULE, rescheduleTask } from '../tasks/reschedule.js';
import { createdView, taskView } from '../tasks/view.js';
import { TaskWaits, USUAL_WAIT } from '../tasks/wait.js';
import { checkId, type Definition, inputOf, requestOf, schemaOf } from './given.js';
import { manyVerb } from './many.js';
import { type BatchOptions, type Last, type MadeMany, readOnComplete } from './on-complete.js';
import { ClientOperations } from './operations.js';
import { ClientQueues } from './queues.js';
import {
  type DueOptions,
  type EnqueueOptions,
  type EnqueueRequest,
  ERRORS,
  type ErrorOptions,
  LIST,
  type ListOptions,
  type PayloadArgument,
  type ResultOf,
  type TaskPage,
} from './requests.js';
import { ClientSchedules } from './schedules.js';

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
  enqueue<Asked extends string | AnyDefinition, const Given extends AnyText<EnqueueOptions> = EnqueueOptions>(
    task: Asked,
    ...rest: [...PayloadArgument<Asked>, options?: Written<Given, EnqueueOptions>]
  ): Promise<Task<ResultOf<Asked>>>;
  enqueue(handler: string | Definition, payload?: unknown, options?: unknown): Promise<Task> {
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

  async #enqueue(input: TaskInput, schema: Definition | null): Promise<Task> {
    if (schema) await checkPayload(schema, input.payload);
    const { maker } = await this.#open();
    return maker.make(input);
  }

  /**
   * Creates many tasks; all are checked before any is sent, and those of one queue are made together or not at all (up
   * to 10,000 of them and 4 MiB). `onComplete`: one more that comes after all of them, whatever they come to; the answer
   * has it as `onComplete`.
   */
  enqueueMany<Inputs extends readonly unknown[], Batch extends BatchOptions = { onComplete?: undefined }>(
    requests: readonly [...{ [K in keyof Inputs]: EnqueueRequest<Inputs[K]> }],
    batch?: Batch,
  ): Promise<MadeMany<Batch>>;
  enqueueMany(requests: readonly EnqueueRequest<never>[], batch: BatchOptions = {}): Promise<Task[]> {
    try {
      this.#checkOpen();
      if (!Array.isArray(requests))
        throw new CarillonError('invalid_input', 'enqueueMany takes a list of tasks');
      const inputs = requests.map(requestOf);
      const last = readOnComplete(batch, inputs.length);
      return this.#unanswered.keep(
        this.#enqueueMany(
          inputs,
          requests.map(({ handler }) => schemaOf(handler)),
          last,
        ),
      );
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #enqueueMany(
    inputs: readonly TaskInput[],
    schemas: readonly (Definition | null)[],
    last: Last | null,
  ): Promise<Task[]> {
    const check = (schema: Definition | null, index: number) =>
      schema && checkPayload(schema, inputs[index]?.payload ?? '', `/${index}`);
    await Promise.all(schemas.map(check));
    if (last?.schema) await checkPayload(last.schema, last.input.payload, '/onComplete');
    const { maker } = await this.#open();
    const made = await maker.makeAll(inputs, last?.input);
    const onComplete = last && (await maker.makeOnComplete(last.input, made));
    return onComplete ? Object.assign(made, { onComplete }) : made;
  }

  /** The task with its attempts, or null. */
  async get<Result = unknown>(id: TaskId<Result>): Promise<Task<Result> | null> {
    checkId(id);
    const facts = await (await this.#store()).find(id);
    return facts && (taskView(facts) as Task<Result>);
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
  async cancel<Result = unknown>(
    id: TaskId<Result>,
    options: { reason?: string } = {},
  ): Promise<Task<Result>> {
    checkId(id);
    const { reason } = readOptions('cancel', CANCEL, options);
    return taskView(await cancelTask(await this.#store(), id, reason)) as Task<Result>;
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

  /**
   * Puts a dead task back, with another payload where one is given: it is ready at once, no failure counted; attempts go
   * on. Throws `not_found`, or `conflict` where it is not dead or its unique key is another's by now.
   */
  async redrive(id: string, options: { payload?: unknown } = {}): Promise<Task> {
    checkId(id);
    const { payload } = readOptions('redrive', REDRIVE, options);
    return taskView(await redriveTask(await this.#store(), id, payload));
  }

  /** Gives a task that waits for its time or for a retry another time. Throws `not_found`, or `conflict` with its state. */
  async reschedule(id: string, options: DueOptions): Promise<Task> {
    checkId(id);
    const wish = readOptions('reschedule', RESCHEDULE, options);
    return taskView(await rescheduleTask(await this.#store(), id, wish));
  }

  /** The task once it is completed, dead or cancelled, or as it is when `timeout` (default 30s) has passed. */
  async wait<Result = unknown, const Text extends string = Duration>(
    id: TaskId<Result>,
    timeout?: DurationText<Text>,
  ): Promise<Task<Result>> {
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
  readonly queues = new ClientQueues(() => this.#store());

  /** Schedules: the same as over HTTP, with the same errors. */
  readonly schedules = new ClientSchedules(() => this.#store());

  /** Backfills, and other deeds on many things: how far they have come. */
  readonly operations = new ClientOperations(() => this.#store());

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
    this.#opened = {
      store,
      maker: new TaskMaker({ store, show: createdView, showTaken, showFound: taskView }),
    };
    return this.#opened;
  }
}

function closed(): CarillonError {
  return new CarillonError('usage', 'This client is closed; make a new one.');
}
