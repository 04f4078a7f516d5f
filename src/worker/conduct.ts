/** How a worker conducts itself: as it was started, changed by what people ask of it; and what it says of itself. */

import { hostname, loadavg } from 'node:os';
import type { Outcome } from '../domain/task/task.js';
import type { Log } from '../runtime/log.js';
import type { Observer } from '../runtime/observed.js';
import { VERSION } from '../runtime/version.js';
import type { Orders, Presence, RunningTask, Store } from '../store/contract/index.js';
import type { Attempt } from './attempt.js';
import type { WorkerSettings } from './options.js';
import { newId } from './parts.js';
import type { Pump } from './pump.js';

/** Of what it runs, so many are told with each beat; a beat must stay small. */
const MOST_TOLD = 20;

const UNPROCESSED: ReadonlySet<Outcome> = new Set(['released', 'snoozed']);
const FAILURES: ReadonlySet<Outcome> = new Set(['failed', 'timeout']);

export class Conduct {
  readonly #options: WorkerSettings;
  readonly #log: Log;
  readonly #counts = { processed: 0, failed: 0, retried: 0 };
  /** It takes every queue that there is, but those. */
  readonly #all: boolean;
  readonly #without = new Set<string>();
  /** Those it goes by and went by. */
  readonly #ids = new Set<string>();
  #pump: Pump | null = null;
  #quiet = false;
  #concurrency: number;
  #obeys: string | undefined;
  #startedAt = 0;

  constructor(options: WorkerSettings, log: Log) {
    this.#options = options;
    this.#log = log;
    this.#all = options.queues.includes('*');
    this.#concurrency = options.concurrency;
  }

  /** A new one, with its name as a label. */
  newId(): string {
    const id = newId(this.#options.name);
    this.#ids.add(id);
    return id;
  }

  /** From now on; answers an undo. */
  begin({ observed, clock }: Pick<Store, 'observed' | 'clock'>): () => void {
    this.#startedAt = clock().now();
    return observed.add({ attemptEnded: this.#attemptEnded });
  }

  /** What is asked of it is done to this one. */
  set pump(pump: Pump) {
    this.#pump = pump;
  }

  /** There is such a queue; a worker of all queues takes part in it. */
  opened(queue: string): void {
    if (!this.#without.has(queue)) this.#pump?.add(queue);
  }

  /** Whoever runs tasks of its own on the same store is told apart by the ids. */
  readonly #attemptEnded: NonNullable<Observer['attemptEnded']> = (_, { worker, outcome }, over) => {
    if (!this.#ids.has(worker) || UNPROCESSED.has(outcome)) return;
    this.#counts.processed += 1;
    if (!FAILURES.has(outcome)) return;
    this.#counts.failed += 1;
    if (over === null) this.#counts.retried += 1;
  };

  /** Answers whether it is to stop. Asked the same again, nothing changes. */
  obey({ nonces, quiet, stop, concurrency, queues = {} }: Orders): boolean {
    this.#obeys = nonces.at(-1);
    const changed: Record<string, unknown> = {};
    if (quiet !== undefined && quiet !== this.#quiet) {
      this.#quiet = quiet;
      changed['quiet'] = quiet;
    }
    if (concurrency !== undefined && concurrency !== this.#concurrency) {
      this.#concurrency = concurrency;
      changed['concurrency'] = concurrency;
    }
    const taking = new Set(this.#pump?.queues);
    for (const [queue, takes] of Object.entries(queues)) {
      if (takes) this.#without.delete(queue);
      else this.#without.add(queue);
      if (takes === taking.has(queue)) continue;
      if (takes) this.#pump?.add(queue);
      else this.#pump?.remove(queue);
      changed[takes ? 'added' : 'removed'] = [changed[takes ? 'added' : 'removed'] ?? [], queue].flat();
    }
    if (this.#pump && 'quiet' in changed) this.#pump.quiet = this.#quiet;
    if (this.#pump && 'concurrency' in changed) this.#pump.concurrency = this.#concurrency;
    if (stop) changed['stop'] = true;
    if (Object.keys(changed).length > 0)
      this.#log.info({ event: 'worker.ordered', ...changed }, 'the worker does as it was asked');
    return stop === true;
  }

  /** What it says of itself. */
  facts(id: string, running: number, stopping: boolean): Omit<Presence, 'seenAt'> {
    const { name, handlers, schemas, release } = this.#options;
    return {
      ...{ id, name, host: hostname(), pid: process.pid, version: VERSION, startedAt: this.#startedAt },
      ...(release === undefined ? {} : { release }),
      ...{ queues: this.#queues, handlers: Object.keys(handlers) },
      ...(schemas ? { schemas: schemas.digest } : {}),
      ...{ concurrency: this.#concurrency, running, tasks: longest(this.#pump?.attempts ?? []) },
      ...(this.#quiet ? { quiet: true } : {}),
      ...(stopping ? { stopping: true } : {}),
      ...(this.#obeys === undefined ? {} : { obeys: this.#obeys }),
      ...this.#counts,
      ...{ memoryBytes: process.memoryUsage.rss(), load: Math.round((loadavg()[0] ?? 0) * 100) / 100 },
    };
  }

  get #queues(): string[] {
    if (this.#all && this.#without.size === 0) return ['*'];
    return this.#pump?.queues ?? [...this.#options.queues];
  }
}

/** Those that have run longest, without what one beat cannot carry. */
function longest(attempts: readonly Attempt[]): RunningTask[] {
  return attempts
    .toSorted((a, b) => a.begunAt - b.begunAt)
    .slice(0, MOST_TOLD)
    .map(({ task: { id, handler, queue }, startedAt }) => ({ id, handler, queue, since: startedAt }));
}
