/** Takes back what workers held whose lease ran out, in one queue. */

import { errorOfLoss, fateOfLoss } from '../domain/task/reap.js';
import { random } from '../runtime/random.js';
import type { ExpiredHold, Settlement } from '../store/contract/index.js';
import type { DutyContext } from './duty.js';

const BATCH = 1_000;
/** Shortest time between two looks, ms. */
const PAUSE = 50;

export interface ReaperOptions extends DutyContext {
  /** ms an expired lease is left to the leader: 0 for the leader itself. */
  lag(): number;
  /** The usual worker lease, ms: what workers get to renew after a clock was stepped. */
  leaseMs: number;
  /** It has looked; somebody should ask when the next lease ends. */
  onLooked(): void;
}

export class Reaper {
  readonly #options: ReaperOptions;
  #nextLease: number | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #steps: number;
  #restUntil = Number.NEGATIVE_INFINITY;

  constructor(options: ReaperOptions) {
    this.#options = options;
    this.#steps = options.clock.steps;
  }

  /** The earliest lease ends at `at` unless renewed; answers whether the loop must be woken for it. */
  leaseSeen(at: number | null): boolean {
    const sooner = at !== null && (this.#nextLease === null || at < this.#nextLease);
    this.#nextLease = at;
    return sooner;
  }

  async tick(): Promise<number> {
    const wait = this.#wait();
    if (wait > 0) return wait;
    const { queue, store, clock, log, onLooked } = this.#options;
    this.#lookedAt = clock.now();
    const holds = await store.expired(queue, BATCH);
    for (const [worker, held] of byWorker(holds)) {
      const settlements = held.map((hold) => lost(hold, clock.now()));
      const words = await store.settle(queue, worker, settlements, true);
      const reaped = words.filter((word) => word === 'ok').length;
      if (reaped > 0) log.warn({ queue, worker, tasks: reaped }, 'lease lost, tasks taken back');
    }
    if (holds.length >= BATCH) return 0;
    this.#nextLease = null;
    onLooked();
    return Number.POSITIVE_INFINITY;
  }

  #wait(): number {
    const { clock, lag, leaseMs } = this.#options;
    if (clock.steps !== this.#steps) {
      // Leases were set by the old time: whoever lives renews within one lease, only then judge.
      this.#steps = clock.steps;
      this.#restUntil = clock.now() + leaseMs;
    }
    if (this.#nextLease === null) return Number.POSITIVE_INFINITY;
    // A lease includes its last ms.
    const end = this.#nextLease + 1 + lag();
    return Math.max(clock.until(end), clock.until(this.#restUntil), clock.until(this.#lookedAt + PAUSE));
  }
}

function byWorker(holds: readonly ExpiredHold[]): Map<string, ExpiredHold[]> {
  const groups = new Map<string, ExpiredHold[]>();
  for (const hold of holds) {
    const group = groups.get(hold.worker);
    if (group) group.push(hold);
    else groups.set(hold.worker, [hold]);
  }
  return groups;
}

function lost(hold: ExpiredHold, now: number): Settlement {
  const { id, token, attempt, worker, startedAt, failures, lostBefore, options } = hold;
  const loss = { failures, lostBefore, ...(options.retry ? { retry: options.retry } : {}) };
  return {
    id,
    token,
    record: { attempt, worker, startedAt, finishedAt: now, outcome: 'lost', error: errorOfLoss(loss) },
    failure: true,
    next: fateOfLoss(loss, now, random()),
  };
}
