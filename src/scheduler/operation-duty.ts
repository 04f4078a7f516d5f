/** Carries operations out, in office only: each in slices, at its pace, from where the leader before left it. */

import { carryOn } from '../operations/carry-on.js';
import type { SharedRate } from '../operations/step.js';
import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { timeOf } from '../store/contract/clock.js';
import type { OperationRecord, Store, Term } from '../store/contract/index.js';

export interface OperationDutyOptions {
  store: Store;
  log: Log;
  term: Term;
  signal: AbortSignal;
  /** Shared with catch-up. */
  rate?: SharedRate;
  /** A write was refused: takes office where that is missing, or steps down. */
  onFenced(): Promise<void>;
}

/** One that failed is tried again after this, ms. */
const AFTER_FAILURE = 1_000;

export class OperationDuty {
  readonly #options: OperationDutyOptions;
  /** By id of one that is under way: when it wants to be carried on, monotonic ms. */
  readonly #running = new Map<string, number>();
  /** Who takes office does not know what is under way. */
  #looks = true;

  constructor(options: OperationDutyOptions) {
    this.#options = options;
  }

  /** Some were begun or aborted, or may have been while nothing could be heard. */
  look(): void {
    this.#looks = true;
  }

  /** Answers in how many ms it wants to be called again. */
  async tick(): Promise<number> {
    const { store, signal } = this.#options;
    if (this.#looks) await this.#lookAround();
    for (const [id, at] of this.#running) {
      if (signal.aborted) break;
      if (at > mono()) continue;
      const record = await store.operation(id);
      if (!record) this.#running.delete(id);
      else if (!(await this.#carryOn(record))) return AFTER_FAILURE;
    }
    const next = Math.min(...this.#running.values());
    return this.#looks ? 0 : Math.max(0, next - mono());
  }

  async #lookAround(): Promise<void> {
    this.#looks = false;
    const records = await this.#options.store.operations();
    const running = records.filter(({ state }) => state === 'running').map(({ id }) => id);
    for (const id of this.#running.keys()) if (!running.includes(id)) this.#running.delete(id);
    for (const id of running) this.#running.set(id, this.#running.get(id) ?? mono());
  }

  /** false: fenced. One that throws holds up none of the others. */
  async #carryOn(record: OperationRecord): Promise<boolean> {
    const { store, term, log, onFenced, rate } = this.#options;
    const { id, kind } = record;
    try {
      const now = await timeOf(store);
      const carried = await carryOn(record, { store, term, now, ...(rate ? { rate } : {}) });
      if (carried === 'fenced') {
        await onFenced();
        return false;
      }
      if ('ended' in carried) this.#ended(carried.ended);
      else this.#running.set(id, mono() + carried.again);
    } catch (error) {
      this.#running.set(id, mono() + AFTER_FAILURE);
      log.warn(
        { event: 'operation.failing', operation: id, kind, error },
        'an operation could not be carried on; it is tried again',
      );
    }
    return true;
  }

  #ended({ id, kind, state, matched, done, problem }: OperationRecord): void {
    this.#running.delete(id);
    const text = `${kind} ${state}: ${done} of ${matched}`;
    this.#options.log.info(
      { event: 'operation.ended', operation: id, kind, state, matched, done, problem },
      text,
    );
  }
}
