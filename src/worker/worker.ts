/** A worker: claims ready tasks up to its free slots, runs them, and sends their endings with the next claim. */

import { CarillonError } from '../domain/errors.js';
import type { RedisClock } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { randomText } from '../runtime/random.js';
import { after, sleep } from '../runtime/timers.js';
import type { ClaimedTask, Store, Waiter } from '../store/contract.js';
import { Attempt, type Ending } from './attempt.js';
import { type Handlers, handlerProblems } from './handlers.js';
import { Lease } from './lease.js';
import { announcePresence } from './presence.js';
import { type ClaimResult, type Retry, Stream } from './stream.js';

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

/** Waits no longer than this for a wake-up (ms); then it looks for itself. */
const LONGEST_WAIT = 2_000;
/** A due task is the promoter's for this long; then a waiting worker looks for it (ms). */
const PROMOTERS_TURN = 50;
const DRAIN = 20_000;
/** With fewer slots the extra round trips cost more than the overlap gives (measured, bench/). */
const WORTH_HALVING = 32;

export class TaskWorker {
  readonly #options: TaskWorkerOptions;
  readonly #handlerNames: readonly string[];
  readonly #attempts = new Set<Attempt>();
  #id: string;
  #streams: Stream[] = [];
  #rotation = 0;
  #running = 0;
  #scheduled = false;
  #state: 'new' | 'started' | 'draining' | 'stopped' = 'new';
  #waiter: Waiter | null = null;
  #waiting = false;
  #lease: Lease;
  #leavePresence: (() => Promise<void>) | null = null;
  #unsubscribe: (() => void) | null = null;
  #stopping: Promise<void> | null = null;
  #idle: (() => void) | null = null;
  readonly #gaveUp = new AbortController();

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
    this.#lease = this.#newLease();
  }

  get id(): string {
    return this.#id;
  }

  /** With many slots a claim asks for half of them: while the store works on one half, the other runs here. */
  get #half(): number {
    const { concurrency } = this.#options;
    return concurrency < WORTH_HALVING ? concurrency : Math.ceil(concurrency / 2);
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
    const names = queues.includes('*') ? await store.queues() : queues;
    this.#streams = [...new Set(names)].map((queue) => new Stream(queue));
    if (queues.includes('*')) {
      this.#unsubscribe = await store.subscribe((signal) => {
        if (signal.kind === 'partition') this.#addQueue(signal.queue);
      });
    }
    this.#leavePresence = await announcePresence(this.#options, () => ({
      id: this.#id,
      running: this.#running,
    }));
    this.#waiter = store.waiter();
    this.#schedule();
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
        await sleep(500, this.#gaveUp.signal);
      }
    }
  }

  /** Drains: claims nothing more, waits for what runs, hands back what is left, leaves. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const wasStarted = this.#state === 'started';
    this.#state = 'draining';
    this.#unsubscribe?.();
    this.#waiter?.close();
    if (wasStarted) {
      const patience = this.#options.drainMs ?? DRAIN;
      const cancel = after(patience, () => this.#release());
      await this.#untilIdle();
      cancel();
      await Promise.all(
        this.#streams.map((stream) => this.#options.store.leave(stream.queue, this.#id).catch(() => {})),
      );
    }
    this.#lease.stop();
    await this.#leavePresence?.().catch(() => {});
    this.#state = 'stopped';
  }

  /** Time is up: what still runs is told to stop and its tasks go to whoever is free. */
  #release(): void {
    for (const attempt of this.#attempts) attempt.abort(new Error('the worker is stopping'), true);
    // A store that does not answer cannot hold up the end of the process for ever; leases do the rest.
    after(5_000, () => {
      this.#gaveUp.abort();
      this.#idle?.();
    });
  }

  #untilIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle = resolve;
      this.#schedule();
    });
  }

  #addQueue(queue: string): void {
    if (this.#streams.some((stream) => stream.queue === queue)) return;
    this.#streams.push(new Stream(queue));
    this.#schedule();
  }

  /** All endings of one turn of the event loop travel in one call. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    process.nextTick(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    for (let i = 0; i < this.#streams.length; i++) {
      const stream = this.#streams[(this.#rotation + i) % this.#streams.length];
      if (stream) this.#serve(stream);
    }
    this.#rotation += 1;
    if (this.#state === 'started') this.#wait();
    else if (this.#idle && this.#attempts.size === 0 && this.#streams.every((stream) => stream.idle))
      this.#idle();
  }

  #serve(stream: Stream): void {
    const worker = this.#id;
    const flushed = stream.flush(this.#options.store, worker, this.#retry);
    if (flushed) void flushed.then((lost) => this.#refused(lost), this.#broken).then(() => this.#schedule());
    while (stream.free) {
      const want = this.#want(stream);
      if (want === 0 && stream.completions === 0) return;
      // A second claim under way must be worth its round trip.
      if (stream.claiming > 0 && Math.max(want, stream.completions) < this.#half / 2) return;
      void stream
        .claim(this.#options.store, worker, this.#handlerNames, want, this.#options.leaseMs, this.#retry)
        .then((result) => this.#claimed(worker, result), this.#broken)
        .then(() => this.#schedule());
    }
  }

  #want(stream: Stream): number {
    if (this.#state !== 'started' || stream.empty) return 0;
    const asked = this.#streams.reduce((sum, other) => sum + other.asking, 0);
    return Math.max(0, Math.min(1_000, this.#half, this.#options.concurrency - this.#running - asked));
  }

  #claimed(worker: string, result: ClaimResult): void {
    this.#refused(result.lost);
    if (result.tasks.length > 0) this.#lease.renewed();
    for (const task of result.tasks) {
      // Claimed under an id that was reaped meanwhile: the lease went with it, and so do these.
      if (worker === this.#id) this.#start(task);
    }
  }

  #start(task: ClaimedTask): void {
    const handler = this.#options.handlers[task.handler];
    // The store hands out tasks of our handlers only.
    if (!handler) return;
    const attempt = new Attempt(task, this.#host);
    this.#attempts.add(attempt);
    this.#running += 1;
    attempt.run(handler);
  }

  readonly #host = ((worker: TaskWorker) => ({
    get worker(): string {
      return worker.#id;
    },
    get clock(): RedisClock {
      return worker.#options.clock;
    },
    get log(): Log {
      return worker.#options.log;
    },
    ended: (attempt: Attempt, ending: Ending): void => worker.#ended(attempt, ending),
    freed: (attempt: Attempt): void => worker.#freed(attempt),
  }))(this);

  #ended(attempt: Attempt, ending: Ending): void {
    if (attempt.worker !== this.#id) return;
    const { task } = ending;
    const stream = this.#streams.find(({ queue }) => queue === task.queue);
    if (ending.kind === 'complete')
      stream?.complete({ id: task.id, token: task.token, record: ending.record });
    else stream?.settle(ending.settlement);
    if (this.#state === 'draining') this.#attempts.delete(attempt);
    this.#options.onAttempt?.(ending);
    this.#schedule();
  }

  #freed(attempt: Attempt): void {
    this.#attempts.delete(attempt);
    this.#running -= 1;
    this.#schedule();
  }

  #refused(lost: readonly string[]): void {
    if (lost.length === 0) return;
    this.#options.log.warn(
      { worker: this.#id, tasks: lost.slice(0, 10), count: lost.length },
      'Endings refused: these tasks had been taken back from this worker',
    );
  }

  readonly #broken = (error: unknown): void => {
    this.#options.log.error({ worker: this.#id, error: error as Error }, 'A call to the store failed');
  };

  /** A call is repeated until it is answered: each is idempotent, and its tasks or endings must not be forgotten. */
  readonly #retry: Retry = async (call) => {
    for (let wait = 50; ; wait = Math.min(wait * 2, 2_000)) {
      try {
        return await call();
      } catch (error) {
        if (this.#gaveUp.signal.aborted) return null;
        if (wait === 50)
          this.#options.log.warn(
            { worker: this.#id, error: error as Error },
            'The store does not answer, trying again',
          );
        await sleep(wait, this.#gaveUp.signal);
      }
    }
  };

  /** Free slots and nothing ready: wait for a wake token, or for the next due time if nobody promotes. */
  #wait(): void {
    const hungry = this.#streams.filter((stream) => stream.empty);
    if (this.#waiting || hungry.length === 0 || this.#running >= this.#options.concurrency || !this.#waiter)
      return;
    this.#waiting = true;
    const { clock } = this.#options;
    const nextDue = Math.min(...hungry.map(({ nextDue: due }) => due ?? Number.POSITIVE_INFINITY));
    const timeout = Math.max(1, Math.min(LONGEST_WAIT, clock.until(nextDue) + PROMOTERS_TURN));
    this.#waiter
      .wait(
        hungry.map(({ queue }) => queue),
        this.#handlerNames,
        timeout,
      )
      .then(
        (woken) => {
          for (const stream of hungry) if (woken === null || stream.queue === woken) stream.empty = false;
        },
        async () => {
          // The connection reports itself; after a while we look for ourselves.
          await sleep(200, this.#gaveUp.signal);
          for (const stream of hungry) stream.empty = false;
        },
      )
      .then(() => {
        this.#waiting = false;
        if (this.#state === 'started') this.#schedule();
      });
  }

  #newLease(): Lease {
    const { store, leaseMs, log } = this.#options;
    return new Lease({
      leaseMs,
      log,
      holding: () => {
        if (this.#state === 'stopped') return [];
        const held = new Set([...this.#attempts].map(({ task }) => task.queue));
        for (const stream of this.#streams) if (!stream.idle) held.add(stream.queue);
        return [...held];
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
    this.#id = newId(this.#options.name);
    this.#streams = this.#streams.map(({ queue }) => new Stream(queue));
    this.#schedule();
  }
}

/** `<name>~<random>`: the name is only a label. */
function newId(name: string): string {
  return `${name}~${randomText(8)}`;
}
