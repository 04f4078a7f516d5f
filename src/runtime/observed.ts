/**
 * What a process tells those that count: attempts as workers run them, and what is decided, made and ended beside that.
 * Whoever counts, whether for rollups, metrics, traces or a worker's own numbers, hears it here and nowhere else.
 */

import type { Outcome, TaskError } from '../domain/task/task.js';
import type { Log } from './log.js';
import { seldom } from './seldom.js';

/**
 * What may be heard; a listener has the methods it needs. What is handed over are the objects the process works with:
 * nobody changes them, or keeps them for long.
 *
 * @example
 * const stop = store.observed.add({ attemptEnded: (task, record, over) => counter.inc({ queue: task.queue }) });
 */
export interface Observer {
  /** A claim of this worker, sent at `sentAt` (monotonic ms), has brought tasks. */
  tasksClaimed?(queue: string, worker: string, tasks: readonly ObservedTask[], sentAt: number): void;
  /** A handler is about to be called. `startedAt`: Redis time, ms. What a worker hands back unseen never begins. */
  attemptStarted?(task: ObservedTask, startedAt: number, worker: string): void;
  /**
   * The store has recorded how an attempt ended; one that was taken from its worker meanwhile is not told here. `over`:
   * what its task came to with it, null when it goes on. Told once for each, after `attemptStarted`, by the worker.
   */
  attemptEnded?(task: ObservedTask, record: ObservedRecord, over: Over | null): void;
  /**
   * Attempts were lost with their workers, or tasks ended where no worker of this process ended them: reaped, cancelled by a
   * call or an operation, expired, replaced, with their parents. Told by whoever collects it, once in all processes, some
   * seconds later.
   */
  endedElsewhere?(ended: EndedElsewhere, count: number): void;
  /** A call of this process has put tasks on the road; runs of schedules are told as occurrences. */
  tasksMade?(queue: string, handler: string, count: number): void;
  /**
   * Instants of a schedule were decided on. What fires is told by the leader that plans it, up to the horizon ahead, with its
   * handler; what does not run is told like `endedElsewhere`.
   */
  occurrencesDecided?(
    queue: string,
    schedule: string,
    fate: DecidedFate,
    count: number,
    handler?: string,
  ): void;
  /** Tasks have come due and were moved to their ready lists by this node. */
  tasksPromoted?(queue: string, count: number): void;
  /** Redis has answered a script, after so many ms. */
  redisAnswered?(script: string, ms: number): void;
  /** Redis has refused a script or not answered it; `code` of the error. */
  redisFailed?(code: string): void;
  /** A write of this node was refused, because a later term is in office. */
  writeFenced?(): void;
}

/** Every claimed task is one. Of which schedule it is a run `readRunId(id)` says. */
export interface ObservedTask {
  readonly id: string;
  readonly queue: string;
  readonly handler: string;
  /** From 1. */
  readonly attempt: number;
  /** Failures before this attempt; 0 with attempt 1: nothing but its due time has kept it from starting. */
  readonly failures: number;
  readonly createdAt: number;
  /** When it was first due, ms of Redis time. */
  readonly dueAt: number;
  readonly options: { readonly trace?: string };
}

export interface ObservedRecord {
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly outcome: Outcome;
  readonly worker: string;
  readonly error?: TaskError;
}

export type Over = 'completed' | 'dead' | 'cancelled';

export interface EndedElsewhere {
  readonly queue: string;
  readonly handler: string;
  /** Of runs of a schedule. */
  readonly schedule: string | null;
  /** `lost`: an attempt failed with its worker, whatever becomes of its task. */
  readonly what: 'lost' | 'dead' | 'cancelled';
}

/** `fired`, `triggered` by a call, or the word of the ledger: missed, coalesced, or a reason for which it was skipped. */
export type DecidedFate = string;

/** A listener that throws harms nobody; it is told in the log now and then. */
export class Observers implements Required<Observer> {
  readonly #log: Pick<Log, 'error'>;
  readonly #mayTell = seldom(60_000);
  #all: readonly Observer[] = [];
  // Those that run for every task, so that nobody pays for what nobody hears.
  #started: readonly Starts[] = [];
  #ended: readonly Ends[] = [];
  #timesCalls = false;

  constructor(log: Pick<Log, 'error'>) {
    this.#log = log;
  }

  /** From now on; the answer ends it. */
  add(observer: Observer): () => void {
    this.#listen([...this.#all, observer]);
    return () => this.#listen(this.#all.filter((one) => one !== observer));
  }

  #listen(all: readonly Observer[]): void {
    this.#all = all;
    this.#timesCalls = all.some(({ redisAnswered }) => redisAnswered !== undefined);
    this.#started = all.filter((one): one is Starts => one.attemptStarted !== undefined);
    this.#ended = all.filter((one): one is Ends => one.attemptEnded !== undefined);
  }

  attemptStarted(task: ObservedTask, startedAt: number, worker: string): void {
    for (const one of this.#started) {
      try {
        one.attemptStarted(task, startedAt, worker);
      } catch (error) {
        this.#threw(error);
      }
    }
  }

  attemptEnded(task: ObservedTask, record: ObservedRecord, over: Over | null): void {
    for (const one of this.#ended) {
      try {
        one.attemptEnded(task, record, over);
      } catch (error) {
        this.#threw(error);
      }
    }
  }

  tasksClaimed(queue: string, worker: string, tasks: readonly ObservedTask[], sentAt: number): void {
    this.#each((one) => one.tasksClaimed?.(queue, worker, tasks, sentAt));
  }

  endedElsewhere(ended: EndedElsewhere, count: number): void {
    this.#each((one) => one.endedElsewhere?.(ended, count));
  }

  tasksMade(queue: string, handler: string, count: number): void {
    this.#each((one) => one.tasksMade?.(queue, handler, count));
  }

  occurrencesDecided(
    queue: string,
    schedule: string,
    fate: DecidedFate,
    count: number,
    handler?: string,
  ): void {
    this.#each((one) => one.occurrencesDecided?.(queue, schedule, fate, count, handler));
  }

  tasksPromoted(queue: string, count: number): void {
    this.#each((one) => one.tasksPromoted?.(queue, count));
  }

  redisAnswered(script: string, ms: number): void {
    this.#each((one) => one.redisAnswered?.(script, ms));
  }

  redisFailed(code: string): void {
    this.#each((one) => one.redisFailed?.(code));
  }

  writeFenced(): void {
    this.#each((one) => one.writeFenced?.());
  }

  /** Whether calls to Redis need be timed. */
  get timesCalls(): boolean {
    return this.#timesCalls;
  }

  #each(tell: (one: Observer) => void): void {
    for (const one of this.#all) {
      try {
        tell(one);
      } catch (error) {
        this.#threw(error);
      }
    }
  }

  #threw(error: unknown): void {
    if (this.#mayTell()) this.#log.error({ event: 'observer.failed', error }, 'what counts here threw');
  }
}

type Starts = Observer & Required<Pick<Observer, 'attemptStarted'>>;
type Ends = Observer & Required<Pick<Observer, 'attemptEnded'>>;
