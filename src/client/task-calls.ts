/** What a Client does with tasks that exist: straight on Redis; what each call means is said in src/tasks. */

import { type AuditPage, auditPage } from '../audit/list.js';
import type { AnyText, Written } from '../domain/input/durations.js';
import { readOptions } from '../domain/input/options.js';
import type { Given } from '../domain/input/readers.js';
import { LOAD } from '../domain/overview-fields.js';
import { TASK_COUNTS } from '../domain/task/count-fields.js';
import { CANCEL, REDRIVE, RESCHEDULE } from '../domain/task/deed-fields.js';
import type { AnyTaskId, Task } from '../domain/task/task.js';
import type { LoadView } from '../overviews/load.js';
import { Overviews } from '../overviews/overviews.js';
import type { UpcomingPage } from '../overviews/upcoming.js';
import type { Store } from '../store/contract/index.js';
import { cancelTask } from '../tasks/cancel.js';
import { countTasks, type TaskCounts } from '../tasks/counts.js';
import { type ErrorPage, groupedErrors } from '../tasks/errors.js';
import { type LogPage, taskLogs } from '../tasks/logs.js';
import { queryTasks } from '../tasks/query.js';
import { redriveTask } from '../tasks/redrive.js';
import { rescheduleTask } from '../tasks/reschedule.js';
import { taskView } from '../tasks/view.js';
import { checkId } from './given.js';
import { manyVerb, type RescheduleManyOptions } from './many.js';
import {
  AUDIT,
  type AuditOptions,
  COMING,
  type DueOptions,
  ERRORS,
  type ErrorOptions,
  LIST,
  type ListOptions,
  LOG,
  type LogOptions,
  type TaskPage,
  type UpcomingOptions,
} from './requests.js';

/** Calls on tasks that exist, one by one and by filter. */
export class TaskCalls {
  readonly #store: () => Promise<Store>;
  #known: Overviews | null = null;

  constructor(store: () => Promise<Store>) {
    this.#store = store;
  }

  /**
   * The task with its attempts; null where there is none, or none any more.
   *
   * @example
   * const task = await client.get(id);
   */
  async get<Result = unknown>(id: AnyTaskId<Result>): Promise<Task<Result> | null> {
    checkId(id);
    const facts = await (await this.#store()).find(id);
    return facts && (taskView(facts) as Task<Result>);
  }

  /**
   * Tasks, page by page: 50, or up to 1000 with `limit`. Filters look at a bounded number of tasks (`scanned`), so a page may
   * be short although more follow: `nextCursor` says so. Throws `invalid_input`.
   *
   * @example
   * const { items, nextCursor } = await client.list({ state: 'dead', queue: 'mail', limit: 100 });
   */
  async list(options: ListOptions = {}): Promise<TaskPage> {
    const query = readOptions('a list of tasks', LIST, options);
    const { items, ...page } = await queryTasks(await this.#store(), query);
    return { ...page, items: items.map(taskView) };
  }

  /**
   * How many tasks are in each state; of a `handler` or a `schedule` that shares its queue as far as they are found
   * (`exact`, and `atLeast` names the states of which there may be more).
   *
   * @example
   * const { ready, running, dead } = await client.counts({ queue: 'mail' });
   */
  async counts(options: Given<typeof TASK_COUNTS> = {}): Promise<TaskCounts> {
    return countTasks(await this.#store(), readOptions('counts', TASK_COUNTS, options));
  }

  /**
   * What is to come, by time: occurrences of live schedules, and tasks that wait for their time or a retry; 50, or up to
   * 1000 with `limit`. The first call reads all schedules, later ones what was edited since. Throws `invalid_input`.
   *
   * @example
   * for (const { at, kind, id } of (await client.upcoming({ queue: 'mail' })).items) console.log(at, kind, id);
   */
  async upcoming(options: UpcomingOptions = {}): Promise<UpcomingPage> {
    const query = readOptions('what is to come', COMING, options);
    return (await this.#overviews()).upcoming(query);
  }

  /**
   * How many starts of schedules each `step` has (by default a day in steps of `5m`), and when most start. Throws
   * `invalid_input`, also for more than 2,000 steps.
   *
   * @example
   * const { peaks } = await client.load({ step: '1h' });
   */
  async load(options: Given<typeof LOAD> = {}): Promise<LoadView> {
    const query = readOptions('a load', LOAD, options);
    return (await this.#overviews()).load(query);
  }

  async #overviews(): Promise<Overviews> {
    const store = await this.#store();
    this.#known ??= new Overviews(store);
    return this.#known;
  }

  /**
   * What its attempts logged with `ctx.log`, oldest first, page by page: 50 lines, or up to 500 with `limit`; the last 500
   * of a task are kept. Throws `not_found`.
   *
   * @example
   * const { items } = await client.logs(task.id, { limit: 500 });
   */
  async logs(id: AnyTaskId<unknown>, options: LogOptions = {}): Promise<LogPage> {
    checkId(id);
    return taskLogs(await this.#store(), id, readOptions('a log', LOG, options));
  }

  /**
   * Cancels a task that waits. The worker of one that runs is told to stop it (`cancelRequested`); it ends cancelled when
   * its handler has settled or its worker is gone, and runs no more. Throws `not_found`, or `conflict` where it has ended.
   *
   * @example
   * const { state, cancelRequested } = await client.cancel(task.id, { reason: 'the customer left' });
   */
  async cancel<Result = unknown>(
    id: AnyTaskId<Result>,
    options: { reason?: string } = {},
  ): Promise<Task<Result>> {
    checkId(id);
    const { reason } = readOptions('cancel', CANCEL, options);
    return taskView(await cancelTask(await this.#store(), id, reason)) as Task<Result>;
  }

  /**
   * Cancels all tasks that a filter matches, as an operation that the leading node carries out. Throws `conflict` with
   * the number when they are not `count`; `dryRun: true` only answers how many they are.
   *
   * @example
   * const filter = { queue: 'mail', handler: 'email.welcome' };
   * const { count } = await client.cancelMany({ filter, dryRun: true });
   * const { id } = await client.cancelMany({ filter, count, reason: 'wrong template' });
   */
  readonly cancelMany = manyVerb(() => this.#store(), 'cancel');

  /**
   * Puts back all dead tasks that a filter matches, each once, as an operation; throws as `cancelMany`. Those whose unique
   * key is taken by now are counted as `failed`.
   *
   * @example
   * const [worst] = (await client.errors({ queue: 'mail' })).items;
   * if (worst) await client.redriveMany({ filter: { error: worst.fingerprint }, count: worst.count, perMinute: 600 });
   */
  readonly redriveMany = manyVerb(() => this.#store(), 'redrive');

  /**
   * Gives all tasks that a filter matches, and that wait for their time or a retry, one other time, `delay` from now, as
   * an operation; throws as `cancelMany`.
   *
   * @example
   * const filter = { queue: 'mail', state: 'retrying' } as const;
   * const { count } = await client.rescheduleMany({ filter, dryRun: true });
   * await client.rescheduleMany({ filter, count, delay: '0ms' });
   */
  readonly rescheduleMany = manyVerb<RescheduleManyOptions>(() => this.#store(), 'reschedule');

  /**
   * What dead tasks died of, the most frequent first; a filter takes a `fingerprint` as `error`.
   *
   * @example
   * for (const { count, message, sample } of (await client.errors({ queue: 'mail' })).items) console.log(count, message, sample);
   */
  async errors(options: ErrorOptions = {}): Promise<ErrorPage> {
    return groupedErrors(await this.#store(), readOptions('errors', ERRORS, options));
  }

  /**
   * Who changed what through API, command line and dashboard, the latest first; what a Client changes is not written down.
   *
   * @example
   * for (const { at, by, action, subject } of (await client.audit({ limit: 20 })).items) console.log(at, by, action, subject);
   */
  async audit(options: AuditOptions = {}): Promise<AuditPage> {
    return auditPage(await this.#store(), readOptions('audit', AUDIT, options));
  }

  /**
   * Puts a dead task back, with another payload where one is given: it is ready at once, no failure counted; attempts go
   * on. Throws `not_found`, or `conflict` where it is not dead or its unique key is another's by now.
   *
   * @example
   * await client.redrive(task.id, { payload: { to: 'right@example.org' } });
   */
  async redrive<Result = unknown>(
    id: AnyTaskId<Result>,
    options: { payload?: unknown } = {},
  ): Promise<Task<Result>> {
    checkId(id);
    const { payload } = readOptions('redrive', REDRIVE, options);
    return taskView(await redriveTask(await this.#store(), id, payload)) as Task<Result>;
  }

  /**
   * Gives a task that waits for its time or for a retry another time: after a `delay` from now (`0ms`: at once), or at
   * `runAt`. Throws `not_found`, or `conflict` with the state it is in.
   *
   * @example
   * await client.reschedule(task.id, { delay: '1h' });
   */
  async reschedule<Result = unknown, const Given extends AnyText<DueOptions> = DueOptions>(
    id: AnyTaskId<Result>,
    options: Written<Given, DueOptions>,
  ): Promise<Task<Result>> {
    checkId(id);
    const wish = readOptions('reschedule', RESCHEDULE, options);
    return taskView(await rescheduleTask(await this.#store(), id, wish)) as Task<Result>;
  }
}
