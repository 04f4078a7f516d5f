/** One term in office: led until its deadline passes, somebody deposes it, or its lead returns. */

import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { after, sleep } from '../runtime/timers.js';
import type { LeavingWhy, Term } from '../store/contract/index.js';

/** deposed: told to go, or too late. left: the lead itself returned or threw. */
export type ReignOver = 'deposed' | 'left';

interface ReignOptions {
  /** Value of the lock it rests on. */
  value: string;
  /** Monotonic time until which the lock may be trusted. */
  deadline: number;
  term: Term;
  lead(term: Term, signal: AbortSignal): Promise<void>;
  /** Lets the lock go, and says why the term is over. */
  release(why: LeavingWhy): Promise<void>;
  log: Log;
}

/** In the words of the log. */
const ENDS: Readonly<Record<LeavingWhy['end'], string>> = {
  stopped: 'stopping',
  steppedDown: 'asked to',
  lockExpired: 'the lock ran out',
  lockLost: 'another node holds the lock',
  replaced: 'a later term is in office',
  dataLost: 'this term is not recorded any more',
  failed: 'the lead ended',
};

/** How long the lock waits for the lead to wind up, ms; later writes of the old term are fenced anyway. */
const WIND_UP = 200;

export class Reign {
  readonly value: string;
  /** Resolves when the lead has ended and the lock is let go. */
  readonly over: Promise<ReignOver>;
  readonly #options: ReignOptions;
  readonly #abort = new AbortController();
  #why: LeavingWhy = { end: 'failed' };
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

  depose(why: LeavingWhy): void {
    if (this.signal.aborted) return;
    this.#disarm();
    this.#why = why;
    const { log, term } = this.#options;
    const said = ENDS[why.end];
    const reason = why.by === undefined ? said : `${said} by ${why.by}`;
    log.info({ event: 'leader.left', term: term.number, reason }, 'stepping down');
    this.#abort.abort(new Error(reason));
  }

  /** Runs out even while a renewal hangs: nobody may lead on a lock that may have ended. */
  #arm(): () => void {
    return after(this.#deadline - mono(), () => this.depose({ end: 'lockExpired' }));
  }

  async #run(): Promise<ReignOver> {
    const { lead, term, log, release } = this.#options;
    log.info({ event: 'leader.elected', term: term.number }, 'elected leader');
    const wound = new AbortController();
    let end: ReignOver = 'deposed';
    const led = Promise.resolve()
      .then(() => lead(term, this.signal))
      .catch((error: unknown) => {
        log.error({ event: 'leader.failed', term: term.number, error }, 'the lead failed');
      })
      .then(() => {
        if (!this.signal.aborted) end = 'left';
        this.depose({ end: 'failed' });
        wound.abort();
      });
    await new Promise((resolve) => this.signal.addEventListener('abort', resolve, { once: true }));
    await sleep(WIND_UP, wound.signal);
    await release(this.#why);
    await led;
    return end;
  }
}
