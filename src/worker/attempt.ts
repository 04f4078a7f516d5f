/** One attempt as a pipeline: decode → arm the timeout → run → judge → report. It never throws. */

import { formatDuration } from '../domain/input/durations.js';
import { CarillonError } from '../domain/input/errors.js';
import { fitsBytes, utf8Length } from '../domain/input/sizes.js';
import { Cancelled, judge, TimedOut } from '../domain/task/judge.js';
import { mono } from '../runtime/clock.js';
import { random } from '../runtime/random.js';
import { after } from '../runtime/timers.js';
import type {
  AttemptRecord,
  ClaimedTask,
  Completion,
  Settlement,
  StoreClock,
} from '../store/contract/index.js';
import { AttemptContext, type ContextHost } from './context.js';
import type { Handler } from './handlers.js';
import type { LeaseKeeper } from './keeper.js';
import type { Reports } from './reports.js';
import type { RunFacts } from './run-facts.js';
import { describeThrown } from './thrown.js';

/** How an attempt ended: recorded with the next claim, or settled. */
export type Ending =
  | ({ kind: 'complete'; task: ClaimedTask } & Completion)
  | { kind: 'settle'; task: ClaimedTask; record: AttemptRecord; settlement: Settlement };

export interface AttemptHost extends ContextHost {
  readonly clock: StoreClock;
  /** A handler told to stop has this long to settle; then its attempt is taken back, and its slot stays busy (ms). */
  readonly killAfterMs: number;
  readonly keeper: LeaseKeeper;
  readonly reports: Reports;
  /** How large a result may be here, bytes; asked for when it was not known a moment ago. */
  resultLimit(): number | Promise<number>;
  /** The attempt's ending is known. */
  ended(attempt: Attempt, ending: Ending): void;
  /** The handler has returned or thrown: its slot is free. */
  freed(attempt: Attempt): void;
}

export class Attempt {
  readonly task: ClaimedTask;
  readonly worker: string;
  readonly #host: AttemptHost;
  /** Monotonic ms. */
  readonly begunAt = mono();
  /** ms of the time of its queue. */
  readonly startedAt: number;
  readonly #context: AttemptContext;
  #cancelTimers: (() => void) | null = null;
  #cancelDeadline: (() => void) | null = null;
  #timedOut: TimedOut | null = null;
  /** It is to stop: whatever it comes to, its task is cancelled. */
  #cancelled = false;
  #over = false;

  constructor(task: ClaimedTask, host: AttemptHost) {
    this.task = task;
    this.worker = host.worker;
    this.#host = host;
    this.startedAt = host.clock.now();
    this.#context = new AttemptContext(task, host, this.startedAt);
  }

  /** Awaits the handler in its own name: so the stack of what a handler calls says that a handler calls. */
  async run(handler: Handler, facts?: Promise<RunFacts | null>): Promise<void> {
    let result: unknown;
    if (facts && !(await this.#begins(facts))) return;
    try {
      const { payload, options } = this.task;
      this.#host.store.observed.attemptStarted(this.task, this.startedAt, this.worker);
      if (options.timeout !== undefined) this.#arm(options.timeout);
      result = await handler(payload === '' ? null : JSON.parse(payload), this.#context);
    } catch (error) {
      await this.#returned(true, error);
      return;
    }
    // Mostly there is nothing to wait for, and no turn is spent on it.
    const asking = this.#returned(false, result);
    if (asking) await asking;
  }

  /** A run of a schedule waits for what it is told of it, and may be over before it begins. */
  async #begins(facts: Promise<RunFacts | null>): Promise<boolean> {
    const told = await facts;
    if (told) this.#context.told(told);
    if (told && !this.#over) return true;
    this.#host.freed(this);
    return false;
  }

  /** Tells the handler to stop. */
  abort(reason: Error): void {
    this.#context.abort(reason);
  }

  /** Its task was cancelled: the handler is told to stop, and has some time for it; told again, nothing more happens. */
  cancel(reason: string | undefined): void {
    if (this.#over || this.#cancelled) return;
    this.#cancelled = true;
    this.#cancelTimers?.();
    this.#cancelDeadline?.();
    const { killAfterMs, keeper } = this.#host;
    this.#cancelDeadline = keeper.deadline(mono() + killAfterMs);
    this.#cancelTimers = after(killAfterMs, () => {
      if (!this.#over) this.#stopped();
    });
    this.#context.abort(new Cancelled(reason));
  }

  /** The time of its queue. */
  get now(): number {
    return this.#host.clock.now();
  }

  /** Hands the task back without a failure, and ignores what the handler still does. */
  release(reason: Error, next: { to: 'head' } | { to: 'retry'; due: number } = { to: 'head' }): void {
    if (!this.#over) {
      const record = this.#record('released');
      const { id, token } = this.task;
      const settlement = { id, token, record, failure: false, next, ...this.#first };
      this.#end({ kind: 'settle', task: this.task, record, settlement });
    }
    this.#context.abort(reason);
  }

  /** Something that its handler left behind has thrown where nobody catches it. */
  blame(thrown: unknown): void {
    if (!this.#over) this.#failed(thrown);
    this.#context.abort(new Error('the worker is stopping', { cause: thrown }));
  }

  /** Nobody waits for its ending any more: the task is no longer this worker's. */
  disown(reason: Error): void {
    this.#isOver();
    this.#context.abort(reason);
  }

  #arm(timeout: number): void {
    const { killAfterMs, keeper } = this.#host;
    this.#cancelDeadline = keeper.deadline(mono() + timeout + killAfterMs);
    const cancels: (() => void)[] = [];
    this.#cancelTimers = () => {
      for (const cancel of cancels) cancel();
    };
    cancels.push(
      after(timeout, () => {
        this.#timedOut = new TimedOut(`ran longer than ${formatDuration(timeout)}`);
        this.#context.abort(this.#timedOut);
      }),
      after(timeout + killAfterMs, () => {
        if (!this.#over) this.#failed(this.#timedOut);
      }),
    );
  }

  /** Where the limit of results is to be asked for, what waits for it. */
  #returned(threw: boolean, value: unknown): Promise<void> | undefined {
    this.#cancelTimers?.();
    let asks = false;
    try {
      const result = threw || this.#over || this.#timedOut ? undefined : this.#result(value);
      const limit = result === undefined ? 0 : this.#host.resultLimit();
      if (typeof limit !== 'number') {
        asks = true;
        return this.#fits(limit, result ?? '');
      }
      this.#ends(threw, value, result, limit);
    } finally {
      if (!asks) this.#host.freed(this);
    }
    return undefined;
  }

  /** Its slot stays taken until the limit is known. */
  async #fits(asked: Promise<number>, result: string): Promise<void> {
    try {
      this.#ends(false, undefined, result, await asked);
    } finally {
      this.#host.freed(this);
    }
  }

  #ends(threw: boolean, value: unknown, result?: string, limit = 0): void {
    if (this.#over) return;
    if (this.#cancelled) this.#stopped();
    // A handler that returns after its timeout has still run too long.
    else if (threw || this.#timedOut) this.#failed(value);
    else if (result !== undefined && !fitsBytes(result, limit)) this.#failed(tooLarge(result, limit));
    else this.#completed(result);
  }

  #completed(result: string | undefined): void {
    const record = this.#record('completed');
    if (result !== undefined) record.result = result;
    const { task } = this;
    this.#end({ kind: 'complete', task, id: task.id, token: task.token, record });
  }

  /** The work is done; a result that is no JSON is no reason to do it again. */
  #result(value: unknown): string | undefined {
    if (value === undefined) return undefined;
    try {
      return JSON.stringify(value) as string | undefined;
    } catch (error) {
      this.#context.log.warn(
        { event: 'task.resultDropped', error },
        'The result cannot be kept; the task is completed without it',
      );
      return undefined;
    }
  }

  #stopped(): void {
    const { id, token } = this.task;
    const record = this.#record('cancelled');
    const settlement = { id, token, record, failure: false, next: { to: 'cancelled' as const } };
    this.#end({ kind: 'settle', task: this.task, record, settlement });
  }

  #failed(thrown: unknown): void {
    const { id, token, failures, options } = this.task;
    const error = this.#timedOut ?? thrown;
    const { outcome, failure, next } = judge(
      error,
      failures,
      options.retry,
      this.#host.clock.now(),
      random(),
      this.task.firstStartedAt ?? this.startedAt,
    );
    const record = this.#record(outcome);
    record.error = describeThrown(error);
    const settlement = { id, token, record, failure, next, ...this.#first };
    this.#end({ kind: 'settle', task: this.task, record, settlement });
  }

  /** When its first attempt began, where that counts. */
  get #first(): { firstStartedAt?: number } {
    const { options, firstStartedAt = this.startedAt } = this.task;
    return options.retry?.maxElapsed === undefined ? {} : { firstStartedAt };
  }

  #record(outcome: AttemptRecord['outcome']): AttemptRecord {
    return {
      attempt: this.task.attempt,
      worker: this.worker,
      startedAt: this.startedAt,
      finishedAt: Math.max(this.startedAt, this.#host.clock.now()),
      outcome,
    };
  }

  #end(ending: Ending): void {
    this.#isOver();
    this.#host.ended(this, ending);
  }

  #isOver(): void {
    this.#over = true;
    this.#context.over();
    this.#cancelDeadline?.();
    this.#cancelDeadline = null;
  }
}

function tooLarge(result: string, limit: number): CarillonError {
  const text = `The result has ${utf8Length(result)} bytes of JSON; this queue keeps at most ${limit}.`;
  return new CarillonError('result_too_large', text);
}
