/** The duties of one node for one queue: promote and reap always, plan and prune while in office. */

import { type Loop, startLoop } from '../runtime/loop.js';
import { random } from '../runtime/random.js';
import { LONGEST_TIMER } from '../runtime/timers.js';
import type { Retention, Term } from '../store/contract/index.js';
import type { DutyContext } from './duty.js';
import { Planner } from './planner.js';
import { Promoter } from './promoter.js';
import { PRUNER_IDLE, Pruner } from './pruner.js';
import { Reaper } from './reaper.js';

/** How often a queue is looked at in which nothing is due and nobody works, ms: signals tell of whatever begins. */
const QUIET = 30_000;

/** Half of it or more, so that many queues are not looked at together. */
function spread(ms: number): number {
  return ms * (0.5 + random() / 2);
}

/** Without schedules there is nothing to plan until a signal tells of one. */
function idle(delay: number): number {
  return delay === Number.POSITIVE_INFINITY ? spread(QUIET) : Math.min(delay, LONGEST_TIMER);
}

/** However short the leases are, an idle queue is not asked more often than this, ms. */
const SHORTEST_IDLE = 250;

export interface QueueDutiesOptions extends DutyContext {
  /** ms that what is due is left to the leader: 0 for the leader itself. */
  lag(): number;
  leaseMs: number;
  /** The leader should look back in this queue. */
  onLate(): void;
}

export class QueueDuties {
  readonly #promoter: Promoter;
  readonly #promoting: Loop;
  readonly #reaping: Loop;

  constructor(options: QueueDutiesOptions) {
    const { queue, log, leaseMs } = options;
    const reaper = new Reaper({ ...options, onLooked: () => this.#promoting.wake() });
    this.#promoter = new Promoter({
      ...options,
      onLease: (at) => {
        if (reaper.leaseSeen(at)) this.#reaping.wake();
      },
    });
    // A lease that began beside others is told by nobody: it must be seen before it can have ended.
    const usual = Math.max(SHORTEST_IDLE, Math.min(LONGEST_TIMER, leaseMs / 2));
    this.#promoting = startLoop(
      `promote ${queue}`,
      async () => {
        const delay = await this.#promoter.tick();
        // A queue that said so tells of its first lease, and of what comes due: looked at rarely, not all at once.
        return this.#promoter.quiet ? spread(QUIET) : Math.min(delay, usual);
      },
      { log, maxDelay: QUIET },
    );
    this.#reaping = startLoop(`reap ${queue}`, () => reaper.tick(), { log });
  }

  /** A task arrived that is due at `due`. */
  signal(due: number): void {
    if (this.#promoter.signal(due)) this.#promoting.wake();
  }

  wake(): void {
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
  retention: Readonly<Retention>;
  /** Whether every node has put its schedule files forward, so that the past is judged by what they say. */
  mayCatchUp(): boolean;
  onFenced(): Promise<void>;
}

export class OfficeDuties {
  readonly #planner: Planner;
  readonly #planning: Loop;
  readonly #pruning: Loop;

  constructor(options: OfficeDutiesOptions) {
    const { queue, log } = options;
    const planner = new Planner(options);
    this.#planner = planner;
    const pruner = new Pruner(options);
    this.#planning = startLoop(`plan ${queue}`, async () => idle(await planner.tick()), {
      log,
      maxDelay: QUIET,
    });
    this.#pruning = startLoop(`prune ${queue}`, () => pruner.tick(), { log, maxDelay: PRUNER_IDLE });
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
    this.#planning.wake();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#planning.stop(), this.#pruning.stop()]);
  }
}
