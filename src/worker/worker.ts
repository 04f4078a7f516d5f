/** A worker: runs the tasks its pump claims, keeps its lease, says that it is there, and stops without losing any. */

import { CarillonError } from '../domain/input/errors.js';
import type { RedisClock } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { randomText } from '../runtime/random.js';
import { after, sleep } from '../runtime/timers.js';
import { within } from '../runtime/within.js';
import type { Store } from '../store/contract/index.js';
import type { Ending } from './attempt.js';
import { type Handlers, handlerProblems } from './handlers.js';
import { MOST_CONCURRENCY } from './options.js';
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
  readonly #stopped = new AbortController();
  #id: string;
  #state: 'new' | 'started' | 'draining' | 'stopped' = 'new';
  #pump: Pump | null = null;
  #leavePresence: LeavePresence | null = null;
  #unsubscribe: (() => void) | null = null;
  #stopping: Promise<void> | null = null;
  #drained: (answered: boolean) => void = () => {};
  #cancelLastWords: (() => void) | null = null;

  constructor(options: TaskWorkerOptions) {
    const problems = handlerProblems(options.handlers);
    const { concurrency } = options;
    if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > MOST_CONCURRENCY) {
      problems.push(`concurrency must be a whole number from 1 to ${MOST_CONCURRENCY}`);
    }
    if (options.queues.length === 0) problems.push('at least one queue is needed');
    if (problems.length > 0) {
      throw new CarillonError('invalid_input', `This worker cannot start: ${problems.join('; ')}`);
    }
    this.#options = options;
    this.#id = newId(options.name);
  }

  get id(): string {
    return this.#id;
  }

  /** Handlers running now. */
  get running(): number {
    return this.#pump?.running ?? 0;
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
    const leave = await announcePresence(this.#options, () => ({ id: this.#id, running: this.running }));
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
    pump.abandon();
    return answered;
  }

  /** Nothing runs any more: what is to be told takes the store a moment, or cannot be told. */
  #limitWhenIdle(): void {
    if (this.#state === 'draining' && this.#pump?.attempts.length === 0) this.#limitLastWords();
  }

  #limitLastWords(): void {
    this.#cancelLastWords ??= after(LAST_WORDS, () => this.#drained(false));
  }

  async #leave(answered: boolean): Promise<void> {
    const { store } = this.#options;
    const held = answered ? (this.#pump?.leases ?? []) : [];
    const leases = held.map(({ queue, worker }) => store.leave(queue, worker).catch(() => {}));
    await Promise.all([...leases, this.#leavePresence?.(answered).catch(() => {})]);
  }

  /** Time is up: what still runs is told to stop and its tasks go to whoever is free. */
  #release(): void {
    for (const attempt of this.#pump?.attempts ?? [])
      attempt.abort(new Error('the worker is stopping'), true);
  }

  #newPump(queues: readonly string[]): Pump {
    const { store, clock, log, concurrency, leaseMs, handlers } = this.#options;
    return new Pump({
      ...{ store, clock, log, concurrency, leaseMs, queues, handlers },
      worker: this.#id,
      renamed: () => {
        this.#id = newId(this.#options.name);
        return this.#id;
      },
      ended: (ending) => this.#ended(ending),
      freed: () => this.#limitWhenIdle(),
      drained: () => this.#drained(true),
    });
  }

  #ended(ending: Ending): void {
    this.#limitWhenIdle();
    try {
      this.#options.onAttempt?.(ending);
    } catch (error) {
      this.#options.log.error({ error: error as Error }, 'onAttempt threw');
    }
  }
}

/** `<name>~<random>`: the name is only a label. */
function newId(name: string): string {
  return `${name}~${randomText(8)}`;
}
