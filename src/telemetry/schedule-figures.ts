/** When schedules fire next, and which of their instants succeeded last: looked up seldom, however often somebody scrapes. */

import { readRunId } from '../domain/schedule/run-id.js';
import { mono } from '../runtime/clock.js';
import { grouped } from '../runtime/grouped.js';
import { slices } from '../runtime/slices.js';
import { within } from '../runtime/within.js';
import { timeOf } from '../store/contract/clock.js';
import type { ScheduleRow, Store } from '../store/contract/index.js';
import { MOST_VALUES, REST, type Sample } from './figures.js';

/** Schedules read at a time. */
const PAGE = 200;
/** What was read is good for so long, ms, and for as many times as long as reading it took. */
const GOOD_FOR = 10_000;
const TIMES = 50;
/** How long the first who asks waits, ms. */
const FIRST_LOOK = 400;

/** The next due times of a schedule, ms; none where it rests or has finished. */
export type NextDues = (row: ScheduleRow, now: number) => readonly number[];

export interface ScheduleFiguresParts {
  store: Pick<Store, 'schedulesFrom' | 'scheduleFacts' | 'clock' | 'time'>;
  nextDues: NextDues;
}

interface Known {
  /** When it fires next, asked at `now`. */
  next(now: number): number | undefined;
  /** The instant whose run completed last. */
  success: number | null;
}

export interface ScheduleLook {
  count: number;
  next: Sample[];
  success: Sample[];
}

export class ScheduleFigures {
  readonly #parts: ScheduleFiguresParts;
  #known: readonly (readonly [string, Known])[] | null = null;
  #reading: Promise<void> | null = null;
  #goodUntil = Number.NEGATIVE_INFINITY;

  constructor(parts: ScheduleFiguresParts) {
    this.#parts = parts;
  }

  /** As they were read last; null: they were never, and there are many. Throws what the store does then. */
  async look(): Promise<ScheduleLook | null> {
    if (!this.#reading && mono() > this.#goodUntil) {
      this.#reading = this.#read().finally(() => {
        this.#reading = null;
      });
      // Whoever comes next tries again.
      this.#reading.catch(() => {});
    }
    if (!this.#known && this.#reading) await within(FIRST_LOOK, this.#reading);
    const known = this.#known;
    if (!known) return null;
    const now = this.#parts.store.clock().now();
    return {
      count: known.length,
      next: samples(known, ({ next }) => next(now)),
      success: samples(known, ({ success }) => success ?? undefined),
    };
  }

  async #read(): Promise<void> {
    const { store } = this.#parts;
    const begun = mono();
    const rest = slices();
    const known: [string, Known][] = [];
    for (let after: string | null = ''; after !== null; ) {
      const { rows, next } = await store.schedulesFrom(after, PAGE);
      const now = await timeOf(store);
      const successes = await this.#successes(rows);
      for (const row of rows) {
        const { id } = row.schedule.definition;
        known.push([id, { next: this.#nextOf(row, known.length, now), success: successes.get(id) ?? null }]);
        await rest();
      }
      after = next;
    }
    this.#known = known;
    this.#goodUntil = mono() + Math.max(GOOD_FOR, TIMES * (mono() - begun));
  }

  /** Those that have a figure of their own are worked out anew when they have fired: others stand as they were read. */
  #nextOf(row: ScheduleRow, place: number, readAt: number): Known['next'] {
    const { nextDues } = this.#parts;
    const first = (dues: readonly number[], now: number): number | undefined => dues.find((due) => due > now);
    const dues = nextDues(row, readAt);
    return (now) => first(dues, now) ?? (place < MOST_VALUES ? first(nextDues(row, now), now) : undefined);
  }

  async #successes(rows: readonly ScheduleRow[]): Promise<Map<string, number>> {
    const { store } = this.#parts;
    const found = new Map<string, number>();
    for (const [queue, some] of grouped(rows, ({ schedule }) => schedule.definition.queue)) {
      const ids = some.map(({ schedule }) => schedule.definition.id);
      const facts = await store.scheduleFacts(queue, ids);
      for (const [i, id] of ids.entries()) {
        const run = readRunId(facts[i]?.lastSuccess?.taskId ?? '');
        if (run) found.set(id, run.nominal);
      }
    }
    return found;
  }
}

/** In seconds. The first schedules by their ids have one each; of the others the earliest time stands for all. */
function samples(
  known: readonly (readonly [string, Known])[],
  of: (one: Known) => number | undefined,
): Sample[] {
  const all = known.flatMap(([id, one], place): [number, string, number][] => {
    const at = of(one);
    return at === undefined ? [] : [[place, id, at / 1_000]];
  });
  const named = all.filter(([place]) => place < MOST_VALUES);
  const others = all.filter(([place]) => place >= MOST_VALUES).map(([, , at]) => at);
  return [
    ...named.map(([, id, at]): Sample => [[id], at]),
    ...(others.length === 0 ? [] : [[[REST], Math.min(...others)] as const]),
  ];
}
