/** One queue under one worker id: the claims and endings on their way, the lease, and what a turn must know of it. */

import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import type {
  ClaimedTask,
  ClaimReply,
  Settlement,
  StopRequest,
  Store,
  StoreClock,
} from '../store/contract/index.js';
import { occurrenceOf } from '../tasks/view.js';
import { Apart } from './apart.js';
import type { Attempt, AttemptHost, Ending } from './attempt.js';
import type { LeaseKeeper } from './keeper.js';
import { Lease } from './lease.js';
import { portion } from './portion.js';
import { type Completing, refused, type Settling, tellRecorded } from './recorded.js';
import { Reports } from './reports.js';
import { ResultLimit } from './result-limit.js';
import type { Retry } from './retry.js';
import { loadTelling, type RunFacts } from './run-facts.js';
import { type QueueView, WINDOWS } from './turn.js';

/** A due task is the promoter's for this long; then a worker with a free slot looks for it (ms). */
const PROMOTERS_TURN = 50;
/** An empty queue is looked at by itself after the first, then ever more rarely, at the longest after the second (ms). */
const FIRST_REST = 2_000;
const LONGEST_REST = 10_000;

export interface AccountOptions {
  store: Store;
  log: Log;
  handlers: readonly string[];
  leaseMs: number;
  killAfterMs: number;
  keeper: LeaseKeeper;
  /** Runs a call that failed until the store answers; null when nobody waits for the answer any more. */
  retry: Retry;
  ended(account: Account, attempt: Attempt, ending: Ending): void;
  freed(attempt: Attempt): void;
  /** The lease is over: others may run what this account holds. */
  lost(account: Account): void;
}

export class Account implements QueueView, AttemptHost {
  readonly queue: string;
  readonly worker: string;
  readonly clock: StoreClock;
  readonly log: Log;
  readonly store: Store;
  readonly killAfterMs: number;
  readonly keeper: LeaseKeeper;
  readonly reports: Reports;
  readonly resultLimit: () => number | Promise<number>;
  readonly attempts = new Set<Attempt>();
  closed = false;
  /** Its lease is over, and another account takes its place. */
  lost = false;
  empty = false;
  dueAt = Number.POSITIVE_INFINITY;
  lookAt = Number.POSITIVE_INFINITY;
  owesToken = false;
  asking = 0;
  claiming = 0;
  settling = false;
  readonly #options: AccountOptions;
  readonly #lease: Lease;
  #rest = FIRST_REST;
  /** Wake-ups seen; a look that began before one says nothing about after it. */
  #wakes = 0;
  /** When a claim last set the lease, monotonic ms. */
  #leaseSetAt = Number.NEGATIVE_INFINITY;
  #completions: Completing[] = [];
  #settlements: Settling[] = [];
  readonly #nonces = [0, 1];
  readonly #busy = [false, false];
  readonly #apart = new Apart();
  /** Endings in calls under way. */
  #sending = 0;

  constructor(queue: string, worker: string, options: AccountOptions) {
    this.queue = queue;
    this.worker = worker;
    this.#options = options;
    const { log, leaseMs, store, keeper, lost } = options;
    this.clock = store.clock(queue);
    // Whoever needs it is told when it fails.
    loadTelling().catch(() => {});
    this.log = log;
    this.store = store;
    this.killAfterMs = options.killAfterMs;
    this.keeper = options.keeper;
    this.reports = new Reports({ queue, worker, store, log });
    const limit = new ResultLimit(store, queue);
    this.resultLimit = () => limit.read();
    this.#lease = new Lease({
      leaseMs,
      log,
      holds: () => this.holds,
      beat: () => store.beat(queue, worker, leaseMs),
      lost: () => lost(this),
      stop: (requests) => this.#stopThose(requests),
      keep: (ends) => keeper.keep(queue, worker, ends),
    });
  }

  get completions(): number {
    return this.#completions.length;
  }

  get settlements(): number {
    return this.#settlements.length;
  }

  /** Endings are waiting or on their way. */
  get #ending(): boolean {
    return this.#completions.length + this.#settlements.length + this.#sending > 0;
  }

  /** Something in the store is this account's; what ends is so until the ending is recorded. */
  get holds(): boolean {
    return this.attempts.size > 0 || this.#ending;
  }

  /** Nothing is left to send, and no answer is awaited. */
  get idle(): boolean {
    return !this.#ending && this.claiming === 0;
  }

  ended(attempt: Attempt, ending: Ending): void {
    if (ending.kind === 'settle') this.#settlements.push({ ...ending.settlement, task: ending.task });
    else this.#completions.push(ending);
    this.#options.ended(this, attempt, ending);
  }

  freed(attempt: Attempt): void {
    this.attempts.delete(attempt);
    this.#options.freed(attempt);
  }

  settle(settlement: Settlement): void {
    this.#settlements.push(settlement);
  }

  /** Something may be ready. */
  wake(): void {
    this.#wakes += 1;
    this.empty = false;
  }

  /** Claims nothing more; what has ended is still told. */
  close(): void {
    this.closed = true;
  }

  /** Claims again after it was closed. */
  reopen(): void {
    this.closed = false;
    this.wake();
  }

  /** The lease lapses by itself from now on, and nobody is told. */
  stop(): void {
    this.close();
    this.#lease.stop();
  }

  /** Asks at once whether the lease stands. */
  checkLease(): void {
    this.#lease.check();
  }

  /** Tasks are being handed to handlers: the lease that their claim has set counts from now on. */
  keepLease(): void {
    this.#lease.renewed(this.#leaseSetAt);
  }

  /** An answer older than the lease, as after the process was stopped: others may be running its tasks by now. */
  get leaseStands(): boolean {
    return this.#lease.stands || mono() < this.#leaseSetAt + this.#options.leaseMs;
  }

  /** Where there are runs of schedules among them: what each is to be told, asked for once; null when nobody waits. */
  factsFor(
    tasks: readonly ClaimedTask[],
  ): ((task: ClaimedTask) => Promise<RunFacts | null> | undefined) | null {
    const schedules = [...new Set(tasks.flatMap(({ id }) => occurrenceOf(id)?.id ?? []))];
    if (schedules.length === 0) return null;
    const { store, retry } = this.#options;
    const ask = () => store.scheduleFacts(this.queue, schedules);
    const asked = Promise.all([ask().catch((error: unknown) => retry(ask, error)), loadTelling()]);
    return ({ id }) => {
      const at = schedules.indexOf(occurrenceOf(id)?.id ?? '');
      return at < 0
        ? undefined
        : asked.then(([facts, tell]) => {
            const one = facts?.[at];
            return one ? { ...one, tell } : null;
          });
    };
  }

  #stopThose(requests: readonly StopRequest[]): void {
    const reasons = new Map(requests.map(({ id, reason }) => [id, reason]));
    for (const attempt of this.attempts) {
      const { id } = attempt.task;
      if (reasons.has(id)) attempt.cancel(reasons.get(id));
    }
  }

  /** Something has run here for longer than this, ms. */
  runsSince(ms: number): boolean {
    const now = mono();
    for (const { begunAt } of this.attempts) if (now - begunAt >= ms) return true;
    return false;
  }

  /** Sends all completions and asks for `want` tasks; null when nobody waits for an answer any more. */
  async claim(want: number): Promise<{ reply: ClaimReply; lost: readonly string[] } | null> {
    const { store, handlers, leaseMs, retry } = this.#options;
    const window = this.#busy[0] ? 1 : 0;
    this.#busy[window] = true;
    this.claiming += 1;
    this.asking += want;
    if (want > 0) this.owesToken = false;
    const wakes = this.#wakes;
    const completions = portion(this.#completions);
    if (completions === this.#completions) this.#completions = [];
    this.#sending += completions.length;
    const nonce = (this.#nonces[window] ?? window) + WINDOWS;
    this.#nonces[window] = nonce;
    let sentAt = 0;
    let leaseStands = false;
    const send = (): Promise<ClaimReply> => {
      sentAt = mono();
      // Set a moment ago it stands; setting it anew each time would be a tenth of a claim's cost.
      leaseStands = sentAt - this.#leaseSetAt < leaseMs / 8;
      const { queue, worker } = this;
      return store.claim(queue, { worker, nonce, want, handlers, leaseMs, leaseStands, completions });
    };
    let reply: ClaimReply | null;
    try {
      try {
        reply = await send();
      } catch (error) {
        reply = await retry(send, error);
      }
      await this.#apart.turn(this.claiming > 1);
    } finally {
      this.#busy[window] = false;
      this.claiming -= 1;
      this.#sending -= completions.length;
      this.asking -= want;
    }
    if (reply === null) return null;
    tellRecorded(store.observed, completions, reply.endings);
    const { tasks } = reply;
    if (tasks.length > 0) store.observed.tasksClaimed(this.queue, this.worker, tasks, sentAt);
    if (tasks.length > 0 && !leaseStands) this.#leaseSetAt = sentAt;
    if (want > 0) this.#looked(reply, want, wakes === this.#wakes);
    return { reply, lost: refused(completions, reply.endings) };
  }

  #looked({ tasks, nextDue, more }: ClaimReply, want: number, undisturbed: boolean): void {
    if (tasks.length > 0) this.#rest = FIRST_REST;
    if (tasks.length >= want || more || !undisturbed) return;
    this.empty = true;
    const now = mono();
    this.lookAt = now + this.#rest;
    this.#rest = Math.min(2 * this.#rest, LONGEST_REST);
    this.dueAt =
      nextDue === null
        ? Number.POSITIVE_INFINITY
        : now + Math.max(0, this.clock.until(nextDue)) + PROMOTERS_TURN;
  }

  /** Sends the settlements that are waiting; answers the ids of those that were refused. */
  async flush(): Promise<readonly string[]> {
    const { store, retry } = this.#options;
    this.settling = true;
    const settlements = portion(this.#settlements);
    if (settlements === this.#settlements) this.#settlements = [];
    this.#sending += settlements.length;
    try {
      const send = () => store.settle(this.queue, this.worker, settlements);
      const words = await send().catch((error: unknown) => retry(send, error));
      if (words) tellRecorded(store.observed, settlements, words);
      return refused(settlements, words);
    } finally {
      this.settling = false;
      this.#sending -= settlements.length;
    }
  }
}
