/** What is to come of schedules that are alike: worked out some instants at a time, and kept for who asks again. */

import { expand } from './expand.js';
import type { Occurrence, ScheduleDefinition } from './schedule.js';

/** Instants worked out at a time. */
const AT_ONCE = 8;
/** Instants in a row that have their fate already, after which the search gives up: far more than can be skipped. */
const MOST_DECIDED = 20_000;

export interface AheadOf {
  definition: ScheduleDefinition;
  /** Nominal times before this have passed, ms. */
  since: number;
  /** How many it has left from then on. */
  left: number;
  /** Instants that will not fire, such as those to be skipped. */
  decided?: ((nominal: number) => boolean) | undefined;
}

interface Chunk {
  /** Complete for due times from here on, ms. */
  from: number;
  occurrences: readonly Occurrence[];
  /** The first nominal instant behind them; null at the end. */
  next: number | null;
}

export class Ahead {
  readonly #of: AheadOf;
  #kept: Chunk | undefined;
  /** Of one with few left: all of them. */
  #all: readonly Occurrence[] | undefined;

  constructor(of: AheadOf) {
    this.#of = of;
  }

  /** Those due at a time or later, in their order. `keep`: somebody will ask from about there again. */
  *from(at: number, keep: boolean): Generator<Occurrence> {
    let chunk = this.#chunkAt(at, keep);
    for (;;) {
      for (const occurrence of chunk.occurrences) if (occurrence.due >= at) yield occurrence;
      if (chunk.next === null) return;
      chunk = this.#work(at, chunk.next - 1);
    }
  }

  #chunkAt(at: number, keep: boolean): Chunk {
    const kept = this.#kept;
    if (kept && kept.from <= at && (kept.next === null || (kept.occurrences.at(-1)?.due ?? 0) >= at))
      return kept;
    const { definition, since } = this.#of;
    const after = Math.max(since, at - (definition.jitter ?? 0)) - 1;
    const chunk = Number.isFinite(this.#of.left) ? this.#counted(at) : this.#work(at, after);
    if (keep) this.#kept = chunk;
    return chunk;
  }

  #work(from: number, after: number): Chunk {
    const { definition, decided } = this.#of;
    let behind = after;
    for (let looked = 0; looked < MOST_DECIDED; ) {
      const { occurrences, next } = expand(definition, behind, Number.POSITIVE_INFINITY, AT_ONCE);
      const open = decided ? occurrences.filter(({ nominal }) => !decided(nominal)) : occurrences;
      if (open.length > 0 || next === null) return { from, occurrences: open, next };
      behind = next - 1;
      looked += occurrences.length;
    }
    return { from, occurrences: [], next: null };
  }

  /** One that counts its runs is worked out from where they were counted. */
  #counted(from: number): Chunk {
    if (!this.#all) {
      const { since, left } = this.#of;
      const all: Occurrence[] = [];
      let chunk = this.#work(since, since - 1);
      for (;;) {
        all.push(...chunk.occurrences);
        if (chunk.next === null || all.length >= Math.min(left, MOST_DECIDED)) break;
        chunk = this.#work(since, chunk.next - 1);
      }
      this.#all = all.slice(0, left);
    }
    return { from, occurrences: this.#all, next: null };
  }
}
