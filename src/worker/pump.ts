/** Carries out the turns of a worker: sends what they say, waits for whom they say, runs what comes back. */

import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { type Loop, startLoop } from '../runtime/loop.js';
import { sleep } from '../runtime/timers.js';
import type { ClaimedTask, Store, Waiter } from '../store/contract/index.js';
import { LONGEST_WAIT } from '../store/contract/road.js';
import { Account, type AccountOptions } from './account.js';
import { Attempt, type Ending } from './attempt.js';
import type { Handlers } from './handlers.js';
import type { LeaseKeeper } from './keeper.js';
import { retryUntilAnswered } from './retry.js';
import type { RunFacts } from './run-facts.js';
import { Stops } from './stops.js';
import { type Turn, turn, type Waiting } from './turn.js';

/** After a wait that failed, look for ourselves (ms). */
const AFTER_FAULT = 200;
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
  readonly #accountOptions: AccountOptions;
  readonly #stops: Stops;
  readonly #loop: Loop;
  readonly #gaveUp = new AbortController();
  /** One for each queue, and those that were lost while they have endings to tell. */
  #accounts: Account[];
  #worker: string;
  #waiter: Waiter | null;
  #state: 'claiming' | 'draining' | 'over' = 'claiming';
  #running = 0;
  #next = 0;
  #lookedAt = mono();
  #waiting: Waiting = 'none';
  #interrupted = false;

  constructor(options: PumpOptions) {
    const { queues, worker, store, log, handlers, leaseMs, killAfterMs, keeper } = options;
    this.#options = options;
    this.#worker = worker;
    this.#accountOptions = {
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
    this.#accounts = queues.map((queue) => new Account(queue, worker, this.#accountOptions));
    this.#waiter = store.waiter();
    this.#stops = new Stops(store, () => this.#accounts, this.#gaveUp.signal);
    // All endings of one callback travel in one call; a lost wake-up costs nothing, because every turn says until when.
    const maxDelay = Number.POSITIVE_INFINITY;
    this.#loop = startLoop('worker', () => this.#turn(), { log, maxDelay, prompt: true });
  }

  /** Handlers running now. */
  get running(): number {
    return this.#running;
  }

  /** Queue and worker id of everything that has a lease. */
  get leases(): { queue: string; worker: string }[] {
    return this.#accounts.filter(({ closed }) => !closed).map(({ queue, worker }) => ({ queue, worker }));
  }

  /** Attempts whose ending is not known. */
  get attempts(): Attempt[] {
    return this.#accounts.flatMap(({ attempts }) => [...attempts]);
  }

  add(queue: string): void {
    if (this.#accounts.some((account) => account.queue === queue)) return;
    this.#accounts.push(new Account(queue, this.#worker, this.#accountOptions));
    this.#stops.changed();
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
    this.#waiter?.close();
    this.#waiter = null;
    for (const account of this.#accounts) account.stop();
    this.#loop.stop().catch(this.#broken);
  }

  #turn(): number {
    const claiming = this.#state === 'claiming';
    const plan = turn({
      now: mono(),
      queues: this.#accounts,
      claiming,
      concurrency: this.#options.concurrency,
      running: this.#running,
      next: this.#next,
      lookedAt: this.#lookedAt,
      waiting: this.#waiting,
    });
    this.#next = plan.next;
    this.#lookedAt = plan.lookedAt;
    this.#carryOut(plan);
    if (!claiming) this.#settleDown();
    return plan.until - mono();
  }

  #carryOut({ send, settle, giveBack, wait, interrupt }: Turn<Account>): void {
    for (const account of settle) {
      account
        .flush()
        .then((lost) => this.#refused(account, lost))
        .catch(this.#broken)
        .finally(() => this.#answered(account))
        .catch(this.#broken);
    }
    for (const { queue, want } of send) this.#claim(queue, want).catch(this.#broken);
    for (const account of giveBack) {
      account.owesToken = false;
      this.#waiter?.giveBack(account.queue).catch(this.#broken);
    }
    if (wait && this.#waiter) this.#wait(this.#waiter, wait);
    if (interrupt) this.#interrupt();
  }

  /** Draining: accounts that were lost go when they have told everything. */
  #settleDown(): void {
    if (this.#waiting !== 'none') this.#interrupt();
    else if (this.#accounts.every(({ idle, attempts }) => idle && attempts.size === 0))
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
      this.#answered(account);
    }
  }

  #take(account: Account, tasks: readonly ClaimedTask[]): void {
    if (account.closed || this.#state !== 'claiming' || !account.leaseStands) {
      for (const task of tasks) this.#handBack(account, task, { to: 'head' });
      return;
    }
    account.keepLease();
    const facts = account.factsFor(tasks);
    for (const task of tasks) this.#run(account, task, facts?.(task));
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
    const now = account.clock.now();
    const { id, token, attempt, firstStartedAt } = task;
    const outcome = 'released' as const;
    const record = { attempt, worker: account.worker, startedAt: now, finishedAt: now, outcome };
    const first = firstStartedAt === undefined ? {} : { firstStartedAt };
    account.settle({ id, token, record, failure: false, next, ...first });
  }

  #refused(account: Account, lost: readonly string[]): void {
    if (lost.length === 0) return;
    const { queue, worker } = account;
    const told = { worker, queue, tasks: lost.slice(0, 10), count: lost.length };
    this.#options.log.warn(told, 'Endings refused: these tasks had been taken back from this worker');
    // One task may have been taken back alone; whether all of them were, the lease says.
    account.checkLease();
  }

  /** Others may run what this account holds. A new one takes its place, so that nothing of before is mistaken for it. */
  #lost(account: Account): void {
    if (account.closed) return;
    const { queue, worker, attempts } = account;
    this.#options.log.warn(
      { worker, queue, running: attempts.size },
      'The lease was lost; what ran under it is told to stop',
    );
    account.stop();
    const disowned = [...attempts];
    attempts.clear();
    this.#worker = this.#options.renamed();
    // Where nothing is held the new id counts at once: a worker goes by one id as far as possible.
    for (const other of [...this.#accounts]) {
      if (!other.closed && !other.holds && other.idle) this.#replace(other);
    }
    this.#replace(account);
    this.#stops.changed();
    for (const attempt of disowned) attempt.disown(new Error('the lease was lost'));
    this.#loop.wake();
  }

  #replace(account: Account): void {
    account.stop();
    const at = this.#accounts.indexOf(account);
    this.#accounts[at] = new Account(account.queue, this.#worker, this.#accountOptions);
    // What had ended before still tries to be recorded; whether it counts is the store's to say.
    if (!account.idle) this.#accounts.push(account);
  }

  #answered(account: Account): void {
    if (account.closed && account.idle) this.#accounts = this.#accounts.filter((one) => one !== account);
    this.#loop.wake();
  }

  readonly #broken = (error: unknown): void => {
    this.#options.log.error({ worker: this.#worker, error: error as Error }, 'A call to the store failed');
  };

  /** A token that the wait has taken is answered all the same, so none gets lost. */
  #interrupt(): void {
    if (this.#interrupted) return;
    this.#interrupted = true;
    this.#waiter?.interrupt().catch(this.#broken);
  }

  #wait(waiter: Waiter, accounts: readonly Account[]): void {
    this.#waiting = accounts.length < this.#accounts.length ? 'some' : 'all';
    this.#interrupted = false;
    const woken = (queue: string | null): void => {
      const account = this.#accounts.find((one) => one.queue === queue && !one.closed);
      if (!account) return;
      account.wake();
      account.owesToken = true;
    };
    const failed = async (): Promise<void> => {
      // The connection reports its own faults; what was told meanwhile is lost.
      await sleep(AFTER_FAULT, this.#gaveUp.signal);
      for (const account of accounts) account.wake();
    };
    const queues = accounts.map(({ queue }) => queue);
    waiter
      .wait(queues, this.#accountOptions.handlers, LONGEST_WAIT)
      .then(woken, failed)
      .finally(() => {
        this.#waiting = 'none';
        this.#loop.wake();
      })
      .catch(this.#broken);
  }
}
