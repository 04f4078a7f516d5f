/** The only clock in any decision: Redis time, estimated on this process's monotonic clock. */

import { performance } from 'node:perf_hooks';

/** Monotonic ms of this process, with fractions. */
export function mono(): number {
  return performance.now();
}

/** The same for all threads of this process: `mono` counts from the beginning of each. */
export function processMono(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** How fast a sample grows stale: two oscillators drift apart by at most this much per ms. */
const DRIFT = 0.0001;

/**
 * Redis time learnt from replies. A sample's error is half its round trip; the best recent one wins, and one
 * that contradicts it by more than both errors means that a clock was stepped and replaces it at once.
 */
export class RedisClock {
  #offset = Number.NaN;
  #error = Number.POSITIVE_INFINITY;
  #sampledAt = 0;
  #steps = 0;
  #advanced = 0;
  #lastStep = 0;

  /** `redisMs` was read on the server between the monotonic times `sent` and `received`. */
  observe(redisMs: number, sent: number, received: number): void {
    const offset = redisMs + 0.5 - (sent + received) / 2;
    const error = (received - sent) / 2 + 0.5;
    const aged = this.#error + (received - this.#sampledAt) * DRIFT;
    const apart = Math.abs(offset - this.#offset);
    const stepped = apart > error + aged;
    if (stepped) {
      this.#steps += 1;
      this.#lastStep = offset - this.#offset;
    }
    if (stepped && offset > this.#offset) this.#advanced += offset - this.#offset;
    if (stepped || !(error > aged)) {
      this.#offset = offset;
      this.#error = error;
      this.#sampledAt = received;
    }
  }

  get known(): boolean {
    return !Number.isNaN(this.#offset);
  }

  /** How often a step of either clock was noticed. */
  get steps(): number {
    return this.#steps;
  }

  /** How far it was found stepped forward, all steps together, ms: what was to last until a time was cut by as much. */
  get advanced(): number {
    return this.#advanced;
  }

  /** How far the last step noticed went, ms; back where it is negative. */
  get lastStep(): number {
    return this.#lastStep;
  }

  /** Redis time in whole ms. */
  now(): number {
    return Math.floor(mono() + this.#offset);
  }

  /** ms from now until Redis time `at`, with fractions, possibly negative. */
  until(at: number): number {
    return at - (mono() + this.#offset);
  }
}
