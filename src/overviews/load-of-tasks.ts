/** How many delayed tasks start when, step by step, of all queues: each is asked for its counts, and those are kept for a moment. */

import { mono } from '../runtime/clock.js';
import { someAtATime } from '../runtime/some-at-a-time.js';
import type { OverviewStore, RegistryStore } from '../store/contract/index.js';

export type TaskLoadStore = Pick<OverviewStore, 'dueCounts'> & Pick<RegistryStore, 'queues'>;

/** Steps, in ms. */
export interface Steps {
  from: number;
  to: number;
  step: number;
}

interface Counted extends Steps {
  /** By step. */
  counts: Float64Array;
  readAt: number;
  freshFor: number;
}

/** Queues asked at a time. */
const AT_ONCE = 100;
/** Steps that are counted ahead, so that a later question finds them. */
const BEYOND = 12;
/** How long counts are told as they are, ms: for as many times as long as reading them took; and how long while they are read anew. */
const FRESH = 5_000;
const TIMES = 50;
const FRESH_LONGEST = 60_000;
const USABLE = 120_000;
/** Spans that are kept. */
const MOST_KEPT = 4;

export class LoadOfTasks {
  readonly #store: TaskLoadStore;
  #kept: Counted[] = [];
  readonly #reading = new Map<number, Promise<Counted>>();

  constructor(store: TaskLoadStore) {
    this.#store = store;
  }

  /** How many start in each step, the first one first. */
  async of({ from, to, step }: Steps): Promise<Float64Array> {
    const covers = (one: Counted): boolean => one.step === step && one.from <= from && one.to >= to;
    const known = this.#kept.find(covers);
    const age = known ? mono() - known.readAt : Number.POSITIVE_INFINITY;
    let counted = known;
    if (!counted || age > counted.freshFor) {
      const reading = this.#read({ from, to, step }, covers);
      // Whoever comes next tries again.
      if (counted && age <= USABLE) reading.catch(() => {});
      else counted = await reading;
    }
    const first = (from - counted.from) / step;
    return counted.counts.subarray(first, first + (to - from) / step);
  }

  /** Whoever asks for the same while it is read gets the same. */
  async #read(asked: Steps, covers: (one: Counted) => boolean): Promise<Counted> {
    const { step } = asked;
    for (let reading = this.#reading.get(step); reading; reading = this.#reading.get(step)) {
      const counted = await reading;
      if (covers(counted)) return counted;
    }
    const reading = this.#count(asked).finally(() => this.#reading.delete(step));
    this.#reading.set(step, reading);
    const counted = await reading;
    const isOther = (one: Counted): boolean => one.step !== step || one.from > counted.from;
    this.#kept = [counted, ...this.#kept.filter(isOther)].slice(0, MOST_KEPT);
    return counted;
  }

  async #count({ from, to: end, step }: Steps): Promise<Counted> {
    const to = end + BEYOND * step;
    const counts = new Float64Array((to - from) / step);
    const readAt = mono();
    await someAtATime(await this.#store.queues(), AT_ONCE, async (queue) => {
      const found = await this.#store.dueCounts(queue, from, step, counts.length);
      for (const [index, count] of found) counts[index] = (counts[index] ?? 0) + count;
    });
    const freshFor = Math.min(FRESH_LONGEST, Math.max(FRESH, TIMES * (mono() - readAt)));
    return { from, to, step, counts, readAt, freshFor };
  }
}
