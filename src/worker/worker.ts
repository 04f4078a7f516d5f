/** A worker: runs the tasks its pump claims, keeps its lease, says that it is there, and stops without losing any. */

import { type Connection, connection } from '../connect.js';
import { CarillonError } from '../domain/input/errors.js';
import type { Loop } from '../runtime/loop.js';
import { after } from '../runtime/timers.js';
import { within } from '../runtime/within.js';
import type { Orders, Store } from '../store/contract/index.js';
import { arrive } from './arrival.js';
import type { Attempt, Ending } from './attempt.js';
import { Conduct } from './conduct.js';
import { releaseOthers } from './hand-back.js';
import { isInAttempt } from './in-attempt.js';
import { LeaseKeeper } from './keeper.js';
import { readWorkerOptions, type WorkerOptions, type WorkerSettings } from './options.js';
import type { WorkerParts } from './parts.js';
import { type Announced, announcePresence } from './presence.js';
import type { Pump } from './pump.js';
import { tellsOf } from './tell.js';
import { toldPump } from './told-pump.js';
import { startUpkeep } from './upkeep.js';

/** How long a store that does not answer may hold up a worker that runs nothing any more (ms); leases do the rest. */
const LAST_WORDS = 2_500;

/**
 * Runs tasks: claims them from its queues, keeps them by a lease, tries again what fails. One process may hold several.
 * The constructor connects to nothing and throws `invalid_input` with each option that cannot be used.
 *
 * @example
 * const worker = new Worker({
 *   redis: 'redis://127.0.0.1:6379',
 *   queues: ['mail'],
 *   concurrency: 100,
 *   handlers: { 'email.welcome': async (payload: { to: string }, ctx) => `sent to ${payload.to}` },
 * });
 * await worker.start();
 * process.once('SIGTERM', () => worker.stop());
 */
export class Worker {
  readonly #options: WorkerSettings;
  /** Where its own connection comes from; null: it was handed one. */
  readonly #connection: Connection | null;
  readonly #parts: Omit<WorkerParts, 'store'>;
  readonly #stopped = new AbortController();
  readonly #tell: (ending: Ending) => void;
  #store: Store | null;
  #id: string;
  #state: 'new' | 'started' | 'draining' | 'stopped' = 'new';
  #pump: Pump | null = null;
  #keeper: LeaseKeeper | null = null;
  readonly #conduct: Conduct;
  #presence: Announced | null = null;
  #unsubscribe = (): void => {};
  #unobserve = (): void => {};
  #upkeep: Loop | null = null;
  #starting: Promise<void> | null = null;
  #stopping: Promise<void> | null = null;
  #drained: (answered: boolean) => void = () => {};
  #cancelLastWords: (() => void) | null = null;
  #over: () => void = () => {};

  /**
   * Resolves when it has stopped and left, whoever asked for it: `stop()`, or a person with `carillon workers stop`.
   *
   * @example
   * worker.ended.then(() => process.exit());
   */
  readonly ended: Promise<void> = new Promise((resolve) => {
    this.#over = resolve;
  });

  constructor(options: WorkerOptions, parts?: WorkerParts) {
    this.#options = readWorkerOptions(options);
    this.#connection = parts ? null : connection(this.#options);
    this.#parts = parts ?? (this.#connection as Connection);
    this.#store = parts?.store ?? null;
    this.#conduct = new Conduct(this.#options, this.#parts.log);
    this.#id = this.#conduct.newId();
    this.#tell = tellsOf(this.#parts);
  }

  /** `<name>~<random>`; null before the start. */
  get id(): string | null {
    return this.#state === 'new' ? null : this.#id;
  }

  /** Handlers running now. */
  get running(): number {
    return this.#pump?.running ?? 0;
  }

  /**
   * Resolves when it is connected and claiming; waits for a Redis that is not reachable yet. Throws `redis_unsuitable`,
   * `data_too_new` or `data_too_old` where it cannot be used, `usage` when it was started before.
   *
   * @example
   * await worker.start();
   */
  start(): Promise<void> {
    if (this.#state !== 'new')
      return Promise.reject(new CarillonError('usage', 'A worker starts once; make a new one'));
    this.#state = 'started';
    this.#starting = this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    this.#store ??= await (this.#connection as Connection).open();
    try {
      const store = this.#store;
      const takePart = () => this.#takePart(store);
      const arrival = { store, takePart, undo: () => this.#unsubscribe(), stopped: this.#stopped.signal };
      if (this.#state === 'started') await arrive(arrival);
    } catch (error) {
      await this.#close();
      throw error;
    }
  }

  async #takePart(store: Store): Promise<void> {
    const { queues, leaseMs, schemas } = this.#options;
    const all = queues.includes('*');
    const opened: string[] = [];
    if (all) {
      this.#unsubscribe = await store.subscribe((signal) => {
        if (signal.kind === 'partition') {
          opened.push(signal.queue);
          this.#conduct.opened(signal.queue);
        }
        if (signal.kind === 'reconnected') this.#addQueues(store).catch(this.#broken);
      });
    }
    // Listed after subscribing, so that none falls between.
    const names = all ? [...(await store.queues()), ...opened] : queues;
    if (this.#state !== 'started') return;
    const { log } = this.#parts;
    this.#unobserve();
    this.#unobserve = this.#conduct.begin(store);
    const facts = () => this.#conduct.facts(this.#id, this.running, this.#state === 'draining');
    const presence = await announcePresence({
      store,
      log,
      leaseMs,
      schemas,
      facts,
      obey: (orders) => this.#obey(orders),
    });
    if (this.#state !== 'started') return presence.leave(true);
    this.#presence = presence;
    const pump = this.#newPump(store, [...new Set(names)]);
    this.#pump = pump;
    this.#conduct.pump = pump;
    const served = () => pump.leases.map(({ queue }) => queue);
    this.#upkeep = startUpkeep({ ...{ store, log, leaseMs }, queues: served });
  }

  /** People ask something of it, from afar. */
  #obey(orders: Orders): void {
    if (this.#conduct.obey(orders)) this.#end().catch(this.#broken);
  }

  /** What nobody waits for has failed; whatever it was to bring comes with the next signal. */
  readonly #broken = (error: unknown): void => {
    this.#parts.log.warn({ event: 'store.failed', error: error as Error }, 'A look at the store failed');
  };

  async #addQueues(store: Store): Promise<void> {
    const queues = await store.queues();
    for (const queue of queues) this.#conduct.opened(queue);
  }

  /**
   * Drains: claims nothing more, waits for what runs (at most `drain`), hands back what is left, leaves, and disconnects.
   * Called by a handler it resolves as soon as that has begun: the worker waits for the handler, so the handler must not wait
   * for the worker.
   *
   * @example
   * process.once('SIGTERM', () => worker.stop());
   */
  async stop(): Promise<void> {
    // A handler is calling, as far as an asynchronous stack tells.
    const byHandler = this.running > 0 && isInAttempt();
    const stopped = this.#end();
    if (byHandler)
      stopped.catch((error: unknown) =>
        this.#parts.log.error({ event: 'worker.failed', error }, 'stop failed'),
      );
    else await stopped;
  }

  /** As `stop`, whoever calls: resolves when it has left. */
  #end(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** @internal Waits no longer for handlers: hands back what they have, and leaves. */
  hurry(): Promise<void> {
    const stopped = this.#end();
    this.#release();
    return stopped;
  }

  /**
   * The process is about to end, because something threw where nobody catches it. The attempt it came from has failed
   * by it; others go back without a failure. Where nobody knows, one alone is taken for the cause, and several come
   * back one by one, so that the cause is found.
   *
   * @internal
   */
  crash(reason: unknown, culprit?: Attempt): Promise<void> {
    const attempts = this.#pump?.attempts ?? [];
    const cause = culprit ?? (attempts.length === 1 ? attempts[0] : undefined);
    cause?.blame(reason);
    releaseOthers(attempts, cause);
    return this.hurry();
  }

  async #stop(): Promise<void> {
    this.#state = 'draining';
    this.#unsubscribe();
    // A look under way may hang with its store: nobody waits for it.
    this.#upkeep?.stop().catch(this.#broken);
    this.#stopped.abort();
    this.#presence?.again();
    const answered = this.#pump ? await this.#drain(this.#pump) : true;
    this.#state = 'stopped';
    this.#unobserve();
    // A store that took no last word takes no leave either.
    await within(LAST_WORDS, this.#leave(answered));
    // A start under way notices, and takes back what it has announced.
    if (this.#connection) await this.#starting?.catch(() => {});
    await this.#close();
    this.#over();
  }

  /** The connection of its own, where it has one. */
  async #close(): Promise<void> {
    if (this.#connection) await this.#store?.close();
  }

  /** Answers whether everything that ended could be told. */
  async #drain(pump: Pump): Promise<boolean> {
    const cancel = after(this.#options.drainMs, () => this.#release());
    const answered = await new Promise<boolean>((resolve) => {
      this.#drained = resolve;
      pump.drain();
      this.#limitWhenIdle();
    });
    cancel();
    this.#cancelLastWords?.();
    pump.abandon();
    this.#keeper?.close();
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
    const held = answered ? (this.#pump?.leases ?? []) : [];
    const leases = held.map(({ queue, worker }) => this.#store?.leave(queue, worker).catch(() => {}));
    await Promise.all([...leases, this.#presence?.leave(answered).catch(() => {})]);
  }

  /** Time is up: what still runs is told to stop and its tasks go to whoever is free. */
  #release(): void {
    for (const attempt of this.#pump?.attempts ?? []) attempt.release(new Error('the worker is stopping'));
    this.#limitLastWords();
  }

  #newPump(store: Store, queues: readonly string[]): Pump {
    const { concurrency, leaseMs, killAfterMs, handlers } = this.#options;
    const { log, within } = this.#parts;
    this.#keeper = new LeaseKeeper(store, leaseMs);
    const options = {
      ...{ store, log, concurrency, leaseMs, killAfterMs, queues, handlers, within },
      ...{ keeper: this.#keeper, worker: this.#id },
      renamed: () => {
        this.#id = this.#conduct.newId();
        return this.#id;
      },
      ended: (ending: Ending) => {
        this.#limitWhenIdle();
        this.#tell(ending);
      },
      freed: () => this.#limitWhenIdle(),
      drained: () => this.#drained(true),
    };
    return toldPump(options, this.#parts.figures ?? this.#options.figures);
  }
}
