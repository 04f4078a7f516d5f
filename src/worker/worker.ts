/** A worker: runs the tasks its pump claims, keeps its lease, says that it is there, and stops without losing any. */

import { CarillonError } from '../domain/input/errors.js';
import type { RedisClock } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import type { Loop } from '../runtime/loop.js';
import { randomText } from '../runtime/random.js';
import { after, sleep } from '../runtime/timers.js';
import { within } from '../runtime/within.js';
import type { Store } from '../store/contract/index.js';
import type { Attempt, Ending } from './attempt.js';
import { type Handlers, handlerProblems } from './handlers.js';
import { MOST_CONCURRENCY, WORKER_DEFAULTS } from './options.js';
import { announcePresence, type LeavePresence } from './presence.js';
import { Pump } from './pump.js';
import { tellFailures } from './tell.js';
import { startUpkeep } from './upkeep.js';

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
  /** How long a handler that was told to stop has to settle, ms. */
  killAfterMs?: number;
  /** Runs an attempt; for whoever must know later what ran in it. */
  within?: (attempt: Attempt, run: () => void) => void;
  version?: string;
  /** Told of every ending, for people and tests. */
  onAttempt?: (ending: Ending) => void;
}

/** How long a store that does not answer may hold up a worker that runs nothing any more (ms); leases do the rest. */
const LAST_WORDS = 2_500;
const TRY_AGAIN = 500;
/** What may have ended a process comes back one by one, this far apart (ms). */
const APART = 2_000;

export class TaskWorker {
  readonly #options: TaskWorkerOptions;
  readonly #stopped = new AbortController();
  /** Whoever listens to every ending tells people of failures too; otherwise the log does. */
  readonly #tell: (ending: Ending) => void;
  #id: string;
  #state: 'new' | 'started' | 'draining' | 'stopped' = 'new';
  #pump: Pump | null = null;
  #leavePresence: LeavePresence | null = null;
  #unsubscribe: (() => void) | null = null;
  #upkeep: Loop | null = null;
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
    this.#tell = options.onAttempt ?? tellFailures(options.log);
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
    const pump = this.#newPump([...new Set(names)]);
    this.#pump = pump;
    const { clock, log, leaseMs } = this.#options;
    const served = () => pump.leases.map(({ queue }) => queue);
    this.#upkeep = startUpkeep({ ...{ store, clock, log, leaseMs }, queues: served });
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

  /**
   * Drains: claims nothing more, waits for what runs, hands back what is left, leaves. Called by a handler it resolves
   * as soon as that has begun: the worker waits for the handler, so the handler must not wait for the worker.
   */
  stop(): Promise<void> {
    const stopped = this.stopped();
    return this.isCalledByHandler ? Promise.resolve() : stopped;
  }

  /** As `stop`, whoever calls: resolves when it has left. */
  stopped(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** A handler is calling, as far as an asynchronous stack tells. */
  get isCalledByHandler(): boolean {
    return this.running > 0 && isInAttempt();
  }

  /** Waits no longer for handlers: hands back what they have, and leaves. */
  hurry(): Promise<void> {
    const stopped = this.stopped();
    this.#release();
    return stopped;
  }

  /**
   * The process is about to end, because something threw where nobody catches it. The attempt it came from has failed
   * by it; others go back without a failure. Where nobody knows, one alone is taken for the cause, and several come
   * back one by one, so that the cause is found.
   */
  crash(reason: unknown, culprit?: Attempt): Promise<void> {
    const attempts = this.#pump?.attempts ?? [];
    const cause = culprit ?? (attempts.length === 1 ? attempts[0] : undefined);
    cause?.blame(reason);
    const now = this.#options.clock.now();
    const left = new Error('the worker is stopping');
    for (const [i, attempt] of attempts.entries()) {
      if (attempt !== cause)
        attempt.release(left, cause ? { to: 'head' } : { to: 'retry', due: now + i * APART });
    }
    return this.hurry();
  }

  async #stop(): Promise<void> {
    this.#state = 'draining';
    this.#unsubscribe?.();
    // A look under way may hang with its store: nobody waits for it.
    this.#upkeep?.stop().catch(this.#broken);
    this.#stopped.abort();
    const answered = this.#pump ? await this.#drain(this.#pump) : true;
    this.#state = 'stopped';
    // A store that took no last word takes no leave either.
    await within(LAST_WORDS, this.#leave(answered));
  }

  /** Answers whether everything that ended could be told. */
  async #drain(pump: Pump): Promise<boolean> {
    const cancel = after(this.#options.drainMs ?? WORKER_DEFAULTS.drain, () => this.#release());
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
    for (const attempt of this.#pump?.attempts ?? []) attempt.release(new Error('the worker is stopping'));
    this.#limitLastWords();
  }

  #newPump(queues: readonly string[]): Pump {
    const { store, clock, log, concurrency, leaseMs, handlers, within } = this.#options;
    const { killAfterMs = WORKER_DEFAULTS.killAfter } = this.#options;
    return new Pump({
      ...{ store, clock, log, concurrency, leaseMs, killAfterMs, queues, handlers, within },
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
      this.#tell(ending);
    } catch (error) {
      this.#options.log.error({ error: error as Error }, 'onAttempt threw');
    }
  }
}

/** Whether a handler is calling, at any depth: an asynchronous stack leads back to the attempt that awaits it. */
function isInAttempt(): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 100;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return /\bAttempt\.run\b/.test(stack);
}

/** `<name>~<random>`: the name is only a label. */
function newId(name: string): string {
  return `${name}~${randomText(8)}`;
}
