/**
 * The duties of one node for one queue: promote and reap always, plan while in office. They are armed only while
 * something is there; a queue at rest costs nothing until something is told of it.
 */

import { type Loop, startLoop } from '../runtime/loop.js';
import { LONGEST_TIMER } from '../runtime/timers.js';
import type { StoreClock, Term } from '../store/contract/index.js';
import type { CatchUpRate } from './catch-up-rate.js';
import type { DutyContext } from './duty.js';
import { Planner } from './planner.js';
import { Promoter } from './promoter.js';
import { Reaper } from './reaper.js';
import { SelfPause } from './self-pause.js';

/** However short the leases are, an idle queue is not asked more often than this, ms. */
const SHORTEST_IDLE = 250;

export interface QueueDutiesOptions extends DutyContext {
  /** ms that what is due is left to the leader: 0 for the leader itself. */
  lag(): number;
  leaseMs: number;
  /** The leader should look back in this queue. */
  onLate(): void;
  /** It has come to rest: whatever begins here is told. */
  onRest(): void;
}

export class QueueDuties {
  readonly #clock: StoreClock;
  readonly #promoter: Promoter;
  readonly #promoting: Loop;
  readonly #reaping: Loop;
  #steps: number;

  constructor(options: QueueDutiesOptions) {
    const { queue, store, log, leaseMs } = options;
    this.#clock = store.clock(queue);
    this.#steps = this.#clock.steps;
    const reaper = new Reaper({ ...options, onLooked: () => this.#look() });
    this.#promoter = new Promoter({
      ...options,
      onLease: (at) => {
        if (reaper.leaseSeen(at)) this.#reaping.wake();
      },
    });
    // A lease that began beside others is told by nobody: it must be seen before it can have ended.
    const usual = Math.max(SHORTEST_IDLE, Math.min(LONGEST_TIMER, leaseMs / 2));
    const promote = async (): Promise<number> => {
      const rested = this.#promoter.quiet;
      const delay = await this.#promoter.tick();
      if (!this.#promoter.quiet) return Math.min(delay, usual);
      if (!rested) options.onRest();
      return delay;
    };
    const reap = async (): Promise<number> => {
      const delay = await reaper.tick();
      return this.#promoter.quiet ? delay : Math.min(delay, LONGEST_TIMER);
    };
    this.#promoting = startLoop(`promote ${queue}`, promote, { log, maxDelay: Number.POSITIVE_INFINITY });
    this.#reaping = startLoop(`reap ${queue}`, reap, { log, maxDelay: Number.POSITIVE_INFINITY });
  }

  /** Whatever begins here is told. */
  get quiet(): boolean {
    return this.#promoter.quiet;
  }

  /** Whether its time was stepped since this was asked last. */
  hasStepped(): boolean {
    const before = this.#steps;
    this.#steps = this.#clock.steps;
    return this.#steps !== before;
  }

  /** A task arrived that is due at `due`. */
  signal(due: number): void {
    if (this.#promoter.signal(due)) this.#promoting.wake();
  }

  /** Looks now: something may have begun that nobody told. */
  wake(): void {
    this.#look();
    this.#reaping.wake();
  }

  #look(): void {
    this.#promoter.look();
    this.#promoting.wake();
  }

  /** What is left to the leader is so no longer, or again. */
  rearm(): void {
    this.#promoter.rearm();
    this.#promoting.wake();
    this.#reaping.wake();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#promoting.stop(), this.#reaping.stop()]);
  }
}

export interface OfficeDutiesOptions extends DutyContext {
  term: Term;
  horizon: number;
  /** Whether every node has put its schedule files forward, so that the past is judged by what they say. */
  mayCatchUp(): boolean;
  /** Of all queues together. */
  rate: CatchUpRate;
  onFenced(): Promise<void>;
}

export class OfficeDuties {
  readonly #planner: Planner;
  readonly #planning: Loop;
  readonly #selfPause: SelfPause;
  readonly #pausing: Loop;

  constructor(options: OfficeDutiesOptions) {
    const { queue, log } = options;
    const planner = new Planner(options);
    this.#planner = planner;
    const selfPause = new SelfPause(options);
    this.#selfPause = selfPause;
    // Without schedules there is nothing to plan until something is told.
    const maxDelay = Number.POSITIVE_INFINITY;
    this.#planning = startLoop(`plan ${queue}`, () => planner.tick(), { log, maxDelay });
    this.#pausing = startLoop(`self-pause ${queue}`, () => selfPause.tick(), { log, maxDelay });
  }

  /** Monotonic time since which planning is behind here; null: it is not. */
  get behindSince(): number | null {
    return this.#planner.behindSince;
  }

  /** Something waits that came due too late, or what waits may be decided on. */
  lookBack(): void {
    this.#planner.lookBack();
    this.#planning.wake();
  }

  /** Schedules changed, or may have. */
  wake(): void {
    this.#planner.edited();
    this.#planning.wake();
    this.#selfPause.look();
    this.#pausing.wake();
  }

  lookAtStreaks(): void {
    this.#selfPause.look();
    this.#pausing.wake();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#planning.stop(), this.#pausing.stop()]);
  }
}
