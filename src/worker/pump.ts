/** Keeps a worker's slots filled: sends endings and claims for each queue, and waits when nothing is ready. */

import { mono, type RedisClock } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { seldom } from '../runtime/seldom.js';
import { sleep } from '../runtime/timers.js';
import type { ClaimedTask, Completion, Settlement, Store, Waiter } from '../store/contract/index.js';
import { type ClaimResult, type Retry, Stream } from './stream.js';

/** Waits no longer than this for a wake-up (ms); then it looks for itself. */
const LONGEST_WAIT = 2_000;
/** A due task is the promoter's for this long; then a waiting worker looks for it (ms). */
const PROMOTERS_TURN = 50;
/** From so many slots on, two claims of half of them beat one of all: below, each would cost more than it saves (bench/). */
const WORTH_HALVING = 100;
/** After a wait that failed, look for ourselves (ms). */
const AFTER_FAULT = 200;

export interface PumpOptions {
  store: Store;
  clock: RedisClock;
  log: Log;
  worker: string;
  queues: readonly string[];
  handlers: readonly string[];
  concurrency: number;
  leaseMs: number;
  /** Slots in use. */
  running: () => number;
  /** Tasks, and when their lease was set (monotonic ms). */
  claimed: (tasks: ClaimedTask[], leaseSetAt: number) => void;
  /** The store says that this worker no longer has what it claimed. */
  reaped: () => void;
  /** Called when nothing is left to send after `drain`. */
  drained: () => void;
}

/** One pump serves one worker id; a worker that lost its lease gets a new one. */
export class Pump {
  readonly #options: PumpOptions;
  readonly #streams: Stream[];
  readonly #half: number;
  readonly #gaveUp = new AbortController();
  readonly #mayLog = seldom(30_000);
  #waiter: Waiter | null;
  #state: 'claiming' | 'draining' | 'over' = 'claiming';
  #rotation = 0;
  #scheduled = false;
  #waiting = false;

  constructor(options: PumpOptions) {
    this.#options = options;
    this.#streams = options.queues.map((queue) => new Stream(queue));
    this.#waiter = options.store.waiter();
    const { concurrency } = options;
    // With many slots a claim asks for half of them: while the store works on one half, the other runs here.
    this.#half = concurrency >= WORTH_HALVING ? Math.ceil(concurrency / 2) : concurrency;
    this.schedule();
  }

  add(queue: string): void {
    if (this.#streams.some((stream) => stream.queue === queue)) return;
    this.#streams.push(new Stream(queue));
    this.schedule();
  }

  complete(queue: string, completion: Completion): void {
    this.#stream(queue)?.complete(completion);
    this.schedule();
  }

  settle(queue: string, settlement: Settlement): void {
    this.#stream(queue)?.settle(settlement);
    this.schedule();
  }

  #stream(queue: string): Stream | undefined {
    return this.#streams.find((stream) => stream.queue === queue);
  }

  get queues(): string[] {
    return this.#streams.map(({ queue }) => queue);
  }

  /** Queues with endings on their way: what they end is still held. */
  get ending(): string[] {
    return this.#streams.filter((stream) => stream.ending).map(({ queue }) => queue);
  }

  /** Nothing is left to send. */
  get idle(): boolean {
    return this.#streams.every((stream) => stream.idle);
  }

  /** Claims nothing more; `drained` is called once all endings are recorded. */
  drain(): void {
    if (this.#state === 'claiming') this.#state = 'draining';
    this.#closeWaiter();
    this.schedule();
  }

  /** Stops for good; what is still on its way is left to its fate. */
  abandon(): void {
    this.#state = 'over';
    this.#gaveUp.abort();
    this.#closeWaiter();
  }

  #closeWaiter(): void {
    this.#waiter?.close();
    this.#waiter = null;
  }

  /** All endings of one turn of the event loop travel in one call. */
  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    process.nextTick(this.#next);
  }

  readonly #next = (): void => {
    this.#scheduled = false;
    this.#turn();
  };

  #turn(): void {
    if (this.#state === 'over') return;
    for (let i = 0; i < this.#streams.length; i++) {
      const stream = this.#streams[(this.#rotation + i) % this.#streams.length];
      if (stream) this.#serve(stream);
    }
    this.#rotation += 1;
    if (this.#state === 'claiming') this.#wait();
    else if (this.idle) this.#options.drained();
  }

  #serve(stream: Stream): void {
    const { store, worker } = this.#options;
    const flushed = stream.flush(store, worker, this.#retry);
    flushed
      ?.then((lost) => this.#refused(lost))
      .catch(this.#broken)
      .finally(() => this.schedule())
      .catch(this.#broken);
    while (stream.free) {
      const want = this.#want(stream);
      if (want === 0 && stream.completions === 0) return;
      // A second claim under way must be worth its round trip.
      if (stream.claiming > 0 && Math.max(want, stream.completions) < this.#half / 2) return;
      this.#claim(stream, want).catch(this.#broken);
    }
  }

  async #claim(stream: Stream, want: number): Promise<void> {
    const { store, worker, handlers, leaseMs } = this.#options;
    try {
      this.#claimed(await stream.claim(store, worker, handlers, want, leaseMs, this.#retry));
    } catch (error) {
      this.#broken(error);
    }
    this.schedule();
  }

  #want(stream: Stream): number {
    if (this.#state !== 'claiming' || stream.empty) return 0;
    let free = this.#options.concurrency - this.#options.running();
    for (const other of this.#streams) free -= other.asking;
    return Math.max(0, Math.min(1_000, this.#half, free));
  }

  #claimed({ tasks, leaseSetAt, lost, reaped }: ClaimResult): void {
    this.#refused(lost);
    const claiming = this.#state === 'claiming';
    // An answer older than the lease, as after the process was stopped: others may be running these by now.
    const inTime = mono() < leaseSetAt + this.#options.leaseMs;
    if (claiming && inTime && tasks.length > 0) this.#options.claimed(tasks, leaseSetAt);
    else this.#handBack(tasks);
    if (claiming && reaped) this.#options.reaped();
  }

  /** Nobody here will run them, so they go back as they were. */
  #handBack(tasks: readonly ClaimedTask[]): void {
    for (const task of tasks) {
      const now = this.#options.clock.now();
      const { id, token, attempt } = task;
      const record = {
        attempt,
        worker: this.#options.worker,
        startedAt: now,
        finishedAt: now,
        outcome: 'released' as const,
      };
      this.settle(task.queue, { id, token, record, failure: false, next: { to: 'head' } });
    }
  }

  #refused(lost: readonly string[]): void {
    if (lost.length === 0) return;
    this.#options.log.warn(
      { worker: this.#options.worker, tasks: lost.slice(0, 10), count: lost.length },
      'Endings refused: these tasks had been taken back from this worker',
    );
    if (this.#state === 'claiming') this.#options.reaped();
  }

  readonly #broken = (error: unknown): void => {
    this.#options.log.error(
      { worker: this.#options.worker, error: error as Error },
      'A call to the store failed',
    );
  };

  /** A call is repeated until it is answered: each is idempotent, and its tasks or endings must not be forgotten. */
  readonly #retry: Retry = async (call, error) => {
    let fault = error;
    for (let wait = 50; ; wait = Math.min(wait * 2, 2_000)) {
      if (this.#gaveUp.signal.aborted) return null;
      if (this.#mayLog()) {
        this.#options.log.warn(
          { worker: this.#options.worker, error: fault as Error },
          'The store does not answer, trying again',
        );
      }
      await sleep(wait, this.#gaveUp.signal);
      if (this.#gaveUp.signal.aborted) return null;
      try {
        return await call();
      } catch (again) {
        fault = again;
      }
    }
  };

  /** Free slots and nothing ready: wait for a wake token, or for the next due time if nobody promotes. */
  #wait(): void {
    const { clock, concurrency, running, handlers } = this.#options;
    if (this.#waiting || !this.#waiter || running() >= concurrency) return;
    if (!this.#streams.some((stream) => stream.empty)) return;
    const hungry = this.#streams.filter((stream) => stream.empty);
    this.#waiting = true;
    const nextDue = Math.min(...hungry.map(({ nextDue: due }) => due ?? Number.POSITIVE_INFINITY));
    const timeout = Math.max(1, Math.min(LONGEST_WAIT, clock.until(nextDue) + PROMOTERS_TURN));
    const queues = hungry.map(({ queue }) => queue);
    const look = (woken: string | null): void => {
      for (const stream of hungry) if (woken === null || stream.queue === woken) stream.wake();
    };
    this.#waiter
      .wait(queues, handlers, timeout)
      .then(look, async () => {
        // The connection reports its own faults.
        await sleep(AFTER_FAULT, this.#gaveUp.signal);
        look(null);
      })
      .then(() => {
        this.#waiting = false;
        this.schedule();
      })
      .catch(this.#broken);
  }
}
