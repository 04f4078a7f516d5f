/** What a handler sees of its attempt. Everything is made when first looked at: most handlers look at little. */

import { CarillonError } from '../domain/input/errors.js';
import { fitsBytes, LARGEST_PROGRESS } from '../domain/input/sizes.js';
import type { Task } from '../domain/task/task.js';
import type { Log } from '../runtime/log.js';
import type { RunContext } from '../schedules/run-context.js';
import type { ClaimedTask, StoreClock } from '../store/contract/index.js';
import type { AnyDefinition } from '../tasks/definition.js';
import { type ChildOptions, Kin, type KinStore, type Parent } from '../tasks/kin.js';
import { occurrenceOf, runOf, taskView } from '../tasks/view.js';
import type { Reports } from './reports.js';
import type { RunFacts } from './run-facts.js';
import { taskLog } from './task-log.js';

/**
 * What a handler is given beside its payload: the attempt it is.
 *
 * @example
 * const handler = async (payload: { url: string }, ctx: TaskContext) => {
 *   const response = await fetch(payload.url, { signal: ctx.signal });
 *   ctx.log.info({ status: response.status }, 'fetched');
 *   return response.status;
 * };
 */
export interface TaskContext {
  /** The task, as it was when this attempt began. */
  readonly task: Task;
  /** 1 for the first delivery; with the task's id the key to make effects idempotent. */
  readonly attempt: number;
  /** Aborts when the attempt should stop: timeout, lost lease, the worker going away. */
  readonly signal: AbortSignal;
  /** Lines go to the worker's log and, but for `debug`, are kept with the task: see docs/events.md. */
  readonly log: Log;
  /**
   * Tells how far this attempt is: any JSON up to 4 KiB, shown as the task's `progress`. Call it as often as you like:
   * it is sent a few times a second, and the latest value always arrives.
   */
  progress(value: unknown): void;
  /**
   * Makes a task whose identity comes from this one: a further attempt that makes it again is answered the same. Those of
   * one handler and queue are counted; where their order is not sure, `key` tells them apart. Throws as `client.enqueue`.
   *
   * @example
   * for (const customer of customers) await ctx.enqueue('invoice.send', { customer }, { key: customer });
   */
  enqueue(handler: string | AnyDefinition, payload?: unknown, options?: ChildOptions): Promise<Task>;
  /**
   * The tasks that this one waited for (`after`), in that order, with what they came to.
   *
   * @example
   * const results = (await ctx.parents()).map(({ result }) => result);
   */
  parents(): Promise<Parent[]>;
  /** Of a run of a schedule: what it stands for, and what goes before and after it. */
  readonly schedule?: RunContext | undefined;
}

/** What an attempt's context needs of whoever runs it. */
export interface ContextHost {
  readonly worker: string;
  readonly log: Log;
  readonly clock: Pick<StoreClock, 'now'>;
  readonly reports: Pick<Reports, 'progress' | 'line' | 'flush'>;
  readonly store: KinStore;
}

export class AttemptContext implements TaskContext {
  readonly #task: ClaimedTask;
  readonly #host: ContextHost;
  readonly #startedAt: number;
  #abort: AbortController | null = null;
  #ownLog: Log | null = null;
  #lines = 0;
  #told = false;
  #over = false;
  #view: Task | null = null;
  #facts: RunFacts | null = null;
  #run: RunContext | null = null;
  #kin: Kin | null = null;

  constructor(task: ClaimedTask, host: ContextHost, startedAt: number) {
    this.#task = task;
    this.#host = host;
    this.#startedAt = startedAt;
  }

  get attempt(): number {
    return this.#task.attempt;
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    return this.#abort.signal;
  }

  get log(): Log {
    if (this.#ownLog) return this.#ownLog;
    const { id: task, handler, attempt } = this.#task;
    const { log, clock } = this.#host;
    this.#ownLog = taskLog(
      log.child({ event: 'task.log', task, handler, attempt }),
      () => clock.now(),
      this.#keepLine,
    );
    return this.#ownLog;
  }

  readonly #keepLine = (text: string): void => {
    if (this.#over) return;
    this.#lines += 1;
    this.#host.reports.line(this.#task, this.#lines, text);
    this.#told = true;
  };

  readonly progress = (value: unknown): void => {
    const text = progressText(value);
    if (this.#over) return;
    this.#host.reports.progress(this.#task, text);
    this.#told = true;
  };

  /** Nothing is told of it any more; what was told goes at once. */
  over(): void {
    this.#over = true;
    if (this.#told) this.#host.reports.flush(this.#task);
  }

  get task(): Task {
    const { id, queue, handler, priority, createdAt, dueAt, payload, options, attempt, failures } =
      this.#task;
    this.#view ??= taskView({
      ...{ id, queue, handler, priority, createdAt, dueAt, payload, options, attempt, failures },
      state: 'running',
      held: { worker: this.#host.worker, attempt, startedAt: this.#startedAt },
      history: [],
    });
    return this.#view;
  }

  // Both may be taken off the context: `const { enqueue } = ctx`.
  get enqueue(): TaskContext['enqueue'] {
    return (handler, payload, options) => this.#relations.enqueue(handler, payload, options);
  }

  get parents(): TaskContext['parents'] {
    return () => this.#relations.parents();
  }

  get #relations(): Kin {
    this.#kin ??= new Kin(this.#host.store, this.#task);
    return this.#kin;
  }

  get schedule(): RunContext | undefined {
    const run = runOf(this.#task.id, this.#task.options);
    if (!run || !this.#facts) return undefined;
    this.#run ??= this.#facts.tell(
      {
        schedule: run.schedule,
        kind: run.kind,
        nominal: run.nominal,
        due: this.#task.dueAt,
        startedAt: this.#startedAt,
      },
      this.#facts,
      (id) => occurrenceOf(id)?.nominal,
    );
    return this.#run;
  }

  /** What the store says of its schedule, before the handler is called. */
  told(facts: RunFacts): void {
    this.#facts = facts;
  }

  /** Aborts the signal; one that is first looked at later is aborted then. */
  abort(reason: Error): void {
    this.#abort ??= new AbortController();
    this.#abort.abort(reason);
  }
}

/** Throws for what cannot be kept: the handler's author reads it in the attempt's error. */
function progressText(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    // Circular, or a BigInt within.
  }
  if (text !== undefined && fitsBytes(text, LARGEST_PROGRESS)) return text;
  const detail = text === undefined ? 'must be JSON' : `must be at most ${LARGEST_PROGRESS} bytes of JSON`;
  throw new CarillonError('invalid_input', `ctx.progress: the value ${detail}.`, [{ pointer: '', detail }]);
}
