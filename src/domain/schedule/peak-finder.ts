/** When most starts: of the steps of a span, those with the most starts, and which schedules they are of. */

import type { Alike } from './starts.js';

/** Ids that are named for each peak. */
const NAMED = 10;

/** Starts in one step of time; ms. */
export interface LoadStep {
  at: number;
  count: number;
}

export interface Peak extends LoadStep {
  /** Of what starts most in it; `more` schedules are not named. */
  ids: string[];
  more: number;
}

interface Step extends LoadStep {
  parts: Map<Alike, number>;
}

/** Counts starts by steps of time, which begin at multiples of `step` (ms), and keeps the `most` largest. */
export class PeakFinder {
  readonly #step: number;
  readonly #most: number;
  #peaks: Step[] = [];
  #current: Step | undefined;

  constructor(step: number, most: number) {
    this.#step = step;
    this.#most = most;
  }

  /** In order of time. */
  add(at: number, alike: Alike): void {
    const begin = Math.floor(at / this.#step) * this.#step;
    if (this.#current?.at !== begin) {
      this.#close();
      this.#current = { at: begin, count: 0, parts: new Map() };
    }
    const { parts } = this.#current;
    this.#current.count += alike.length;
    parts.set(alike, (parts.get(alike) ?? 0) + 1);
  }

  /** Of what was added so far, the largest first. */
  get peaks(): Peak[] {
    return this.#withCurrent().map(named);
  }

  #close(): void {
    this.#peaks = this.#withCurrent();
  }

  #withCurrent(): Step[] {
    const last = this.#current;
    if (!last || last.count <= (this.#peaks[this.#most - 1]?.count ?? 0)) return this.#peaks;
    return [...this.#peaks, last].sort((a, b) => b.count - a.count || a.at - b.at).slice(0, this.#most);
  }
}

function named({ at, count, parts }: Step): Peak {
  const busiest = [...parts].sort(([, a], [, b]) => b - a);
  const ids: string[] = [];
  let schedules = 0;
  for (const [alike] of busiest) {
    schedules += alike.length;
    for (const { id } of alike.slice(0, NAMED - ids.length)) ids.push(id);
  }
  return { at, count, ids, more: schedules - ids.length };
}
