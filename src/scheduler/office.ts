/** One node's time in office: takes every partition, then plans and prunes there until its signal aborts. */

import { CATCH_UP_RATE } from '../domain/schedule/pace.js';
import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { type Loop, startLoop } from '../runtime/loop.js';
import { after } from '../runtime/timers.js';
import { finishOpenMoves } from '../schedules/move.js';
import type { Retention, Store, Term } from '../store/contract/index.js';
import { CatchUpRate } from './catch-up-rate.js';
import { LeftBehind } from './left-behind.js';
import { OperationDuty } from './operation-duty.js';
import { Pruner } from './pruner.js';
import { OfficeDuties } from './queue-duties.js';
import { Sampler } from './sampler.js';
import { SetDuty } from './set-duty.js';

export interface OfficeOptions {
  term: Term;
  signal: AbortSignal;
  store: Store;
  log: Log;
  horizon: number;
  retention: Readonly<Retention>;
  /** Runs that all schedules together catch up in a minute, at most. */
  catchUpRate?: number | undefined;
  /** Whatever begins in this queue is told. */
  atRest(queue: string): boolean;
  /** In office in every partition known: lead. Tried again while it throws. */
  onEntered(): Promise<void>;
  /** A later term is in office somewhere. */
  onDeposed(): void;
}

/** Partitions in which office is taken at the same time. */
const TOGETHER = 50;

/** What planning is behind with, and since which monotonic time. */
export interface Behind {
  since: number;
  queue: string;
}

/** Between two looks at what queues share, however little is told of it, ms. */
const LOOK_SELDOM = 60_000;

/** A little after the file sets have lost their patience, ms. */
const CATCH_UP_WITHIN = 60_100;

export class Office {
  readonly #options: OfficeOptions;
  readonly #duties = new Map<string, OfficeDuties>();
  readonly #sets: SetDuty;
  readonly #rate: CatchUpRate;
  readonly #pruner: Pruner;
  readonly #pruning: Loop;
  readonly #sampler: Sampler;
  readonly #sampling: Loop;
  #leading: Loop | undefined;
  #applying: Loop | undefined;
  readonly #operations: OperationDuty;
  #operating: Loop | undefined;
  readonly #leftBehind: LeftBehind;
  #following: Loop | undefined;
  #lookedBack = false;
  /** What is still to be taken, since the last one was. */
  #entering: Behind | null = { since: mono(), queue: '' };
  #cancelWait = (): void => {};

  constructor(options: OfficeOptions) {
    this.#options = options;
    this.#sets = new SetDuty({ ...options, onFenced: () => this.#setsFenced() });
    this.#rate = new CatchUpRate(options.catchUpRate ?? CATCH_UP_RATE, options.store.clock());
    this.#operations = new OperationDuty({
      ...options,
      rate: this.#rate,
      onFenced: () => this.#setsFenced(),
    });
    this.#leftBehind = new LeftBehind(options);
    this.#pruner = new Pruner(options);
    this.#sampler = new Sampler(options);
    const whenTold = { log: options.log, maxDelay: Number.POSITIVE_INFINITY };
    this.#pruning = startLoop('prune', () => this.#pruner.tick(), whenTold);
    this.#sampling = startLoop('sample', () => this.#sampler.tick(), whenTold);
  }

  get term(): Term {
    return this.#options.term;
  }

  /** What has waited longest to be taken or planned; null: all is done. */
  get behind(): Behind | null {
    let longest = this.#entering;
    for (const [queue, { behindSince }] of this.#duties) {
      if (behindSince !== null && !(longest && longest.since <= behindSince))
        longest = { since: behindSince, queue };
    }
    return longest;
  }

  /** Takes office where it has not yet; idempotent. */
  async enter(queues: Iterable<string>): Promise<void> {
    const { signal } = this.#options;
    const fresh = [...queues].filter((queue) => !this.#duties.has(queue));
    for (let at = 0; at < fresh.length; at += TOGETHER) {
      this.#entering = { since: this.#entering?.since ?? mono(), queue: fresh[at] as string };
      const taken = await Promise.all(fresh.slice(at, at + TOGETHER).map((queue) => this.#enter(queue)));
      if (taken.includes(false)) return;
      this.#entering = null;
    }
    if (signal.aborted) return;
    this.#entering = null;
    this.#leading ??= this.#lead();
    // A signal that was not heard shows in the next announcement, unless an earlier release gave it.
    const rare = { log: this.#options.log, maxDelay: LOOK_SELDOM };
    this.#applying ??= startLoop('apply file sets', () => this.#applySets(), rare);
    const told = { log: this.#options.log, maxDelay: Number.POSITIVE_INFINITY };
    this.#following ??= startLoop('follow moved schedules', () => this.#leftBehind.tick(), told);
    this.#operating ??= startLoop('carry out operations', () => this.#operations.tick(), rare);
  }

  /** Answers false when it is not, or no longer, ours to lead. */
  async #enter(queue: string): Promise<boolean> {
    const { signal } = this.#options;
    if (!(await this.#take(queue)) || signal.aborted) return false;
    await this.#finishMoves(queue);
    if (signal.aborted) return false;
    this.#duties.set(queue, this.#dutiesFor(queue));
    this.#leftBehind.look(queue);
    this.#following?.wake();
    this.rests(queue);
    if (this.#sampler.stir(queue)) this.#sampling.wake();
    return true;
  }

  /** Something was told of a queue in which nothing went on. */
  stir(queue: string): void {
    if (this.#pruner.stir(queue)) this.#pruning.wake();
    if (this.#sampler.stir(queue)) this.#sampling.wake();
  }

  /** Nothing goes on in a queue any more, or it is not known yet what does. */
  rests(queue: string): void {
    this.#pruner.look(queue);
    this.#pruning.wake();
  }

  /** The schedules of a queue changed; without a name: any may have. */
  wake(queue?: string): void {
    const queues = queue === undefined ? [...this.#duties.keys()] : [queue];
    for (const one of queues) {
      this.#duties.get(one)?.wake();
      this.#leftBehind.look(one);
    }
    this.#following?.wake();
  }

  /** The file sets changed. */
  wakeSets(): void {
    this.#applying?.wake();
  }

  /** Something was told of what queues share, and may not have been heard. */
  wakeShared(): void {
    this.wakeSets();
    this.wakeOperations();
  }

  /** Runs of a schedule of this queue keep dying. */
  lookAtStreaks(queue: string): void {
    this.#duties.get(queue)?.lookAtStreaks();
  }

  /** Operations were begun or aborted. */
  wakeOperations(): void {
    this.#operations.look();
    this.#operating?.wake();
  }

  /** Runs of a queue came due too late. */
  lookBack(queue: string): void {
    this.#duties.get(queue)?.lookBack();
  }

  async leave(): Promise<void> {
    this.#cancelWait();
    await Promise.all([
      this.#leading?.stop(),
      this.#applying?.stop(),
      this.#operating?.stop(),
      this.#following?.stop(),
      this.#pruning.stop(),
      this.#sampling.stop(),
      ...[...this.#duties.values()].map((duties) => duties.stop()),
    ]);
  }

  #lead(): Loop {
    let entered = false;
    const tick = async (): Promise<number> => {
      if (!entered) await this.#options.onEntered();
      entered = true;
      return Number.POSITIVE_INFINITY;
    };
    this.#cancelWait = after(CATCH_UP_WITHIN, () => this.#lookBackOnce());
    return startLoop('enter office', tick, { log: this.#options.log });
  }

  async #applySets(): Promise<number> {
    const delay = await this.#sets.tick();
    this.#lookBackOnce();
    return delay;
  }

  async #finishMoves(queue: string): Promise<void> {
    const { store, term, log } = this.#options;
    const moved = await finishOpenMoves(store, queue, term);
    if (moved.length > 0)
      log.info({ event: 'schedule.moved', from: queue, schedules: moved }, 'finished moves to another queue');
  }

  /** From here on what passed is decided on, by the schedules as they are now. Live instants never waited for it. */
  #lookBackOnce(): void {
    if (this.#lookedBack || !this.#sets.mayCatchUp()) return;
    this.#lookedBack = true;
    this.#cancelWait();
    for (const duties of this.#duties.values()) duties.lookBack();
  }

  #dutiesFor(queue: string): OfficeDuties {
    return new OfficeDuties({
      ...this.#options,
      queue,
      rate: this.#rate,
      mayCatchUp: () => this.#sets.mayCatchUp(),
      onFenced: () => this.#fenced(queue),
    });
  }

  /** Data wins over the lock: a partition that lost our term takes it again, one with a later term deposes us. */
  async #fenced(queue: string): Promise<void> {
    const { signal, log } = this.#options;
    if (signal.aborted) return;
    try {
      if (await this.#take(queue)) this.#duties.get(queue)?.wake();
    } catch (error) {
      log.warn(
        { event: 'leader.fenced', queue, error },
        'fenced, and the term could not be installed again; stepping down',
      );
      this.#options.onDeposed();
    }
  }

  /** Sets or operations: in a partition that was opened a moment ago nobody is in office yet. */
  async #setsFenced(): Promise<void> {
    const { store, term, onDeposed } = this.#options;
    if ((await store.office())?.token !== term.token) {
      onDeposed();
      return;
    }
    for (const queue of await store.queues()) if (!(await this.#take(queue))) return;
  }

  async #take(queue: string): Promise<boolean> {
    const { store, term, log, onDeposed } = this.#options;
    if ((await store.takeOffice(queue, term)) === 'ok') return true;
    // A partition that was emptied refuses too: opened again, it is led like a new one.
    await store.open(queue);
    if ((await store.takeOffice(queue, term)) === 'ok') return true;
    log.warn({ event: 'leader.fenced', queue, term: term.number }, 'a later term is in office');
    onDeposed();
    return false;
  }
}
