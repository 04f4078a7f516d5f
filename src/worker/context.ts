/** What a handler sees of its attempt. Everything is made when first looked at: most handlers look at little. */

import type { Task } from '../domain/task/task.js';
import type { Log } from '../runtime/log.js';
import type { RunContext } from '../schedules/run-context.js';
import type { ClaimedTask } from '../store/contract/index.js';
import type { AnyDefinition } from '../tasks/definition.js';
import { type ChildOptions, Kin, type KinStore, type Parent } from '../tasks/kin.js';
import { occurrenceOf, runOf, taskView } from '../tasks/view.js';
import type { RunFacts } from './run-facts.js';

export interface TaskContext {
  readonly task: Task;
  /** 1 for the first delivery; with the task's id the key to make effects idempotent. */
  readonly attempt: number;
  /** Aborts when the attempt should stop: timeout, lost lease, the worker going away. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /**
   * Makes a task whose identity comes from this one: a further attempt that makes it again is answered the same. Those of
   * one handler and queue are counted; where their order is not sure, `key` tells them apart.
   */
  enqueue(handler: string | AnyDefinition, payload?: unknown, options?: ChildOptions): Promise<Task>;
  /** The tasks that this one waited for (`after`), in that order, with what they came to. */
  parents(): Promise<Parent[]>;
  /** Of a run of a schedule: what it stands for, and what goes before and after it. */
  readonly schedule?: RunContext | undefined;
}

/** What an attempt's context needs of whoever runs it. */
export interface ContextHost {
  readonly worker: string;
  readonly log: Log;
  readonly store: KinStore;
}

export class AttemptContext implements TaskContext {
  readonly #task: ClaimedTask;
  readonly #host: ContextHost;
  readonly #startedAt: number;
  #abort: AbortController | null = null;
  #ownLog: Log | null = null;
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
    this.#ownLog ??= this.#host.log.child({
      task: this.#task.id,
      handler: this.#task.handler,
      attempt: this.#task.attempt,
    });
    return this.#ownLog;
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
