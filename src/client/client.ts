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
import { payloadText } from '../domain/task/payload.js';
import type { AnyTaskId, Task } from '../domain/task/task.js';
import type { TaskInput } from '../domain/task/task-input.js';
import { Unanswered } from '../runtime/unanswered.js';
import { type Stats, statsOf } from '../stats/series.js';
import type { Store, TaskFacts } from '../store/contract/index.js';
import { type AnyDefinition, checkPayload } from '../tasks/definition.js';
import { EventFeed } from '../tasks/event-feed.js';
import { type CarillonEvent, EVENTS } from '../tasks/events.js';
import { TracedMaker } from '../tasks/traced.js';
import { createdView, taskView } from '../tasks/view.js';
import { TaskWaits, USUAL_WAIT } from '../tasks/wait.js';
import { clientEvents } from './events.js';
import { checkId, type Definition, inputOf, requestOf, schemaOf } from './given.js';
import { ClientHandlers } from './handlers.js';
import { type BatchOptions, type Last, type MadeMany, readOnComplete } from './on-complete.js';
import { ClientOperations } from './operations.js';
import { ClientQueues } from './queues.js';
import type {
  EnqueueOptions,
  EnqueueRequest,
  EventOptions,
  PayloadArgument,
  RequestOf,
  ResultOf,
  StatsOptions,
} from './requests.js';
import { ClientSchedules } from './schedules.js';
import { TaskCalls } from './task-calls.js';
import { ClientWorkers } from './workers.js';

interface Opened {
  store: Store;
  maker: TracedMaker<Task>;
}

/**
 * Creates tasks and looks at them, straight on Redis. The constructor connects to nothing and throws `invalid_input` with
 * each option that cannot be used; the first call connects.
 *
 * @example
 * const client = new Client({ redis: 'redis://127.0.0.1:6379' });
 * const task = await client.enqueue('email.welcome', { to: 'a@b.c' }, { delay: '10m' });
 * await client.close();
 */
export class Client extends TaskCalls {
  readonly #connection: Connection;
  readonly #closing = new AbortController();
  readonly #waits: TaskWaits;
  /** Calls to `enqueue` and `enqueueMany` that have not been answered; `close` waits for them. */
  readonly #unanswered = new Unanswered();
  #opening: Promise<Opened> | null = null;
  /** Once it is open, calls need not wait for it. */
  #opened: Opened | null = null;
  #closed: Promise<void> | null = null;
  #events: EventFeed | null = null;

  constructor(options: ConnectionOptions = {}) {
    super(() => this.#store());
    this.#connection = connection(readOptions('a Client', CONNECTION, options));
    const find = async (id: string) => (await this.#open()).store.find(id);
    // It was found before, so the store is open.
    const onceEnded: Store['onceEnded'] = (...wait) => this.#opened?.store.onceEnded(...wait) ?? (() => {});
    this.#waits = new TaskWaits({ find, onceEnded }, this.#closing.signal);
  }

  /**
   * Creates a task of a handler, by its name or by a definition, which also types the payload and the result. The payload is
   * written down before this returns; it resolves once Redis has the task. Calls of one turn travel together. Throws
   * `invalid_input` with each field that cannot be used, `payload_too_large` beyond 1 MiB of JSON,
   * and `queue_full` where as many wait as its `maxDepth` allows.
   *
   * @example
   * const task = await client.enqueue('email.welcome', { to: 'a@b.c' }, { delay: '10m', queue: 'mail' });
   * const typed = await client.enqueue(welcome, { to: 'a@b.c' }, { uniqueKey: 'welcome:42' });
   */
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
    if (schema) await checkPayload(schema, payloadText(input.payload));
    const { maker } = await this.#open();
    return maker.make(input);
  }

  /**
   * Creates many tasks, answered in their order; all are checked before any is sent, and those of one queue are made
   * together or not at all (up to 10,000 of them and 4 MiB). `onComplete`: one task more that comes after all of them,
   * whatever they come to; the answer has it as `onComplete`. Throws as `enqueue`, with pointers such as `/3/payload`.
   *
   * @example
   * const made = await client.enqueueMany(
   *   [
   *     { handler: 'email.welcome', payload: { to: 'a@b.c' } },
   *     { handler: welcome, payload: { to: 'b@c.d' }, runAt: new Date('2027-01-01T00:00:00Z') },
   *   ],
   *   { onComplete: { handler: 'report.sent' } },
   * );
   * await client.wait(made.onComplete.id, '1h');
   */
  enqueueMany<Asked extends readonly unknown[], Batch extends BatchOptions = { onComplete?: undefined }>(
    requests: readonly [...{ [K in keyof Asked]: RequestOf<Asked[K]> }],
    batch?: Batch,
  ): Promise<MadeMany<Asked, Batch>>;
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
      schema && checkPayload(schema, payloadText(inputs[index]?.payload ?? ''), `/${index}`);
    // A promise for each of many that have none would cost more than to look.
    if (schemas.some((schema) => schema !== null)) await Promise.all(schemas.map(check));
    if (last?.schema) await checkPayload(last.schema, payloadText(last.input.payload), '/onComplete');
    const { maker } = await this.#open();
    const made = await maker.makeAll(inputs, last?.input);
    const onComplete = last && (await maker.makeOnComplete(last.input, made));
    return onComplete ? Object.assign(made, { onComplete }) : made;
  }

  /**
   * The task once it is completed, dead or cancelled, or as it is when `timeout` (default `30s`) has passed; it is told of
   * the end, and asks for nothing meanwhile. Throws `not_found`, and `usage` where the client is closed.
   *
   * @example
   * const { state, result } = await client.wait(task.id, '1m');
   */
  async wait<Result = unknown, const Text extends string = Duration>(
    id: AnyTaskId<Result>,
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

  /**
   * What happens from now on, for `for await`: ends when the loop is left or the client closed. `reset` tells that
   * something was missed. See docs/events.md.
   * @example
   * for await (const { at, task } of client.events({ types: ['task.dead'], queue: 'mail' })) {
   *   console.log(at, task?.id, task?.error?.message);
   * }
   */
  events(query: EventOptions = {}): AsyncGenerator<CarillonEvent, void> {
    const read = readOptions('events', EVENTS, query);
    this.#checkOpen();
    return clientEvents(() => this.#feed(), read, this.#closing.signal);
  }

  async #feed(): Promise<EventFeed> {
    this.#events ??= new EventFeed(await this.#store());
    return this.#events;
  }

  /**
   * How a queue, a handler, a schedule or everything went, for each step of time and all together: see docs/statistics.md.
   *
   * @example
   * const { total } = await client.stats({ handler: 'email.welcome', step: '15m' });
   * console.log(total.completed, total.failed, total.runMs.p95);
   */
  async stats(options: StatsOptions = {}): Promise<Stats> {
    return statsOf(await this.#store(), options);
  }

  /** Queues: how deep they are, what is set for them, and whether they hand anything out. */
  readonly queues = new ClientQueues(() => this.#store());

  /** Schedules: the same as over HTTP, with the same errors. */
  readonly schedules = new ClientSchedules(() => this.#store());

  /** Backfills, and other deeds on many things: how far they have come. */
  readonly operations = new ClientOperations(() => this.#store());

  /** Handlers: who has each, and how many of its tasks wait and run. */
  readonly handlers = new ClientHandlers(() => this.#store());

  /** Workers: who is there to run tasks. */
  readonly workers = new ClientWorkers(() => this.#store());

  /**
   * Sends what was gathered, ends every wait, and disconnects. Calls after it throw `usage`.
   *
   * @example
   * await client.close();
   */
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
      maker: new TracedMaker({
        store,
        show: createdView,
        showTaken,
        showFound: taskView,
        showAgain: taskView,
      }),
    };
    return this.#opened;
  }
}

function closed(): CarillonError {
  return new CarillonError('usage', 'This client is closed; make a new one.');
}
