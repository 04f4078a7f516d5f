/** One term in office: led until its deadline passes, somebody deposes it, or its lead returns. */

import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { after, sleep } from '../runtime/timers.js';
import type { Term } from '../store/contract/index.js';

/** deposed: told to go, or too late. left: the lead itself returned or threw. */
export type ReignEnd = 'deposed' | 'left';

interface ReignOptions {
  /** Value of the lock it rests on. */
  value: string;
  /** Monotonic time until which the lock may be trusted. */
  deadline: number;
  term: Term;
  lead(term: Term, signal: AbortSignal): Promise<void>;
  release(): Promise<void>;
  log: Log;
}

/** How long the lock waits for the lead to wind up, ms; later writes of the old term are fenced anyway. */
const WIND_UP = 200;

export class Reign {
  readonly value: string;
  /** Resolves when the lead has ended and the lock is let go. */
  readonly over: Promise<ReignEnd>;
  readonly #options: ReignOptions;
  readonly #abort = new AbortController();
  #deadline: number;
  #disarm: () => void;

  constructor(options: ReignOptions) {
    this.#options = options;
    this.value = options.value;
    this.#deadline = options.deadline;
    this.#disarm = this.#arm();
    this.over = this.#run();
  }

  get term(): Term {
    return this.#options.term;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get deadline(): number {
    return this.#deadline;
  }

  /** The lock was renewed. */
  extend(deadline: number): void {
    if (this.signal.aborted) return;
    this.#deadline = deadline;
    this.#disarm();
    this.#disarm = this.#arm();
  }

  depose(reason: string): void {
    if (this.signal.aborted) return;
    this.#disarm();
    const { log, term } = this.#options;
    log.info({ term: term.number, reason }, 'stepping down');
    this.#abort.abort(new Error(reason));
  }

  /** Runs out even while a renewal hangs: nobody may lead on a lock that may have ended. */
  #arm(): () => void {
    return after(this.#deadline - mono(), () => this.depose('the lock ran out'));
  }

  async #run(): Promise<ReignEnd> {
    const { lead, term, log, release } = this.#options;
    log.info({ term: term.number }, 'elected leader');
    const wound = new AbortController();
    let end: ReignEnd = 'deposed';
    const led = Promise.resolve()
      .then(() => lead(term, this.signal))
      .catch((error: unknown) => {
        log.error({ term: term.number, error }, 'the lead failed');
      })
      .then(() => {
        if (!this.signal.aborted) end = 'left';
        this.depose('the lead ended');
        wound.abort();
      });
    await new Promise((resolve) => this.signal.addEventListener('abort', resolve, { once: true }));
    await sleep(WIND_UP, wound.signal);
    await release();
    await led;
    return end;
  }
}
