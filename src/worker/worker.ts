/** A worker: runs the tasks its pump claims, keeps its lease, says that it is there, and stops without losing any. */

import { CarillonError } from '../domain/input/errors.js';
import type { RedisClock } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { randomText } from '../runtime/random.js';
import { after, sleep } from '../runtime/timers.js';
import { within } from '../runtime/within.js';
import type { ClaimedTask, Store } from '../store/contract/index.js';
import { Attempt, type AttemptHost, type Ending } from './attempt.js';
import { type Handlers, handlerProblems } from './handlers.js';
import { Lease } from './lease.js';
import { announcePresence, type LeavePresence } from './presence.js';
import { Pump } from './pump.js';

export interface TaskWorkerOptions {
  store: Store;
  clock: RedisClock;
  log: Log;
  /** Names, or `*` for every queue there is and will be. */
  queues: readonly string[];
  /** How many tasks run at once, ≥ 1. */
  concurrency: number;
  handlers: Handlers;
  /** A label; the id is made of it anew for each process. */
  name: string;
  leaseMs: number;
  /** How long `stop` waits for running handlers before it hands their tasks back, ms. */
  drainMs?: number;
  version?: string;
  /** Told of every ending, for people and tests. */
  onAttempt?: (ending: Ending) => void;
}

const DRAIN = 20_000;
/** How long a store that does not answer may hold up a worker that runs nothing any more (ms); leases do the rest. */
const LAST_WORDS = 2_500;
const TRY_AGAIN = 500;

export class TaskWorker {
  readonly #options: TaskWorkerOptions;
  readonly #handlerNames: readonly string[];
  readonly #attempts = new Set<Attempt>();
  readonly #stopped = new AbortController();
  #id: string;
  /** What attempts under the present id see of this worker. */
  #host: AttemptHost;
  #running = 0;
  #state: 'new' | 'started' | 'draining' | 'stopped' = 'new';
  #pump: Pump | null = null;
  /** Pumps of ids whose lease was lost, while they still have endings to send. */
  readonly #formers = new Set<Pump>();
  #lease: Lease;
  #leavePresence: LeavePresence | null = null;
  #unsubscribe: (() => void) | null = null;
  #stopping: Promise<void> | null = null;
  #drained: (answered: boolean) => void = () => {};
  #cancelLastWords: (() => void) | null = null;

  constructor(options: TaskWorkerOptions) {
    const problems = handlerProblems(options.handlers);
    if (!Number.isInteger(options.concurrency) || options.concurrency < 1 || options.concurrency > 10_000) {
      problems.push('concurrency must be a whole number from 1 to 10000');
    }
    if (options.queues.length === 0) problems.push('at least one queue is needed');
    if (problems.length > 0) {
      throw new CarillonError('invalid_input', `This worker cannot start: ${problems.join('; ')}`);
    }
    this.#options = options;
    this.#handlerNames = Object.keys(options.handlers);
    this.#id = newId(options.name);
    this.#host = this.#newHost();
    this.#lease = this.#newLease();
  }

  get id(): string {
    return this.#id;
  }

  /** Handlers running now. */
  get running(): number {
    return this.#running;
  }

  /** Resolves when it is connected and claiming. */
  async start(): Promise<void> {
    if (this.#state !== 'new') throw new CarillonError('usage', 'A worker starts once; make a new one');
    const { store, queues } = this.#options;
    this.#state = 'started';
    await this.#reachable();
    const all = queues.includes('*');
    const opened: string[] = [];
    if (all) {
      this.#unsubscribe = await store.subscribe((signal) => {
        if (signal.kind === 'partition') {
          opened.push(signal.queue);
          this.#pump?.add(signal.queue);
        }
        if (signal.kind === 'reconnected') this.#addQueues().catch(this.#broken);
      });
    }
    // Listed after subscribing, so that none falls between.
    const names = all ? [...(await store.queues()), ...opened] : queues;
    if (this.#state !== 'started') return;
    const leave = await announcePresence(this.#options, () => ({ id: this.#id, running: this.#running }));
    if (this.#state !== 'started') return leave(true);
    this.#leavePresence = leave;
    this.#pump = this.#newPump([...new Set(names)]);
  }

  /** Waits for Redis as long as it takes; one that must not be used is refused. */
  async #reachable(): Promise<void> {
    for (;;) {
      try {
        await this.#options.store.check();
        return;
      } catch (error) {
        if (!(error instanceof CarillonError && error.code === 'unavailable')) throw error;
        if (this.#state !== 'started') throw error;
        await sleep(TRY_AGAIN, this.#stopped.signal);
      }
    }
  }

  /** What nobody waits for has failed; whatever it was to bring comes with the next signal. */
  readonly #broken = (error: unknown): void => {
    this.#options.log.warn({ worker: this.#id, error: error as Error }, 'A look at the store failed');
  };

  async #addQueues(): Promise<void> {
    const queues = await this.#options.store.queues();
    for (const queue of queues) this.#pump?.add(queue);
  }

  /** Drains: claims nothing more, waits for what runs, hands back what is left, leaves. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#state = 'draining';
    this.#unsubscribe?.();
    this.#stopped.abort();
    const answered = this.#pump ? await this.#drain(this.#pump) : true;
    this.#state = 'stopped';
    this.#lease.stop();
    // A store that took no last word takes no leave either.
    await within(LAST_WORDS, this.#leave(answered));
  }

  /** Answers whether everything that ended could be told. */
  async #drain(pump: Pump): Promise<boolean> {
    const cancel = after(this.#options.drainMs ?? DRAIN, () => {
      this.#release();
      this.#limitLastWords();
    });
    const answered = await new Promise<boolean>((resolve) => {
      this.#drained = resolve;
      pump.drain();
      this.#limitWhenIdle();
    });
    cancel();
    this.#cancelLastWords?.();
    for (const each of this.#pump ? [this.#pump, ...this.#formers] : this.#formers) each.abandon();
    return answered;
  }

  /** Nothing runs any more: what is to be told takes the store a moment, or cannot be told. */
  #limitWhenIdle(): void {
    if (this.#state === 'draining' && this.#attempts.size === 0) this.#limitLastWords();
  }

  #limitLastWords(): void {
    this.#cancelLastWords ??= after(LAST_WORDS, () => this.#drained(false));
  }

  async #leave(answered: boolean): Promise<void> {
    const { store } = this.#options;
    const queues = answered ? (this.#pump?.queues ?? []) : [];
    const leases = queues.map((queue) => store.leave(queue, this.#id).catch(() => {}));
    await Promise.all([...leases, this.#leavePresence?.(answered).catch(() => {})]);
  }

  /** Time is up: what still runs is told to stop and its tasks go to whoever is free. */
  #release(): void {
    for (const attempt of this.#attempts) attempt.abort(new Error('the worker is stopping'), true);
  }

  #newPump(queues: readonly string[]): Pump {
    const { store, clock, log, concurrency, leaseMs } = this.#options;
    return new Pump({
      ...{ store, clock, log, concurrency, leaseMs, queues },
      worker: this.#id,
      handlers: this.#handlerNames,
      running: () => this.#running,
      claimed: (tasks, leaseSetAt) => {
        this.#lease.renewed(leaseSetAt);
        for (const task of tasks) this.#run(task);
      },
      reaped: () => this.#lost(),
      drained: () => {
        for (const former of this.#formers) if (former.idle) this.#formers.delete(former);
        if (this.#attempts.size === 0 && this.#formers.size === 0 && this.#pump?.idle) this.#drained(true);
      },
    });
  }

  #run(task: ClaimedTask): void {
    const handler = this.#options.handlers[task.handler];
    // The store hands out tasks of our handlers only.
    if (!handler) return;
    const attempt = new Attempt(task, this.#host);
    this.#attempts.add(attempt);
    this.#running += 1;
    attempt.run(handler);
  }

  readonly #ended = (attempt: Attempt, ending: Ending): void => {
    if (attempt.worker !== this.#id || !this.#pump) return;
    const { task } = ending;
    if (ending.kind === 'settle') this.#pump.settle(task.queue, ending.settlement);
    else this.#pump.complete(task.queue, ending);
    // Its ending is on its way: the end of the process need not wait for a handler that does not stop.
    if (this.#state === 'draining') this.#attempts.delete(attempt);
    this.#limitWhenIdle();
    try {
      this.#options.onAttempt?.(ending);
    } catch (error) {
      this.#options.log.error({ error: error as Error }, 'onAttempt threw');
    }
  };

  readonly #freed = (attempt: Attempt): void => {
    this.#attempts.delete(attempt);
    this.#running -= 1;
    this.#limitWhenIdle();
    this.#pump?.schedule();
  };

  #newHost(): AttemptHost {
    const { clock, log } = this.#options;
    return { worker: this.#id, clock, log, ended: this.#ended, freed: this.#freed };
  }

  #newLease(): Lease {
    const { store, leaseMs, log } = this.#options;
    return new Lease({
      leaseMs,
      log,
      holding: () => {
        if (this.#state === 'stopped') return [];
        const held = [...this.#attempts].map(({ task }) => task.queue);
        return [...new Set([...held, ...(this.#pump?.ending ?? [])])];
      },
      beat: (queue) => store.beat(queue, this.#id, leaseMs),
      lost: () => this.#lost(),
    });
  }

  /** The lease is over: others may run what we hold. A new id, so that nothing of before is mistaken for it. */
  #lost(): void {
    this.#options.log.warn(
      { worker: this.#id, running: this.#running },
      'The lease was lost; what ran under it is told to stop',
    );
    for (const attempt of this.#attempts) attempt.disown(new Error('the lease was lost'));
    this.#attempts.clear();
    const former = this.#pump;
    if (!former) return;
    this.#id = newId(this.#options.name);
    this.#host = this.#newHost();
    this.#lease = this.#newLease();
    // What had ended before still tries to be recorded; whether it counts is the store's to say.
    former.drain();
    this.#formers.add(former);
    this.#pump = this.#newPump(former.queues);
    if (this.#state === 'draining') this.#pump.drain();
    this.#limitWhenIdle();
  }
}

/** `<name>~<random>`: the name is only a label. */
function newId(name: string): string {
  return `${name}~${randomText(8)}`;
}
