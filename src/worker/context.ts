/** What a handler sees of its attempt. Everything is made when first looked at: most handlers look at little. */

import { formatInstant } from '../domain/input/instants.js';
import type { Task } from '../domain/task/task.js';
import type { Log } from '../runtime/log.js';
import type { ClaimedTask } from '../store/contract/index.js';
import { occurrenceOf, taskView } from '../tasks/view.js';

export interface TaskContext {
  readonly task: Task;
  /** 1 for the first delivery; with the task's id the key to make effects idempotent. */
  readonly attempt: number;
  /** Aborts when the attempt should stop: timeout, lost lease, the worker going away. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Of an occurrence: its schedule and nominal time (RFC 3339). */
  readonly schedule?: { readonly id: string; readonly nominalAt: string } | undefined;
}

export class AttemptContext implements TaskContext {
  readonly #task: ClaimedTask;
  readonly #host: { readonly worker: string; readonly log: Log };
  readonly #startedAt: number;
  #abort: AbortController | null = null;
  #ownLog: Log | null = null;
  #view: Task | null = null;

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

  get schedule(): { id: string; nominalAt: string } | undefined {
    const occurrence = occurrenceOf(this.#task.id);
    return occurrence ? { id: occurrence.id, nominalAt: formatInstant(occurrence.nominal) } : undefined;
  }

  /** Aborts the signal; one that is first looked at later is aborted then. */
  abort(reason: Error): void {
    this.#abort ??= new AbortController();
    this.#abort.abort(reason);
  }
}
