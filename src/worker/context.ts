/** What a handler sees of its attempt. Everything is made when first looked at: most handlers look at little. */

import type { Task } from '../domain/task/task.js';
import type { Log } from '../runtime/log.js';
import type { RunContext } from '../schedules/run-context.js';
import type { ClaimedTask } from '../store/contract/index.js';
import { occurrenceOf, runOf, taskView } from '../tasks/view.js';
import type { RunFacts } from './run-facts.js';

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
  /** Of its worker; each line says which attempt wrote it. */
  readonly log: Log;
  /** Of a run of a schedule: what it stands for, and what goes before and after it. */
  readonly schedule?: RunContext | undefined;
}

export class AttemptContext implements TaskContext {
  readonly #task: ClaimedTask;
  readonly #host: { readonly worker: string; readonly log: Log };
  readonly #startedAt: number;
  #abort: AbortController | null = null;
  #ownLog: Log | null = null;
  #view: Task | null = null;
  #facts: RunFacts | null = null;
  #run: RunContext | null = null;

  constructor(task: ClaimedTask, host: { readonly worker: string; readonly log: Log }, startedAt: number) {
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
