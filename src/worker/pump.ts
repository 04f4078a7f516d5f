/** Carries out the turns of a worker: sends what they say, waits for whom they say, runs what comes back. */

import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { type Loop, startLoop } from '../runtime/loop.js';
import type { ClaimedTask, Store } from '../store/contract/index.js';
import type { Account, AccountOptions } from './account.js';
import { Accounts } from './accounts.js';
import { Attempt, type Ending } from './attempt.js';
import { handedBack } from './hand-back.js';
import type { Handlers } from './handlers.js';
import type { LeaseKeeper } from './keeper.js';
import { Listening } from './listening.js';
import { retryUntilAnswered } from './retry.js';
import type { RunFacts } from './run-facts.js';
import { Stops } from './stops.js';
import { type Turn, turn } from './turn.js';

/** A task that nobody here can run goes back and is left to others for this long (ms). */
const LEFT_TO_OTHERS = 1_000;

export interface PumpOptions {
  store: Store;
  log: Log;
  queues: readonly string[];
  handlers: Handlers;
  concurrency: number;
  leaseMs: number;
  killAfterMs: number;
  keeper: LeaseKeeper;
  worker: string;
  /** Runs an attempt; for whoever must know later what ran in it. */
  within?: ((attempt: Attempt, run: () => void) => void) | undefined;
  /** A new worker id, because what was held under the former one in a queue was lost. */
  renamed: () => string;
  ended: (ending: Ending) => void;
  /** A handler has returned or thrown. */
  freed: (attempt: Attempt) => void;
  /** Called when nothing is left to send after `drain`. */
  drained: () => void;
}

export class Pump {
  readonly #options: PumpOptions;
  readonly #stops: Stops;
  readonly #loop: Loop;
  readonly #gaveUp = new AbortController();
  readonly #accounts: Accounts;
  readonly #listening: Listening;
  #state: 'claiming' | 'draining' | 'over' = 'claiming';
  #running = 0;
  #next = 0;
  #lookedAt = mono();
  #concurrency: number;
  #quiet = false;

  constructor(options: PumpOptions) {
    const { queues, worker, store, log, handlers, leaseMs, killAfterMs, keeper } = options;
    this.#options = options;
    this.#concurrency = options.concurrency;
    const accountOptions: AccountOptions = {
      ...{ store, log, leaseMs, killAfterMs, keeper, handlers: Object.keys(handlers) },
      retry: retryUntilAnswered(log, this.#gaveUp.signal),
      ended: (account, attempt, ending) => {
        // Its ending is on its way: the end of the process need not wait for a handler that does not stop.
        if (this.#state === 'draining') account.attempts.delete(attempt);
        options.ended(ending);
        this.#loop.wake();
      },
      freed: (attempt) => {
        this.#running -= 1;
        options.freed(attempt);
        this.#loop.wake();
      },
      lost: (account) => this.#lost(account),
    };
    this.#accounts = new Accounts(queues, worker, accountOptions);
    this.#listening = new Listening(store, {
      handlers: accountOptions.handlers,
      over: this.#gaveUp.signal,
      token: (queue) => this.#token(queue),
      ended: () => this.#loop.wake(),
      broken: this.#broken,
    });
    this.#stops = new Stops(store, () => this.#accounts.all, this.#gaveUp.signal);
    // All endings of one callback travel in one call; a lost wake-up costs nothing, because every turn says until when.
    const maxDelay = Number.POSITIVE_INFINITY;
    this.#loop = startLoop('worker', () => this.#turn(), { log, maxDelay, prompt: true });
  }

  /** Handlers running now. */
  get running(): number {
    return this.#running;
  }

  /** Queue and worker id of everything that may have a lease, also after the end. */
  get leases(): { queue: string; worker: string }[] {
    const all = this.#accounts.all.filter(({ lost }) => !lost);
    return all.map(({ queue, worker }) => ({ queue, worker }));
  }

  /** Attempts whose ending is not known. */
  get attempts(): Attempt[] {
    return this.#accounts.attempts;
  }

  /** Takes part in it; in one that was removed and still has something running, again. */
  add(queue: string): void {
    if (this.#accounts.of(queue)?.closed === false) return;
    this.#accounts.add(queue);
    this.#changed();
  }

  /** Claims nothing more of it; what runs goes on under its lease. */
  remove(queue: string): void {
    this.#accounts.of(queue)?.close();
    this.#changed();
  }

  /** Claims nothing until it is told otherwise; what runs goes on. */
  set quiet(quiet: boolean) {
    this.#quiet = quiet;
    for (const account of this.#accounts.all) account.wake();
    this.#changed();
  }

  /** With fewer slots than handlers run, nothing is claimed until enough of them have ended. */
  set concurrency(slots: number) {
    this.#concurrency = slots;
    this.#changed();
  }

  /** Queues that it claims from, unless it is quiet. */
  get queues(): string[] {
    return this.#accounts.open.map(({ queue }) => queue);
  }

  #changed(): void {
    this.#stops.changed();
    this.#listening.interrupt();
    this.#loop.wake();
  }

  /** Claims nothing more; `drained` is called once all endings are recorded. */
  drain(): void {
    if (this.#state === 'claiming') this.#state = 'draining';
    this.#loop.wake();
  }

  /** Stops for good, without waiting for the answers to calls that are under way. */
  abandon(): void {
    this.#state = 'over';
    this.#gaveUp.abort();
    for (const account of this.#accounts.all) account.stop();
    this.#loop.stop().catch(this.#broken);
  }

  #turn(): number {
    for (const { owesToken, queue } of this.#accounts.dropOver())
      if (owesToken) this.#listening.giveBack(queue);
    const claiming = this.#claims;
    const plan = turn({
      now: mono(),
      queues: this.#accounts.all,
      claiming,
      concurrency: this.#concurrency,
      running: this.#running,
      next: this.#next,
      lookedAt: this.#lookedAt,
      waiting: this.#listening.waiting,
    });
    this.#next = plan.next;
    this.#lookedAt = plan.lookedAt;
    this.#carryOut(plan);
    if (!claiming) this.#listening.interrupt();
    if (this.#state !== 'claiming') this.#settleDown();
    return plan.until - mono();
  }

  #carryOut({ send, settle, giveBack, wait, interrupt }: Turn<Account>): void {
    for (const account of settle) {
      account
        .flush()
        .then((lost) => this.#refused(account, lost))
        .catch(this.#broken)
        .finally(() => this.#loop.wake())
        .catch(this.#broken);
    }
    for (const { queue, want } of send) this.#claim(queue, want).catch(this.#broken);
    for (const account of giveBack) {
      account.owesToken = false;
      this.#listening.giveBack(account.queue);
    }
    if (wait) this.#listening.wait(wait, wait.length === this.#accounts.open.length);
    if (interrupt) this.#listening.interrupt();
  }

  /** Draining: accounts that were lost go when they have told everything. */
  #settleDown(): void {
    if (this.#listening.waiting !== 'none') return;
    if (this.#accounts.all.every(({ idle, attempts }) => idle && attempts.size === 0))
      this.#options.drained();
  }

  async #claim(account: Account, want: number): Promise<void> {
    try {
      const answer = await account.claim(want);
      if (answer === null) return;
      this.#refused(account, answer.lost);
      const { tasks, reaped } = answer.reply;
      if (tasks.length > 0) this.#take(account, tasks);
      if (reaped) this.#lost(account);
    } finally {
      this.#loop.wake();
    }
  }

  #take(account: Account, tasks: readonly ClaimedTask[]): void {
    if (account.closed || !this.#claims || !account.leaseStands) {
      for (const task of tasks) this.#handBack(account, task, { to: 'head' });
      return;
    }
    account.keepLease();
    const facts = account.factsFor(tasks);
    // With fewer slots by now than were asked for, what does not fit goes back.
    const room = this.#concurrency - this.#running;
    for (const [at, task] of tasks.entries()) {
      if (at < room) this.#run(account, task, facts?.(task));
      else this.#handBack(account, task, { to: 'head' });
    }
  }

  #run(account: Account, task: ClaimedTask, facts?: Promise<RunFacts | null>): void {
    const handler = this.#options.handlers[task.handler];
    if (!handler) {
      // Another release may have written it. At the head of its list it would come back here at once.
      const due = account.clock.now() + LEFT_TO_OTHERS;
      this.#handBack(account, task, { to: 'retry', due });
      return;
    }
    const attempt = new Attempt(task, account);
    account.attempts.add(attempt);
    this.#running += 1;
    this.#stops.began();
    const { within } = this.#options;
    if (within) within(attempt, () => attempt.run(handler, facts).catch(this.#broken));
    else attempt.run(handler, facts).catch(this.#broken);
  }

  /** Nobody here will run it, so it goes back as it was. */
  #handBack(account: Account, task: ClaimedTask, next: { to: 'head' } | { to: 'retry'; due: number }): void {
    account.settle(handedBack(task, account.worker, account.clock.now(), next));
  }

  #refused(account: Account, lost: readonly string[]): void {
    if (lost.length === 0) return;
    const { queue, worker } = account;
    const told = { worker, queue, tasks: lost.slice(0, 10), count: lost.length };
    this.#options.log.warn(
      { event: 'task.taken', ...told },
      'Endings refused: these tasks had been taken back from this worker',
    );
    // One task may have been taken back alone; whether all of them were, the lease says.
    account.checkLease();
  }

  /** Others may run what this account holds. A new one takes its place, so that nothing of before is mistaken for it. */
  #lost(account: Account): void {
    if (account.lost || this.#state === 'over') return;
    const { queue, worker, attempts } = account;
    this.#options.log.warn(
      { event: 'lease.lost', worker, queue, running: attempts.size },
      'The lease was lost; what ran under it is told to stop',
    );
    const disowned = this.#accounts.lose(account, this.#options.renamed());
    this.#stops.changed();
    for (const attempt of disowned) attempt.disown(new Error('the lease was lost'));
    this.#loop.wake();
  }

  readonly #broken = (error: unknown): void => {
    this.#options.log.error({ event: 'store.failed', error: error as Error }, 'A call to the store failed');
  };

  #token(queue: string): void {
    const account = this.#accounts.of(queue);
    if (!account) {
      this.#listening.giveBack(queue);
      return;
    }
    account.wake();
    account.owesToken = true;
  }

  /** Whether it takes tasks at present. */
  get #claims(): boolean {
    return this.#state === 'claiming' && !this.#quiet;
  }
}
